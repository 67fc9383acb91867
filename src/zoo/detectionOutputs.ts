import { layers, type SymbolicTensor } from '../layers/index.js';

/** What a detection network gives of a picture, a row for each place where a box may be, and nothing decided yet. */
export interface RawOutputs {
  /** [places, classes]: scores before softmax or sigmoid. */
  readonly scores: SymbolicTensor;
  /** [places, 4]: how the box differs from the place's own. */
  readonly boxes: SymbolicTensor;
  /** [places, 1]: how near the middle of a thing the place is, before sigmoid; of FCOS alone. */
  readonly centerness?: SymbolicTensor;
}

/** Predictions of a map's default boxes as rows. x: [H, W, boxes · numbers] → [H · W · boxes, numbers]. */
export const asRows = (x: SymbolicTensor, numbers: number): SymbolicTensor =>
  layers.reshape({ targetShape: [-1, numbers] }).apply(x);

/** The rows of all maps, one under the other. */
export const joinedRows = (parts: readonly SymbolicTensor[], name: string): SymbolicTensor =>
  parts.length === 1 ? parts[0] : layers.concatenate({ axis: 1, name }).apply(...parts);
