import type { DataPass, DataSet } from './dataSet.js';
import { DerivedSet } from './derivedSet.js';

/**
 * The same pictures under the numbers that a model gives to their classes.
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
