import { StriateError } from '../tensor/index.js';
import type { DataPass, DataSet } from './dataSet.js';
import type { Preprocessing } from '../pictures/preprocessing.js';
import { DataSetParts } from './selectableSet.js';

/** A data set derived from another one, whose properties it has unless it overrides them. */
export abstract class DerivedSet extends DataSetParts {
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  readonly ahead?: number;
  readonly batchSize?: number;
  readonly varies?: boolean;
  readonly preprocessing?: Preprocessing;
  readonly label?: (index: number) => number;

  constructor(
    /** The data set that it is derived from. */
    readonly base: DataSet,
    changed: Partial<Pick<DataSet, 'size' | 'classNames' | 'batchSize' | 'varies' | 'preprocessing' | 'label'>> = {},
  ) {
    super();
    this.name = base.name;
    this.size = changed.size ?? base.size;
    this.inputShape = base.inputShape;
    this.classNames = changed.classNames ?? base.classNames;
    if (base.ahead !== undefined) this.ahead = base.ahead;
    const { batchSize = base.batchSize, varies = base.varies, preprocessing = base.preprocessing } = changed;
    if (batchSize !== undefined) this.batchSize = batchSize;
    if (varies !== undefined) this.varies = varies;
    if (preprocessing) this.preprocessing = preprocessing;
    const label = changed.label ?? base.label?.bind(base);
    if (label) this.label = label;
  }

  override subset(indices: ArrayLike<number>): Subset {
    return new Subset(this, indices);
  }
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
    super(base, { classNames, ...(base.label && { label: (index: number) => numbers[base.label!(index)] }) });
  }

  async fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): Promise<void> {
    await this.base.fill(indices, x, y, pass);
    for (let i = 0; i < indices.length; i++) y[i] = this.numbers[y[i]];
  }
}

/** Some examples of another set, which are augmented as they are in that set. */
export class Subset extends DerivedSet {
  readonly fillTargets?: NonNullable<DataSet['fillTargets']>;
  readonly fillNamedTargets?: NonNullable<DataSet['fillNamedTargets']>;
  /** Which examples of `base`, in order. */
  readonly rows: Int32Array;

  constructor(base: DataSet, indices: ArrayLike<number>) {
    const rows = Int32Array.from(indices);
    const outside = rows.findIndex((row, i) => row !== indices[i] || row < 0 || row >= base.size);
    if (outside !== -1) {
      throw new StriateError({
        where: `data set '${base.name}'`,
        rule: `has examples 0 to ${base.size - 1}`,
        received: indices[outside],
      });
    }
    super(base, { size: rows.length, ...(base.label && { label: (index: number) => base.label!(rows[index]) }) });
    this.rows = rows;
    if (base.fillTargets) this.fillTargets = (at, ...rest) => base.fillTargets!(this.inBase(at), ...rest);
    if (base.fillNamedTargets)
      this.fillNamedTargets = (at, ...rest) => base.fillNamedTargets!(this.inBase(at), ...rest);
  }

  fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): void | Promise<void> {
    return this.base.fill(this.inBase(indices), x, y, pass);
  }

  private inBase(indices: ArrayLike<number>): Int32Array {
    return Int32Array.from(indices, (index) => this.rows[index]);
  }
}
