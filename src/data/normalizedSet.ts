import { sizeOf } from '../tensor/index.js';
import type { DataPass, DataSet, DataSplits } from './dataSet.js';
import { DerivedSet } from './derivedSet.js';
import type { Preprocessing } from '../pictures/preprocessing.js';
import { channelScale } from '../pictures/normalization.js';

/**
 * A data set whose pictures, from 0 to 1 and red-green-blue, come as a model wants their numbers: (value − mean) / std, channel
 * by channel, in the model's order. Sizes stay as they are.
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
  private readonly from: readonly number[];
  private readonly factor: readonly number[];
  private readonly shift: readonly number[];

  constructor(base: DataSet, preprocessing: Preprocessing) {
    super(base, { preprocessing });
    const { mean, std, channels } = preprocessing;
    const order = channels === 'BGR' ? 'BGR' : 'RGB';
    const normalization = { scale: 1, order, ...(mean && { mean }), ...(std && { std }) } as const;
    const scale = channelScale(normalization, base.inputShape[2] ?? 1);
    this.from = scale.from;
    this.factor = scale.factor;
    this.shift = scale.shift;
    if (base.fillTargets)
      this.fillTargets = (...args) => this.thenNormalize(base.fillTargets!(...args), args[1], args[0]);
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
    if (filled instanceof Promise) return filled.then(() => this.normalize(x, end));
    this.normalize(x, end);
  }

  private normalize(x: Float32Array, end: number): void {
    const { from, factor, shift } = this;
    const channels = from.length;
    const pixel = new Float32Array(channels);
    for (let at = 0; at < end; at += channels) {
      for (let c = 0; c < channels; c++) pixel[c] = x[at + from[c]] * factor[c] + shift[c];
      for (let c = 0; c < channels; c++) x[at + c] = pixel[c];
    }
  }
}

/** Whether numbers from 0 to 1 in red-green-blue stay as they are. */
export function isPlain({ mean = [], std = [], channels }: Preprocessing): boolean {
  return channels !== 'BGR' && mean.every((value) => value === 0) && std.every((value) => value === 1);
}

/** All parts of a data set in memory as a model wants their numbers; the set itself where it wants them as they are. */
export function normalizedSplits(splits: DataSplits, preprocessing: Preprocessing): DataSplits {
  if (isPlain(preprocessing)) return splits;
  const { train, validation, test } = splits;
  return {
    train: new NormalizedSet(train, preprocessing),
    validation: validation && new NormalizedSet(validation, preprocessing),
    test: new NormalizedSet(test, preprocessing),
  };
}
