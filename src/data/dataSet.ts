import type { Tensor } from '../tensor/index.js';

/**
 * Labelled pictures that can be fetched in any order. In-memory sets keep bytes as bytes: 60,000 MNIST pictures are 47 MB,
 * not 188.
 */
export interface DataSet {
  /** `mnist`, `digits`, … */
  readonly name: string;
  /** The number of examples. */
  readonly size: number;
  /** [H, W, C] of one picture. */
  readonly inputShape: readonly number[];
  /** The names of the classes, in label order. */
  readonly classNames: readonly string[];
  /**
   * Writes examples into a batch: pictures scaled to the range the model is trained on (0–1), labels as class numbers.
   *
   * @param indices which examples, in batch order
   * @param x receives indices.length × H × W × C numbers
   * @param y receives indices.length class numbers
   */
  fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array): void | Promise<void>;
}

/** A data set's parts. */
export interface DataSplits {
  readonly train: DataSet;
  readonly test: DataSet;
}

/** Pictures as bytes (or floats) with labels, all in memory. */
export interface PictureArrays {
  readonly x: Tensor;
  readonly y: Tensor<'int32'>;
}
