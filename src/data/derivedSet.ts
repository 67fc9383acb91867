import type { DataPass, DataSet } from './dataSet.js';
import type { Preprocessing } from '../pictures/preprocessing.js';

/** A data set derived from another one, whose properties it has unless it overrides them. */
export abstract class DerivedSet implements DataSet {
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  readonly ahead?: number;
  readonly batchSize?: number;
  readonly varies?: boolean;
  readonly preprocessing?: Preprocessing;

  constructor(
    /** The data set that it is derived from. */
    readonly base: DataSet,
    changed: Partial<Pick<DataSet, 'classNames' | 'batchSize' | 'varies' | 'preprocessing'>> = {},
  ) {
    this.name = base.name;
    this.size = base.size;
    this.inputShape = base.inputShape;
    this.classNames = changed.classNames ?? base.classNames;
    if (base.ahead !== undefined) this.ahead = base.ahead;
    const { batchSize = base.batchSize, varies = base.varies, preprocessing = base.preprocessing } = changed;
    if (batchSize !== undefined) this.batchSize = batchSize;
    if (varies !== undefined) this.varies = varies;
    if (preprocessing) this.preprocessing = preprocessing;
  }

  abstract fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): void | Promise<void>;
}

/**
 * The same pictures with the class numbers of a model.
 *
 * @example
 * new RelabelledSet(test, [1, 0], ['dog', 'cat']); // test has cats first
 */
export class RelabelledSet extends DerivedSet {
  constructor(
    base: DataSet,
    /** The new number of each class of `base`. */
    private readonly numbers: readonly number[],
    classNames: readonly string[],
  ) {
    super(base, { classNames });
  }

  async fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): Promise<void> {
    await this.base.fill(indices, x, y, pass);
    for (let i = 0; i < indices.length; i++) y[i] = this.numbers[y[i]];
  }
}
