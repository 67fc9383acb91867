import { input } from '../../../layers/index.js';
import { isWholes, shown } from '../../../tensor/check.js';
import { StriateError, Tensor, type ErrorParts, type Shape } from '../../../tensor/index.js';
import { elementTypes, floatTypes, type GraphProto, type ValueInfoProto } from '../proto.js';
import { batch } from './dims.js';
import type { GraphImport } from './graphImport.js';
import type { ImportOnnxOptions, PictureLayout } from './importOptions.js';
import { noAxis, pictureOrder, type ConstantValue, type SymbolicValue } from './importedValue.js';

/** The graph's inputs that are not weights. */
export function importInputs(state: GraphImport, graph: GraphProto, options: ImportOnnxOptions): SymbolicValue[] {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const given = options.constants ?? {};
  const asked = options.inputs?.map((name) => infoOf(state, graph, name));
  for (const [name, numbers] of Object.entries(given)) {
    state.values.set(name, givenConstant(state, graph, name, numbers));
  }
  const inputs = asked ?? graph.input.filter(({ name = '' }) => !constants.has(name) && !Object.hasOwn(given, name));
  if (inputs.length === 0)
    throw new StriateError({ where: state.label, rule: 'its graph has no input to predict from' });
  if (state.batchAxis) state.fixedBatch = fixedBatch(state.label, inputs);
  return inputs.map((info) => {
    const value = inputValue(state.label, graph, info, inputs.length === 1, options);
    state.values.set(info.name ?? '', value);
    return value;
  });
}

/** What the file says of a value that becomes an input. */
function infoOf({ label }: GraphImport, graph: GraphProto, name: string): ValueInfoProto {
  const known = [...graph.input, ...graph.valueInfo].find((info) => info.name === name);
  if (known) return known;
  if (graph.node.some(({ input }) => input.includes(name))) return { name };
  throw new StriateError({
    where: label,
    rule: 'inputs must be values of its graph that the outputs follow from',
    received: `'${name}'`,
  });
}

/** The number of examples that inputs are said to have; where they differ, the first axis is not that of a batch. */
function fixedBatch(label: string, inputs: readonly ValueInfoProto[]): number | undefined {
  const stated = inputs.map(({ type }) => type?.tensorType?.shape?.dim[0]?.dimValue ?? 0);
  const fixed = [...new Set(stated.filter((n) => n > 0))];
  if (fixed.length < 2) return fixed[0];
  throw new StriateError({
    where: label,
    rule: 'the first axis of all inputs must be the batch',
    received: `${inputs.length} inputs with first axes ${stated.map((n) => n || 'free').join(', ')}`,
    advice: 'give those that are the same for all examples as { constants: { … } }, or say { batchAxis: false }',
  });
}

function givenConstant(
  { label }: GraphImport,
  graph: GraphProto,
  name: string,
  numbers: Tensor | number | readonly number[],
): ConstantValue {
  const info = graph.input.find((one) => one.name === name);
  if (!info) {
    const names = graph.input.map((one) => one.name).join(', ');
    throw new StriateError({
      where: label,
      rule: 'constants must be for its inputs',
      received: `'${name}'`,
      advice: `its inputs are ${names}`,
    });
  }
  const elementType = info.type?.tensorType?.elemType ?? elementTypes.float;
  const [shape, list]: [Shape, ArrayLike<number>] =
    numbers instanceof Tensor
      ? [numbers.shape, numbers.data]
      : typeof numbers === 'number'
        ? [[], [numbers]]
        : [[numbers.length], numbers];
  const data = elementType === elementTypes.float ? Float32Array.from(list) : Float64Array.from(list);
  return { kind: 'constant', name, learned: false, shape, data, elementType };
}

