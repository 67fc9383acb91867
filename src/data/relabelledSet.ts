import type { DataPass, DataSet } from './dataSet.js';
import type { ModelPreprocessing } from './folderOptions.js';

/**
 * The same pictures under the numbers that a model gives to their classes.
 *
 * @example
 * new RelabelledSet(test, [1, 0], ['dog', 'cat']); // test has cats first
 */
export class RelabelledSet implements DataSet {
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly number[];
  readonly ahead?: number;
  readonly batchSize?: number;
  readonly preprocessing?: ModelPreprocessing;

  constructor(
    /** The pictures under their own numbers. */
    readonly base: DataSet,
    /** The new number of each class of `base`. */
    private readonly numbers: readonly number[],
    readonly classNames: readonly string[],
  ) {
    this.name = base.name;
    this.size = base.size;
    this.inputShape = base.inputShape;
    if (base.ahead !== undefined) this.ahead = base.ahead;
    if (base.batchSize !== undefined) this.batchSize = base.batchSize;
    if (base.preprocessing) this.preprocessing = base.preprocessing;
  }

  async fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): Promise<void> {
    await this.base.fill(indices, x, y, pass);
    for (let i = 0; i < indices.length; i++) y[i] = this.numbers[y[i]];
  }
}
