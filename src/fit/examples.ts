import type { DataPass, DataSet } from '../data/dataSet.js';
import { findNotFinite } from '../tensor/check.js';
import { formatShape, sameShape, sizeOf, StriateError } from '../tensor/index.js';
import {
  applyClassWeight,
  inputColumns,
  unknownLabel,
  targetColumns,
  weightColumn,
  type ClassWeight,
  type Column,
  type FeedArray,
  type InputData,
  type TargetData,
} from './batchColumns.js';
import { feedNames } from './executor.js';
import type { Objective } from './objective.js';
import type { Topology } from '../topology/topology.js';

/** Examples in the form that a program takes. */
export interface Batch {
  readonly size: number;
  readonly feeds: Readonly<Record<string, FeedArray>>;
  /** Whether `feeds` holds weights of the examples. */
  readonly weighted: boolean;
}

/** Examples that can be fetched in any order. */
export interface Examples {
  readonly size: number;
  /** Arrays for this many examples. */
  allocate(count: number): Batch;
  /** Examples of the same layout have batches of the same form, which can take turns in the same memory; undefined: none do. */
  readonly layout?: string;
  /** Neighbouring examples where they lie, without copying; only where they are in memory as a program takes them. */
  slice?(begin: number, end: number): Batch;
  /** How many batches are worth fetching ahead; 1 where it is left out. */
  readonly ahead?: number;
  /** Bytes of one example's input, for examples that are fetched ahead. */
  readonly bytes?: number;
  /** Fetches examples into a batch of `indices.length`; `pass` tells augmentation which epoch of a training it is. */
  fill(indices: Int32Array, batch: Batch, pass?: DataPass): void | Promise<void>;
}

/** What training needs to know to read examples. */
export interface ExampleOptions {
  /** What error messages begin with. */
  readonly where: string;
  readonly topology: Topology;
  /** Undefined for predictions: only inputs are read. */
  readonly objective?: Objective;
  readonly classWeight?: ClassWeight | undefined;
  /** Makes examples of the whole model those of its head, where the frozen layers before it run once. */
  readonly frozen?: { examples(whole: Examples, varies: boolean): Examples } | undefined;
  /** How many changed versions of each example the frozen layers see; none where these see what does not change. */
  readonly views?: number | undefined;
}

/** The first `count` examples of a batch; shares memory. */
export function firstOf(batch: Batch, count: number): Batch {
  if (count === batch.size) return batch;
  const feeds = Object.entries(batch.feeds).map(([name, data]) => {
    return [name, data.subarray(0, (data.length / batch.size) * count)] as const;
  });
  return { ...batch, size: count, feeds: Object.fromEntries(feeds) };
}

/** Examples in memory. */
class ColumnExamples implements Examples {
  readonly size: number;

  constructor(private readonly columns: readonly Column[]) {
    this.size = columns[0].data.length / columns[0].row;
  }

  allocate(count: number): Batch {
    const feeds = this.columns.map(({ feed, row, data }) => {
      const array = new (data.constructor as new (length: number) => FeedArray)(count * row);
      return [feed, array] as const;
    });
    return { size: count, feeds: Object.fromEntries(feeds), weighted: this.weighted };
  }

  fill(indices: Int32Array, { feeds }: Batch): void {
    for (const { feed, row, data } of this.columns) {
      const target = feeds[feed];
      if (row === 1) for (let k = 0; k < indices.length; k++) target[k] = data[indices[k]];
      else
        for (let k = 0; k < indices.length; k++)
          target.set(data.subarray(indices[k] * row, (indices[k] + 1) * row), k * row);
    }
  }

  slice(begin: number, end: number): Batch {
    const feeds = this.columns.map(({ feed, row, data }) => [feed, data.subarray(begin * row, end * row)] as const);
    return { size: end - begin, feeds: Object.fromEntries(feeds), weighted: this.weighted };
  }

  /** All examples as one batch, without copying. */
  asBatch(): Batch {
    return this.slice(0, this.size);
  }

