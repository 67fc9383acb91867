import { sizeOf } from '../tensor/index.js';
import type { DataPass, DataSet, DataSplits } from './dataSet.js';
import { DerivedSet } from './derivedSet.js';
import { expectPreprocessing, keepsNumbers, numbersNormalizer, type Preprocessing } from '../pictures/preprocessing.js';
import type { Normalizer } from '../pictures/normalization.js';

/**
 * A data set whose pictures, RGB from 0 to 1, are normalized for a model: (value − mean) / std for each channel, in the
 * model's channel order. Sizes do not change.
 *
 * @throws StriateError when mean or std do not have a number for each channel.
 *
 * @example
 * const { test } = await openDataSet('cifar10');
 * await model.evaluate(new NormalizedSet(test, zoo.describe('cifar_resnet20').preprocessing));
 */
export class NormalizedSet extends DerivedSet {
  declare readonly preprocessing: Preprocessing;
  readonly fillTargets?: NonNullable<DataSet['fillTargets']>;
  readonly fillNamedTargets?: NonNullable<DataSet['fillNamedTargets']>;
  private readonly normalizer: Normalizer;

  constructor(base: DataSet, preprocessing: Preprocessing) {
    super(base, { preprocessing });
    if (base.fillTargets)
      this.fillTargets = (...args) => this.thenNormalize(base.fillTargets!(...args), args[1], args[0]);
    if (base.fillNamedTargets)
      this.fillNamedTargets = (...args) => this.thenNormalize(base.fillNamedTargets!(...args), args[1], args[0]);
    const where = `data set '${base.name}', preprocessing`;
    this.normalizer = numbersNormalizer(preprocessing, base.inputShape[2] ?? 1, where);
  }

  fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): void | Promise<void> {
    return this.thenNormalize(this.base.fill(indices, x, y, pass), x, indices);
  }

  private thenNormalize(
    filled: void | Promise<void>,
    x: Float32Array,
    indices: ArrayLike<number>,
  ): void | Promise<void> {
    const end = indices.length * sizeOf(this.inputShape);
    if (filled instanceof Promise) return filled.then(() => this.normalizer.numbers(x, 0, end));
    this.normalizer.numbers(x, 0, end);
  }
}

/** All parts of a data set in memory, normalized for a model; the set itself if nothing changes. */
export function normalizedSplits<Part extends DataSet>(
  splits: DataSplits<Part>,
  preprocessing: Preprocessing,
): DataSplits<Part | NormalizedSet> {
  expectPreprocessing('normalizedSplits, preprocessing', preprocessing);
  if (keepsNumbers(preprocessing)) return splits;
  const { train, validation, test } = splits;
  const tested = new NormalizedSet(test, preprocessing);
  return {
    train: new NormalizedSet(train, preprocessing),
    // Parts that are one stay one.
    validation: validation === test ? tested : validation && new NormalizedSet(validation, preprocessing),
    test: tested,
  };
}
