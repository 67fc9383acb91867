import type { SymbolicTensor } from '../layers/layer.js';
import type { Shape } from '../tensor/index.js';
import type { Topology } from './topology.js';

/** How much of the input one position of a value depends on: rows and columns. */
export type ReceptiveField = readonly [height: number, width: number];

interface Field {
  readonly size: ReceptiveField;
  /** Input pixels between neighbouring positions. */
  readonly jump: ReceptiveField;
  /** How many positions there are. */
  readonly positions: ReceptiveField;
}

/** Rows and columns of a picture; a signal [steps, channels] has a single row. */
function positionsOf(shape: Shape): ReceptiveField | undefined {
  if (shape.length === 2) return [1, shape[0]];
  return shape.length > 2 ? [shape[0], shape[1]] : undefined;
}

const pair = (of: (axis: 0 | 1) => number): [number, number] => [of(0), of(1)];

/**
 * The receptive field of every value of a model, padding not counted (Araujo, Norris & Sim 2019): each window of k
 * positions, d apart, adds (k − 1)·d steps of the layer before; where paths meet, the largest counts, as their windows share
 * one centre. What pools the whole map sees all of it, and so does everything behind a squeeze-and-excitation block.
 * Undefined for values that come from neither a picture nor a signal.
 * Behind layers that enlarge, whose steps may be fractions of a pixel, it is rounded up.
 */
export function receptiveFields(topology: Topology): ReadonlyMap<SymbolicTensor, ReceptiveField> {
  const fields = new Map<SymbolicTensor, Field>();
  for (const input of topology.inputs) {
    const positions = positionsOf(input.shape);
    if (positions) fields.set(input, { size: [1, 1], jump: [1, 1], positions });
  }
  for (const { layer, inputs, output } of topology.calls) {
    const known = inputs.map((value) => fields.get(value)).filter((field) => field !== undefined);
    if (known.length === 0) continue;
    const largest = (of: (field: Field) => ReceptiveField): [number, number] =>
      pair((axis) => Math.max(...known.map((field) => of(field)[axis])));
    const [size, jump, positions] = [largest((f) => f.size), largest((f) => f.jump), largest((f) => f.positions)];
    const window = layer.window?.();
    const flattened =
      window === undefined && inputs[0].shape.length >= 2 && output.shape.length < Math.min(3, inputs[0].shape.length);
    if (window === 'global' || flattened) {
      // Everything is seen: one window over all positions.
      const seen = pair((axis) => size[axis] + (positions[axis] - 1) * jump[axis]);
      fields.set(output, { size: seen, jump, positions: [1, 1] });
    } else if (window) {
      // Strides below 1 are those of layers that enlarge: their windows reach over whole positions of the smaller map.
      const reach = pair((axis) =>
        Math.ceil(((window.kernel[axis] - 1) * window.dilation[axis] + 1) * Math.min(1, window.strides[axis])),
      );
      fields.set(output, {
        size: pair((axis) => size[axis] + (reach[axis] - 1) * jump[axis]),
        jump: pair((axis) => jump[axis] * window.strides[axis]),
        positions: positionsOf(output.shape) ?? [1, 1],
      });
    } else fields.set(output, { size, jump, positions });
  }
  return new Map([...fields].map(([value, { size }]) => [value, pair((axis) => Math.ceil(size[axis]))]));
}
