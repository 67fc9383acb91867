import type { DataPass, DataSet } from '../data/dataSet.js';
import { findNotFinite, isWhole } from '../tensor/check.js';
import { formatShape, sameShape, sizeOf, StriateError } from '../tensor/index.js';
import { unknownLabel, type FeedArray } from './batchColumns.js';
import type { Batch, ExampleOptions, Examples } from './examples.js';
import { feedNames } from './executor.js';
import type { Objective } from './objective.js';

/** A target that a data set fills. */
interface NamedTarget {
  readonly name: string;
  /** Numbers of one example. */
  readonly row: number;
  readonly classes: boolean;
  /** The number of classes, and the label that does not count; undefined where any number may stand. */
  readonly known?: { readonly count: number; readonly ignored: number | undefined };
}

function namedTargets({ outputs, joint }: Objective): readonly NamedTarget[] {
  if (joint) {
    return joint.loss.targets.map(({ name, shape, kind }) => ({
      name,
      row: sizeOf(shape),
      classes: kind === 'classes',
    }));
  }
  return outputs.map(({ name, shape, loss }) => {
    const classes = loss.targets === 'classes';
    const row = sizeOf(classes ? shape.slice(0, -1) : shape);
    return { name, row, classes, ...(classes && { known: { count: shape.at(-1)!, ignored: loss.ignoredClass } }) };
  });
}

/** Examples of a data set that fills what each output, or each target of a joint loss, is compared with. */
export class NamedExamples implements Examples {
  readonly size: number;
  readonly ahead: number;
  readonly bytes: number;
  readonly layout: string;
  private readonly row: number;
  private readonly input: string;
  private readonly targets: readonly NamedTarget[];
  /** Examples are checked the first time they are read: a data set's content does not change. */
  private readonly checked: Uint8Array;

  constructor(
    private readonly dataSet: DataSet,
    objective: Objective,
    private readonly options: Pick<ExampleOptions, 'where' | 'topology' | 'classWeight'>,
  ) {
    const { where, topology, classWeight } = options;
    const { name, size, inputShape } = dataSet;
    const [expected, ...more] = topology.inputs;
    if (more.length > 0 || !sameShape(expected.shape, inputShape)) {
      throw new StriateError({
        where,
        rule: `the model takes ${topology.inputs.map(({ shape }) => formatShape([null, ...shape])).join(' and ')}`,
        received: `the data set '${name}' with pictures of ${formatShape(inputShape)}`,
        advice: 'build the model for one input of that shape',
      });
    }
    if (classWeight !== undefined) {
      const rule = `classWeight is of sets with one class for each example, and '${name}' has targets of its own`;
      throw new StriateError({ where, rule, advice: 'give the loss its weights' });
    }
    if (size === 0) throw new StriateError({ where, rule: `the data set '${name}' holds no examples` });
    this.size = size;
    this.ahead = dataSet.ahead ?? 1;
    this.row = sizeOf(inputShape);
    this.bytes = 4 * this.row;
    this.input = feedNames.input(topology.inputNames[0]);
    this.targets = namedTargets(objective);
    this.layout = [this.row, ...this.targets.map(({ name, row, classes }) => `${name}=${row}:${classes}`)].join(' ');
    this.checked = new Uint8Array(size);
  }

  allocate(count: number): Batch {
    const feeds: Record<string, FeedArray> = { [this.input]: new Float32Array(count * this.row) };
    for (const { name, row, classes } of this.targets) {
      feeds[feedNames.target(name)] = new (classes ? Int32Array : Float32Array)(count * row);
    }
    return { size: count, feeds, weighted: false };
  }

  async fill(indices: Int32Array, { feeds }: Batch, pass?: DataPass): Promise<void> {
    const x = feeds[this.input] as Float32Array;
    const targets = Object.fromEntries(
      this.targets.map(({ name }) => [name, feeds[feedNames.target(name)] as Float32Array | Int32Array]),
    );
    await this.dataSet.fillNamedTargets!(indices, x, targets, pass);
    if (indices.every((index) => this.checked[index])) return;
    this.expectFinite(indices, x, this.row, '');
    for (const { name, row, known } of this.targets) {
      const values = targets[name];
      if (values instanceof Float32Array) this.expectFinite(indices, values, row, ` for '${name}'`);
      else if (known) this.expectKnown(indices, values, row, name, known);
    }
    for (const index of indices) this.checked[index] = 1;
  }

  private expectFinite(indices: Int32Array, values: Float32Array, row: number, what: string): void {
    const bad = findNotFinite(values);
    if (bad === -1) return;
    throw new StriateError({
      where: this.options.where,
      rule: `the data set '${this.dataSet.name}' holds ${values[bad]}${what} in example ${indices[Math.floor(bad / row)]}`,
      advice: 'repair or leave out that example',
    });
  }

  private expectKnown(
    indices: Int32Array,
    values: Int32Array,
    row: number,
    name: string,
    { count, ignored }: NonNullable<NamedTarget['known']>,
  ): void {
    const bad = values.findIndex((value) => value !== ignored && !isWhole(value, 0, count - 1));
    if (bad === -1) return;
    const label = `data set '${this.dataSet.name}', '${name}'`;
    throw new StriateError(unknownLabel(this.options.where, label, count, values[bad], indices[Math.floor(bad / row)]));
  }
}
