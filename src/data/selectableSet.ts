import { expectWhole } from '../tensor/check.js';
import { Random, refuseForeignNames, refusePythonNames, StriateError } from '../tensor/index.js';
import type { DataPass, DataSet } from './dataSet.js';

/** A data set that gives parts of itself, as those of `openDataSet` and `imageFolder` do; parts share what the set holds. */
export interface SelectableSet extends DataSet {
  /** The examples with these numbers, in this order. */
  subset(indices: ArrayLike<number>): SelectableSet;
  /** The first `count` examples. */
  take(count: number): SelectableSet;
  /** The examples behind the first `count`. */
  skip(count: number): SelectableSet;
  /** Two sets, the first with `fraction` of the examples, drawn by a seed. */
  split(fraction: number, seed?: number): [SelectableSet, SelectableSet];
}

/** What follows from `subset`, for all sets that have it. */
export abstract class DataSetParts implements SelectableSet {
  abstract readonly name: string;
  abstract readonly size: number;
  abstract readonly inputShape: readonly number[];
  abstract readonly classNames: readonly string[];

  abstract fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): void | Promise<void>;

  /**
   * The examples with these numbers, in this order; a number may be there several times.
   *
   * @throws StriateError when a number lies outside the set.
   *
   * @example
   * import { digits } from 'striate';
   * const { train } = digits({ seed: 1, train: 100, test: 10 });
   * const sevens = train.subset([...Array(train.size).keys()].filter((i) => train.label(i) === 7));
   */
  abstract subset(indices: ArrayLike<number>): SelectableSet;

  /**
   * The first `count` examples, or all if there are fewer. Where examples are sorted by their classes, these are of the first
   * class: `split(fraction, seed)` draws among all.
   */
  take(count: number): ReturnType<this['subset']> {
    expectWhole(`data set '${this.name}'`, 'what take is given', count, 0);
    return this.between(0, Math.min(count, this.size));
  }

  /** The examples behind the first `count`; none if there are no more. */
  skip(count: number): ReturnType<this['subset']> {
    expectWhole(`data set '${this.name}'`, 'what skip is given', count, 0);
    return this.between(Math.min(count, this.size), this.size);
  }

  /**
   * Two sets: the first has `fraction` of the examples, rounded down.
   *
   * @param seed shuffles the examples first; without it the first set is the beginning and the second the end.
   * @throws StriateError when one of the two would be empty.
   */
  split(fraction: number, seed?: number): [ReturnType<this['subset']>, ReturnType<this['subset']>] {
    const [first, second] = splitIndices(this, fraction, seed, 'examples');
    return [this.part(first), this.part(second)];
  }

  private between(start: number, end: number): ReturnType<this['subset']> {
    return this.part(range(start, end));
  }

  private part(indices: Int32Array): ReturnType<this['subset']> {
    return this.subset(indices) as ReturnType<this['subset']>;
  }

  static {
    refuseForeignNames(this.prototype, 'data set', {
      batch: 'write fit(data, { batchSize: 32 })',
      'shuffle prefetch repeat cache':
        'leave it out: fit shuffles, fetches ahead and goes over the data as often as epochs says',
      'map apply': 'write augment(data, [augmentationSteps.randomErasing()]), or a PictureSet of the changed pictures',
      filter: 'write subset(indices): label(index) gives the class of each example',
      'forEach forEachAsync toArray iterator enumerate as_numpy_iterator':
        'write await data.fill(indices, x, y), which writes pictures and labels into arrays; a PictureSet has arrays',
      'concatenate concat zip': 'write a PictureSet of all pictures, or a generator of batches [x, y] for fit',
      'length cardinality len': 'write size',
      'targets labels': 'write label(index)',
      'classes class_names class_to_idx classIndices class_indices': 'write classNames',
      'sample shard': 'write split(fraction, seed), or subset(indices)',
      'randomSplit random_split trainTestSplit train_test_split': 'write split(0.8, seed)',
    });
    refusePythonNames(this.prototype, 'data set');
  }
}

/**
 * The numbers of a set's examples in two lists, the first with `fraction` of them, rounded down.
 *
 * @param seed shuffles them first
 * @param what what messages call the examples
 * @throws StriateError when one of the two would be empty.
 */
export function splitIndices(
  { name, size }: Pick<DataSet, 'name' | 'size'>,
  fraction: number,
  seed: number | undefined,
  what: 'examples' | 'pictures',
): [Int32Array, Int32Array] {
  const order = range(0, size);
  if (seed !== undefined) new Random(seed).shuffle(order);
  const count = Math.floor(size * fraction);
  if (!(count > 0 && count < size)) {
    throw new StriateError({
      where: `data set '${name}'`,
      rule: `split needs a fraction between 0 and 1 that leaves ${what} on both sides`,
      received: `${fraction} of ${size} ${what}`,
    });
  }
  return [order.subarray(0, count), order.subarray(count)];
}

function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}
