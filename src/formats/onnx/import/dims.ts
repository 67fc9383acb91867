import { formatShape } from '../../../tensor/index.js';

/**
 * What stands for the number of examples, which is free, in the sizes that ONNX has for a value: a prime that no size of a
 * network has. Graphs compute with sizes (Shape, Gather, Mul, Reshape), and what comes out with this factor is the batch.
 */
export const batch = 1_000_003;

/** ONNX's sizes of a value's axes; one of them is `batch` where the number of examples stands. */
export type Dims = readonly number[];

/** The sizes for a batch of one example. */
export const ofOneExample = (dims: Dims): number[] => dims.map((n) => (n === batch ? 1 : n));

/** Sizes for messages: [batch, 3, 224, 224]. */
export const dimsText = (dims: Dims): string => formatShape(dims.map((n) => (n === batch ? null : n)));

/** Sizes that were computed, for messages: what has the batch in it is written as a multiple of it. */
export const computedDimsText = (dims: Dims): string =>
  `[${dims.map((n) => (n <= 0 || n % batch ? n : n === batch ? 'batch' : `${n / batch} · batch`)).join(', ')}]`;
