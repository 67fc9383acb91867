import type { Tensor } from '../tensor/index.js';
import type { Preprocessing } from '../pictures/preprocessing.js';

/** The training pass that a batch belongs to: together with the example's index, it seeds augmentation. */
export interface DataPass {
  /** Counted from 0. */
  readonly epoch: number;
  readonly seed: number;
}

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
  /** How files became these pictures, or how numbers were normalized; omitted: numbers from 0 to 1, RGB or grey. */
  readonly preprocessing?: Preprocessing;
  /** How many batches to prefetch while one is computed, for sets that read files; 1 if omitted. */
  readonly ahead?: number;
  /** The batch size of `fit` unless its options state one; 32 if omitted. */
  readonly batchSize?: number;
  /** Whether training sees augmented pictures, different in every epoch. */
  readonly varies?: boolean;
  /** The class of an example, where it is known without reading its picture. */
  label?(index: number): number;
  /**
   * Writes examples into a batch: pictures scaled to the range the model is trained on (0–1), labels as class numbers.
   *
   * @param indices which examples, in batch order
   * @param x receives indices.length × H × W × C numbers
   * @param y receives indices.length class numbers
   * @param pass given in training only: augmentation is seeded by (seed, epoch, example) and nothing else; without it,
   *   pictures are not augmented
   */
  fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): void | Promise<void>;
  /**
   * Sets that mix pictures (MixUp, CutMix) have this for training: as `fill`, but with each class's share of a picture, for
   * losses that take a number for each class.
   *
   * @param targets receives indices.length × classNames.length numbers, which sum to 1 for each example
   */
  fillTargets?(
    indices: ArrayLike<number>,
    x: Float32Array,
    targets: Float32Array,
    pass?: DataPass,
  ): void | Promise<void>;
  /**
   * Sets whose examples have more than a class (boxes, masks, numbers for several outputs) have this, and training reads them by it:
   * as `fill`, but with what each of a model's outputs, or of a joint loss's targets, is compared with.
   *
   * @param targets receives, by the name of the output or target, indices.length × its numbers; class numbers are int32
   */
  fillNamedTargets?(
    indices: ArrayLike<number>,
    x: Float32Array,
    targets: Readonly<Record<string, Float32Array | Int32Array>>,
    pass?: DataPass,
  ): void | Promise<void>;
}

/** A data set's parts. */
export interface DataSplits<Part extends DataSet = DataSet> {
  readonly train: Part;
  /** The validation part, if there is one besides the test part. */
  readonly validation?: Part | undefined;
  readonly test: Part;
}

/** Pictures as bytes (or floats) with labels, all in memory. */
export interface PictureArrays {
  readonly x: Tensor;
  readonly y: Tensor<'int32'>;
}