  private get weighted(): boolean {
    return this.columns.some(({ feed }) => feed === feedNames.sampleWeight);
  }
}

/** Checked examples of tensors. */
export function tensorExamples(
  { where, topology, objective, classWeight }: ExampleOptions,
  x: InputData,
  y?: TargetData,
  sampleWeight?: ArrayLike<number>,
): ColumnExamples {
  const inputs = inputColumns(where, topology, x);
  if (!objective) return new ColumnExamples(inputs);
  if (y === undefined) throw new StriateError({ where, rule: 'needs targets beside x', received: 'none' });
  const count = inputs[0].data.length / inputs[0].row;
  const targets = targetColumns(where, topology, objective, y, count);
  if (objective.joint && (sampleWeight ?? classWeight) !== undefined) {
    const rule = `the loss '${objective.joint.loss.name}' is of whole batches, and weighs no examples`;
    throw new StriateError({ where, rule, advice: 'leave sampleWeight and classWeight out' });
  }
  const weights = weightColumn(where, targets, count, sampleWeight, classWeight);
  return new ColumnExamples(weights ? [...inputs, ...targets, weights] : [...inputs, ...targets]);
}

/** Examples of a data set: class numbers become one-hot where the loss takes one number per class. */
export class DataSetExamples implements Examples {
  readonly size: number;
  readonly ahead: number;
  readonly bytes: number;
  readonly layout: string;
  private readonly row: number;
  private readonly input: string;
  /** Examples are checked the first time they are read: a data set's content does not change. */
  private readonly checked: Uint8Array;

  constructor(
    private readonly dataSet: DataSet,
    private readonly options: ExampleOptions,
  ) {
    const { where, topology, objective } = options;
    if (objective?.joint) {
      const rule = `a data set has labels, and the loss '${objective.joint.loss.name}' takes targets of its own`;
      throw new StriateError({ where, rule, advice: 'use tensors or a generator' });
    }
    this.size = dataSet.size;
    this.ahead = dataSet.ahead ?? 1;
    this.row = sizeOf(dataSet.inputShape);
    this.bytes = 4 * this.row;
    this.layout = layoutOf(this.row, objective, options.classWeight);
    this.checked = new Uint8Array(dataSet.size);
    this.input = feedNames.input(topology.inputNames[0]);
    if (topology.inputs.length !== 1 || (objective && objective.outputs.length !== 1)) {
      throw new StriateError({
        where,
        rule: 'a data set has one input and one output',
        advice: `the model has ${topology.inputs.length} and ${objective?.outputs.length}; use tensors`,
      });
    }
    const expected = topology.inputs[0].shape;
    if (!sameShape(expected, dataSet.inputShape)) {
      throw new StriateError({
        where,
        rule: `the model takes ${formatShape([null, ...expected])}`,
        advice: `the data set '${dataSet.name}' has pictures of ${formatShape(dataSet.inputShape)}; build the model with inputShape ${formatShape(dataSet.inputShape)}`,
      });
    }
    if (dataSet.size === 0) throw new StriateError({ where, rule: `the data set '${dataSet.name}' holds no examples` });
  }

