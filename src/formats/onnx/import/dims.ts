import { formatShape } from '../../../tensor/index.js';

/**
 * Takes the place of the number of examples, which is free, among the sizes of an ONNX value: a prime that no size of a
 * network has. Graphs compute with sizes (Shape, Gather, Mul, Reshape); a result with this factor contains the batch.
 */
export const batch = 1_000_003;

/** ONNX's sizes of a value's axes; the batch, where there is one, is `batch`. */
export type Dims = readonly number[];

/** The sizes for a batch of one example. */
export const ofOneExample = (dims: Dims): number[] => dims.map((n) => (n === batch ? 1 : n));

/** Sizes for messages: [batch, 3, 224, 224]. */
export const dimsText = (dims: Dims): string => formatShape(dims.map((n) => (n === batch ? null : n)));

/** Sizes that were computed, for messages: what has the batch in it is written as a multiple of it. */
export const computedDimsText = (dims: Dims): string =>
  `[${dims.map((n) => (n <= 0 || n % batch ? n : n === batch ? 'batch' : `${n / batch} · batch`)).join(', ')}]`;
