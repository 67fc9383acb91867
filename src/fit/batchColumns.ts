import { formatShape, sameShape, sizeOf, StriateError, type ErrorParts, Tensor, type Shape } from '../tensor/index.js';
import { feedNames } from './executor.js';
import type { Objective, OutputObjective } from './objective.js';
import type { Topology } from '../topology/topology.js';
import type { JointLoss } from '../training/jointLoss.js';
import { findNotFinite, isWhole } from '../tensor/check.js';

/** Arrays that can be fed to a program. */
export type FeedArray = Float32Array | Int32Array | Uint8Array;

/** One input of the training programs for all examples: `row` numbers for each. */
export interface Column {
  readonly feed: string;
  readonly row: number;
  readonly data: FeedArray;
}

/** A model's input: one tensor [N, …], or for several inputs a list or an object by input name. */
export type InputData = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/**
 * A model's targets: class numbers [N] or a tensor; for several outputs a list of tensors or an object by output name.
 */
export type TargetData =
  Tensor | ArrayLike<number> | readonly Tensor[] | Readonly<Record<string, Tensor | ArrayLike<number>>>;

/** How much each class counts: by class number. */
export type ClassWeight = Readonly<Record<number, number>> | readonly number[];

function isTensorList(value: unknown): value is readonly Tensor[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => item instanceof Tensor);
}

function isList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** Assigns what was given to names. */
function byName<T>(
  where: string,
  what: string,
  names: readonly string[],
  given: unknown,
  single: (v: unknown) => v is T,
): T[] {
  if (single(given)) {
    if (names.length === 1) return [given];
    throw new StriateError({ where, rule: `the model has ${what}s ${names.join(', ')}`, received: 'only one' });
  }
  if (isTensorList(given)) {
    if (given.length === names.length) return given as unknown as T[];
    throw new StriateError({
      where,
      rule: `the model has ${names.length} ${what}s (${names.join(', ')})`,
      received: given.length,
    });
  }
  const record = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  return names.map((name) => {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (single(value)) return value;
    const received = describe(given);
    throw new StriateError({
      where,
      rule: `needs a tensor for the ${what} '${name}'`,
      received,
      advice: inPlace(where, what, given),
    });
  });
}

/** What to write instead of something that is no tensor. */
function inPlace(where: string, what: string, given: unknown): string | undefined {
  const [call] = where.split(',');
  if (typeof given === 'string') return `to name what is in a picture, write classify(model, '${given}')`;
  if (isList(given)) {
    return what === 'input' && !isNested(given)
      ? 'write tensor(values, shape), with the number of examples first'
      : 'write tensor(values)';
  }
  if (typeof given !== 'object' || given === null) return undefined;
  if (where.includes('validationData')) return 'write validationData: [x, y]';
  if ('x' in given && 'y' in given) return `write ${call}(x, y, options)`;
  if ('width' in given && 'height' in given)
    return 'write classify(model, picture), or (await preparePicture(picture, …)) for its numbers';
  return what === 'output' ? `write ${call}(x, y, options)` : undefined;
}