function inputValue(
  label: string,
  graph: GraphProto,
  info: ValueInfoProto,
  only: boolean,
  { inputShape, layout, batchAxis = true }: ImportOnnxOptions,
): SymbolicValue {
  const name = info.name ?? '';
  const where = `${label}: input '${name}'`;
  const refusal = (parts: ErrorParts): StriateError => new StriateError({ where, ...parts });
  const shape = info.type?.tensorType?.shape;
  const sizes = shape?.dim.map(({ dimValue }) => (dimValue !== undefined && dimValue > 0 ? dimValue : undefined));
  if (inputShape && !isWholes(inputShape)) {
    throw refusal({ rule: 'inputShape must be whole numbers from 1', received: shown(inputShape) });
  }
  if (!sizes && !(only && inputShape)) {
    throw refusal({ rule: 'its shape is not given', advice: 'give { inputShape: [height, width, channels] }' });
  }
  const elementType = info.type?.tensorType?.elemType ?? elementTypes.float;
  if (elementType === elementTypes.string) {
    throw refusal({
      rule: 'must be numbers',
      received: 'texts',
      advice: 'give them as a part of the network that takes numbers',
    });
  }
  const whole = !floatTypes.includes(elementType);
  if (!batchAxis) return { ...wholeInput(where, name, sizes, only ? inputShape : undefined, layout), whole };
  const rank = sizes?.length ?? (inputShape?.length ?? 0) + 1;
  if (rank === 0) {
    throw refusal({
      rule: 'must have an axis for the batch',
      received: 'a single number',
      advice: `give it as { constants: { '${name}': … } }`,
    });
  }
  const isPicture = rank === 4;
  const order = isPicture && inputLayout(graph, name, sizes ?? [], layout) === 'NCHW' ? pictureOrder : range(rank);
  const stated = order.slice(1).map((axis) => sizes?.[axis]);
  const given = only ? inputShape : undefined;
  if (given && given.length !== rank - 1) {
    throw refusal({ rule: `inputShape must have ${rank - 1} numbers`, received: shown(given) });
  }
  const ours = stated.map((n, i) => given?.[i] ?? n);
  const known = ours.filter((n) => n !== undefined);
  if (known.length < ours.length) {
    const text = ours.map((n) => n ?? 'free').join(', ');
    throw refusal({
      code: 'openSizes',
      rule: 'sizes must be known',
      received: `[${text}]`,
      advice: `give them as { inputShape: [${isPicture ? '224, 224, 3' : '…'}] }`,
    });
  }
  const dims = new Array<number>(rank).fill(batch);
  order.slice(1).forEach((axis, i) => (dims[axis] = known[i]));
  return { kind: 'symbolic', tensor: input({ shape: known, name }), dims, order, whole };
}

/** An input without an axis for the batch. */
function wholeInput(
  where: string,
  name: string,
  sizes: readonly (number | undefined)[] | undefined,
  given: Shape | undefined,
  layout: PictureLayout | undefined,
): SymbolicValue {
  const rank = sizes?.length ?? given?.length ?? 0;
  const order = rank === 3 && layout === 'NCHW' ? [1, 2, 0] : range(rank);
  const ours = order.map((axis, i) => given?.[i] ?? sizes?.[axis]);
  const shape = ours.filter((n) => n !== undefined);
  if (shape.length < rank || (given && given.length !== rank)) {
    throw new StriateError({
      where,
      code: 'openSizes',
      rule: 'sizes must be known',
      received: `[${ours.map((n) => n ?? 'free').join(', ')}]`,
      advice: 'give all of them as { inputShape: […] }',
    });
  }
  const dims = new Array<number>(rank);
  order.forEach((axis, i) => (dims[axis] = shape[i]));
  return { kind: 'symbolic', tensor: input({ shape, name }), dims, order: [noAxis, ...order] };
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Pictures have one to four channels. */
const mostChannels = 4;

/**
 * How an input of four axes lies: what the caller says, otherwise by its sizes, and where they leave it open, NHWC if the first
 * thing that is done is to bring channels to the front.
 */
function inputLayout(
  graph: GraphProto,
  name: string,
  sizes: readonly (number | undefined)[],
  given: PictureLayout | undefined,
): PictureLayout {
  if (given) return given;
  const [, first, , last] = sizes;
  const few = (n: number | undefined): boolean => n !== undefined && n <= mostChannels;
  if (few(first) !== few(last)) return few(last) ? 'NHWC' : 'NCHW';
  const users = graph.node.filter(({ input }) => input.includes(name));
  const turned =
    users.length > 0 &&
    users.every(({ opType, attribute }) => {
      const permutation = attribute.find((one) => one.name === 'perm')?.ints;
      return opType === 'Transpose' && permutation?.join() === '0,3,1,2';
    });
  return turned ? 'NHWC' : 'NCHW';
}