  allocate(count: number): Batch {
    // Sets that read files ahead do so in threads, which then write where the batch is wanted.
    const threads = this.dataSet.ahead !== undefined && typeof SharedArrayBuffer !== 'undefined';
    const bytes = 4 * count * this.row;
    const x = new Float32Array(threads ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    const feeds: Record<string, FeedArray> = { [this.input]: x };
    const { objective, classWeight } = this.options;
    if (objective) {
      const [{ name, loss, shape }] = objective.outputs;
      const classes = loss.targets === 'classes';
      feeds[feedNames.target(name)] = classes ? new Int32Array(count) : new Float32Array(count * sizeOf(shape));
      if (classWeight) feeds[feedNames.sampleWeight] = new Float32Array(count);
    }
    return { size: count, feeds, weighted: feedNames.sampleWeight in feeds };
  }

  async fill(indices: Int32Array, { feeds }: Batch, pass?: DataPass): Promise<void> {
    const { objective, classWeight, where } = this.options;
    const x = feeds[this.input] as Float32Array;
    if (!objective) {
      await this.dataSet.fill(indices, x, new Int32Array(indices.length));
      this.check(indices, x);
      return;
    }
    const [{ name, loss, shape }] = objective.outputs;
    const target = feeds[feedNames.target(name)];
    const classes = sizeOf(shape);
    if (pass && this.dataSet.fillTargets && target instanceof Float32Array) {
      await this.fillMixed(indices, x, target, classes, pass);
      if (classWeight) {
        const weights = feeds[feedNames.sampleWeight] as Float32Array;
        applyClassWeight(where, { feed: '', row: classes, data: target }, classWeight, weights.fill(1));
      }
      return;
    }
    const labels = target instanceof Int32Array ? target : new Int32Array(indices.length);
    await this.dataSet.fill(indices, x, labels, pass);
    this.check(
      indices,
      x,
      labels,
      loss.targets === 'classes' || classes > 1 ? Math.max(shape.at(-1) ?? 1, 1) : Infinity,
    );
    if (target !== labels) {
      target.fill(0);
      if (classes === 1) target.set(labels);
      else for (let k = 0; k < labels.length; k++) target[k * classes + labels[k]] = 1;
    }
    if (classWeight) {
      const weights = feeds[feedNames.sampleWeight] as Float32Array;
      applyClassWeight(where, { feed: '', row: 1, data: labels }, classWeight, weights.fill(1));
    }
  }

  /** Mixed pictures with the shares of their classes; one output is the share of the second of two classes. */
  private async fillMixed(
    indices: Int32Array,
    x: Float32Array,
    target: Float32Array,
    outputs: number,
    pass: DataPass,
  ): Promise<void> {
    const known = this.dataSet.classNames.length;
    if (outputs < known && !(outputs === 1 && known === 2)) {
      throw new StriateError({
        where: this.options.where,
        rule: `the data set '${this.dataSet.name}' has ${known} classes`,
        advice: `the model has ${outputs} outputs; give its last layer ${known}`,
      });
    }
    const shares = outputs === known ? target : new Float32Array(indices.length * known);
    await this.dataSet.fillTargets!(indices, x, shares, pass);
    this.check(indices, x);
    if (shares === target) return;
    target.fill(0);
    for (let k = 0; k < indices.length; k++) {
      if (outputs === 1) target[k] = shares[2 * k + 1];
      else target.set(shares.subarray(k * known, (k + 1) * known), k * outputs);
    }
  }

  private check(indices: Int32Array, x: Float32Array, labels?: Int32Array, classes = Infinity): void {
    const { checked, row } = this;
    const { where } = this.options;
    const first = indices.findIndex((index) => !checked[index]);
    if (first === -1) return;
    const bad = findNotFinite(x);
    if (bad !== -1) {
      const example = indices[Math.floor(bad / row)];
      throw new StriateError({
        where,
        rule: `the data set '${this.dataSet.name}' holds ${x[bad]} in example ${example}`,
        advice: 'repair or leave out that example',
      });
    }
    const outside = labels?.findIndex((label) => !(label >= 0 && label < classes)) ?? -1;
    if (labels && outside !== -1) {
      const label = `data set '${this.dataSet.name}'`;
      throw new StriateError(unknownLabel(where, label, classes, labels[outside], indices[outside]));
    }
    for (const index of indices) checked[index] = 1;
  }
}

function layoutOf(row: number, objective: Objective | undefined, classWeight: ClassWeight | undefined): string {
  const targets = objective?.outputs.map(({ name, loss, shape }) => `${name}:${loss.targets}:${shape.join('x')}`) ?? [];
  return [row, ...targets, ...(classWeight ? ['weighted'] : [])].join(' ');
}