/** Whether a list holds lists. */
function isNested(value: ArrayLike<unknown>): boolean {
  return Array.isArray(value[0]) || ArrayBuffer.isView(value[0]);
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (value instanceof Tensor) return `${value.dtype} ${formatShape(value.shape)}`;
  if (isList(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? `{ ${Object.keys(value).join(', ')} }` : `a ${typeof value}`;
}

/**
 * Checks a model's inputs.
 *
 * @param where what error messages begin with: `fit`
 */
export function inputColumns(where: string, topology: Topology, x: InputData): Column[] {
  const given = byName(where, 'input', topology.inputNames, x, (v): v is Tensor => v instanceof Tensor);
  const count = given[0].shape[0] ?? 0;
  return given.map((value, i) => {
    const name = topology.inputNames[i];
    const label = given.length > 1 ? `input '${name}'` : 'x';
    const expected = topology.inputs[i].shape;
    if (!sameShape(value.shape.slice(1), expected)) throw new StriateError(misshaped(where, label, expected, value));
    if (count === 0)
      throw new StriateError({ where, rule: `${label} holds no examples`, received: formatShape(value.shape) });
    if (value.shape[0] !== count) {
      throw new StriateError({ where, rule: `${label} holds ${value.shape[0]} examples, the first input ${count}` });
    }
    const row = sizeOf(expected);
    const data = value.data instanceof Int32Array ? Float32Array.from(value.data) : value.data;
    const bad = findNotFinite(data);
    if (bad !== -1) {
      throw new StriateError({
        where,
        rule: `${label} holds ${data[bad]} in example ${Math.floor(bad / row)} (element ${bad % row})`,
        advice: 'repair or leave out that example',
      });
    }
    return { feed: feedNames.input(name), row, data };
  });
}

function misshaped(where: string, label: string, expected: Shape, value: Tensor): ErrorParts {
  const size = sizeOf(expected);
  const fits = value.shape.length > 0 && value.size === value.shape[0] * size;
  const advice = sameShape(value.shape, expected)
    ? `a single example is a batch of one: write x.reshape([${[1, ...expected].join(', ')}])`
    : fits
      ? `reshape it to ${formatShape([value.shape[0], ...expected])}`
      : 'give it pictures of that size, or build the model for these';
  const rule = `${label} must have shape ${formatShape([null, ...expected])}`;
  return { where, rule, received: formatShape(value.shape), advice };
}

/** Checks a model's targets and brings them into the form that the losses take. */
export function targetColumns(
  where: string,
  topology: Topology,
  objective: Objective,
  y: TargetData,
  count: number,
): Column[] {
  if (objective.joint) return jointColumns(where, objective.joint.loss, y, count);
  const names = objective.outputs.map((output) => output.name);
  // A list of tensors may also cover outputs that have no loss.
  const given =
    isTensorList(y) && y.length === topology.outputs.length ? objective.outputs.map(({ index }) => y[index]) : y;
  const values = byName(
    where,
    'output',
    names,
    given,
    (v): v is Tensor | ArrayLike<number> => v instanceof Tensor || (isList(v) && !isTensorList(v) && !isNested(v)),
  );
  return objective.outputs.map((output, i) => {
    const label = objective.outputs.length > 1 ? `y '${output.name}'` : 'y';
    return targetColumn(where, label, output, values[i], count);
  });
}

/** The targets of a joint loss: each has a shape of its own. */
function jointColumns(where: string, { targets }: JointLoss, y: TargetData, count: number): Column[] {
  const names = targets.map(({ name }) => name);
  const given = byName(where, 'target', names, y, (v): v is Tensor => v instanceof Tensor);
  return targets.map(({ name, shape, kind }, i) => {
    const { data, shape: received } = given[i];
    const expected = [count, ...shape];
    if (!sameShape(received, expected)) {
      const rule = `the target '${name}' must have shape ${formatShape(expected)}`;
      throw new StriateError({ where, rule, received: formatShape(received) });
    }
    const classes = kind === 'classes';
    const bad = classes ? data.findIndex((value) => !Number.isInteger(value)) : findNotFinite(data);
    if (bad !== -1) {
      const rule = `the target '${name}' holds ${data[bad]} in example ${Math.floor(bad / sizeOf(shape))}`;
      throw new StriateError({ where, rule, advice: classes ? 'class numbers are whole' : 'repair that target' });
    }
    const feed = feedNames.target(name);
    const row = sizeOf(shape);
    if (classes) return { feed, row, data: data instanceof Int32Array ? data : Int32Array.from(data) };
    return { feed, row, data: data instanceof Float32Array ? data : Float32Array.from(data) };
  });
}

function targetColumn(
  where: string,
  label: string,
  { name, shape, loss }: OutputObjective,
  value: Tensor | ArrayLike<number>,
  count: number,
): Column {
  const classes = loss.targets === 'classes';
  const expected = classes ? shape.slice(0, -1) : shape;
  const data = value instanceof Tensor ? value.data : value;
  const received = value instanceof Tensor ? value.shape : [value.length];
  const row = sizeOf(expected);
  if (received[0] !== count) {
    throw new StriateError({ where, rule: `there are ${count} examples but ${received[0]} targets in ${label}` });
  }
  if (data.length !== count * row) {
    const wanted = formatShape([null, ...expected]);
    const hint = classes
      ? data.length === count * sizeOf(shape) && shape.at(-1) !== 1
        ? "; for one number per class use the loss 'categoricalCrossentropy'"
        : ''
      : data.length === count && (shape.at(-1) ?? 1) > 1
        ? "; for class numbers use the loss 'sparseCategoricalCrossentropy'"
        : '';
    throw new StriateError({
      where,
      rule: `${label} must have shape ${wanted} for the loss '${loss.name}'`,
      received: `${formatShape(received)}${hint}`,
    });
  }
  const feed = feedNames.target(name);
  if (classes) return { feed, row, data: classNumbers(where, label, data, shape.at(-1)!, row, loss.ignoredClass) };
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  const bad = findNotFinite(values);
  if (bad !== -1) {
    throw new StriateError({
      where,
      rule: `${label} holds ${values[bad]} in example ${Math.floor(bad / row)}`,
      advice: 'repair that target',
    });
  }
  return { feed, row, data: values };
}

function classNumbers(
  where: string,
  label: string,
  data: ArrayLike<number>,
  classes: number,
  row: number,
  ignored: number | undefined,
): Int32Array {
  const numbers = data instanceof Int32Array ? data : new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value !== ignored && !isWhole(value, 0, classes - 1)) {
      throw new StriateError(unknownLabel(where, label, classes, value, Math.floor(i / row)));
    }
    numbers[i] = value;
  }
  return numbers;
}

/** What is said of a label that no class has. */
export function unknownLabel(
  where: string,
  label: string,
  classes: number,
  value: number,
  example: number,
): ErrorParts {
  return {
    where,
    rule: `${label}: labels must be 0…${classes - 1}; label ${value} at example ${example}`,
    advice: 'correct the labels, or give the model as many outputs as there are classes',
  };
}

/** The weights of examples: their own times their class's; undefined where all count alike. */
export function weightColumn(
  where: string,
  targets: readonly Column[],
  count: number,
  sampleWeight: ArrayLike<number> | Tensor | undefined,
  classWeight: ClassWeight | undefined,
): Column | undefined {
  if (sampleWeight === undefined && classWeight === undefined) return undefined;
  const given = sampleWeight instanceof Tensor ? sampleWeight.data : sampleWeight;
  if (given && given.length !== count) {
    throw new StriateError({
      where,
      rule: `sampleWeight must hold one number for each of ${count} examples`,
      received: given.length,
    });
  }
  const weights = given ? Float32Array.from(given) : new Float32Array(count).fill(1);
  const bad = findNotFinite(weights);
  if (bad !== -1) throw new StriateError({ where, rule: `sampleWeight holds ${weights[bad]} at example ${bad}` });
  if (classWeight !== undefined) {
    if (targets.length !== 1)
      throw new StriateError({ where, rule: 'classWeight needs a model with one output', advice: 'use sampleWeight' });
    applyClassWeight(where, targets[0], classWeight, weights);
  }
  return { feed: feedNames.sampleWeight, row: 1, data: weights };
}

/** Multiplies weights by those of the examples' classes; a class without a weight counts 1, as in Keras. */
export function applyClassWeight(where: string, target: Column, classWeight: ClassWeight, weights: Float32Array): void {
  const { data, row } = target;
  if (data instanceof Int32Array && row !== 1) {
    throw new StriateError({
      where,
      rule: 'classWeight needs one class for each example',
      received: row,
      advice: 'use sampleWeight',
    });
  }
  for (let i = 0; i < weights.length; i++) {
    let label = data[i * row];
    if (row > 1) {
      label = 0;
      for (let c = 1; c < row; c++) if (data[i * row + c] > data[i * row + label]) label = c;
    }
    weights[i] *= (classWeight as Record<number, number | undefined>)[label] ?? 1;
  }
}
