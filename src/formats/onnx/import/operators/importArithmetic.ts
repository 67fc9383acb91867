import { LayerNormalization, layers, type Layer, type LayerOptions } from '../../../../layers/index.js';
import { sizeOf } from '../../../../tensor/index.js';
import { elementwise, unary, variadic } from '../constantFolding.js';
import { floats, noAxis, type ConstantValue, type ImportedValue, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { ImportRule, OnnxOperators } from '../onnxOperator.js';
import { batch, hasBatch } from '../dims.js';
import { reshaped } from '../reshaped.js';
import { canonical } from '../valueLayout.js';
import { block } from './alongAxis.js';
import { alignPair, alignStretched } from './broadcasting.js';
import { limits } from './importActivations.js';
import { recognizedLine, recognizedPair } from './recognized.js';

/** Layers that join two values. */
const joins = {
  Add: layers.add,
  Sub: layers.subtract,
  Mul: layers.multiply,
  Div: layers.divide,
  Max: layers.maximum,
  Min: layers.minimum,
} as const satisfies Readonly<Record<string, (options?: LayerOptions) => Layer>>;

type Join = keyof typeof joins;

function joined(node: OnnxNode, operator: Join, a: SymbolicValue, b: SymbolicValue): SymbolicValue {
  const { values, result } = alignPair(node, a, b);
  const [first, second] = values.map(({ tensor }) => tensor);
  const known = recognizedPair(operator, first, second);
  if (known) return { ...result, tensor: node.apply(known.make(node.layerName()), known.input) };
  return { ...result, tensor: node.apply(joins[operator](node.layerName()), first, second) };
}

/** x · scale + offset by one number each; what comes before may make a known activation of it. */
function line(node: OnnxNode, x: SymbolicValue, scale: number, offset: number): SymbolicValue {
  if (scale === 1 && offset === 0) return x;
  const known = recognizedLine(x.tensor, { scale, offset });
  if (known) return { ...x, tensor: node.apply(known.make(node.layerName()), known.input) };
  return node.like(x, layers.rescaling({ scale, offset, ...node.layerName() }));
}

/** A layer normalization that was written out gets its learned scale and offset back. */
function normalizationTerm(
  node: OnnxNode,
  x: SymbolicValue,
  data: Float32Array,
  kind: 'scale' | 'center',
): SymbolicValue | undefined {
  const layer = x.tensor.source?.layer;
  if (!(layer instanceof LayerNormalization) || layer.center || (kind === 'scale' && layer.scale)) return undefined;
  const place = node.inputs().indexOf(x);
  if (place < 0 || !node.isOnlyUserOf(place)) return undefined;
  const { epsilon, scale, name } = layer;
  // The layer that is replaced is not part of the model, so its name is free again.
  const own = scale ? { name } : node.layerName();
  const whole = layers.layerNormalization({
    epsilon,
    scale: scale || kind === 'scale',
    center: kind === 'center',
    ...own,
  });
  node.setWeights(whole, { ...node.weightsOf(layer), [kind === 'scale' ? 'gamma' : 'beta']: data });
  return { ...x, tensor: node.apply(whole, ...(x.tensor.source?.inputs ?? [])) };
}

/** A constant of several numbers multiplied or added: weights if it is an initializer, otherwise settings. */
function term(node: OnnxNode, given: SymbolicValue, constant: ConstantValue, kind: 'scale' | 'center'): SymbolicValue {
  const { value: x, shape, data } = alignStretched(node, given, constant);
  const perChannel = shape.length === 1 && shape[0] === x.tensor.shape.at(-1);
  if (!constant.learned && perChannel) {
    const numbers = Array.from(data);
    const options = kind === 'scale' ? { scale: numbers } : { scale: 1, offset: numbers };
    return node.like(x, layers.rescaling({ ...options, ...node.layerName() }));
  }
  const normalized = constant.learned && perChannel ? normalizationTerm(node, x, data, kind) : undefined;
  if (normalized) return normalized;
  const layer = layers.affine({
    scale: kind === 'scale',
    center: kind === 'center',
    shape: perChannel ? undefined : shape,
    ...node.layerName(),
  });
  if (!constant.learned) layer.trainable = false;
  node.setWeights(layer, kind === 'scale' ? { gamma: data } : { beta: data });
  return node.like(x, layer);
}

/**
 * A constant as a value that all examples have: zeros of a computed value, to which it is added, so that a learned one (a class
 * token) goes on being learned.
 */
export function spread(node: OnnxNode, constant: ConstantValue, like: SymbolicValue): SymbolicValue {
  const x = canonical(node, like);
  const all = x.dims.some(hasBatch) && !x.dims.includes(batch);
  node.expect(!all, 'constants cannot be put beside values in which examples share an axis with others');
  const single = x.dims.reduce(
    (value, size, axis) => (hasBatch(size) ? value : block(node, value, axis, 0, 1, `first${axis}`)),
    x,
  );
  const ones = new Array<number>(Math.max(1, constant.shape.length)).fill(1);
  const isBatched = single.order[0] !== noAxis;
  const plain = reshaped(node, single, isBatched || x.dims.includes(batch) ? [batch, ...ones.slice(1)] : ones);
  const zero = node.like(plain, layers.rescaling({ scale: 0, ...node.layerName('zero') }));
  const shape = [...ones.slice(constant.shape.length), ...constant.shape];
  const fixed = ofExample(node, { ...constant, shape });
  return fixed.data.length === 1 ? line(node, zero, 1, fixed.data[0]) : term(node, zero, fixed, 'center');
}

/** A constant that is the same for each of the examples that the file fixes, for one of them. */
function ofExample(node: OnnxNode, constant: ConstantValue): ConstantValue {
  const [examples, ...rest] = constant.shape;
  if (examples === 1 || examples !== node.fixedBatch) return constant;
  const size = sizeOf(rest);
  const alike = constant.data.every((n, i) => Object.is(n, constant.data[i % size]));
  return alike ? { ...constant, shape: [1, ...rest], data: constant.data.slice(0, size) } : constant;
}

const mapped = (constant: ConstantValue, f: (x: number) => number): ConstantValue => ({
  ...constant,
  data: constant.data.map(f),
});

/** Whether a constant is one number that leaves a value's shape as it is. */
const isSingle = ({ dims }: SymbolicValue, { data, shape }: ConstantValue): boolean =>
  data.length === 1 && shape.length <= dims.length;

/** A value and a constant, by operator; `before`: the constant comes first. */
const withConstant: Readonly<
  Record<Join, (node: OnnxNode, x: SymbolicValue, c: ConstantValue, before: boolean) => SymbolicValue>
> = {
  Add: (node, x, c) => (isSingle(x, c) ? line(node, x, 1, c.data[0]) : term(node, x, c, 'center')),
  Sub: (node, x, c, before) => {
    const negative = before ? line(node, x, -1, 0) : x;
    const added = before ? c : mapped(c, (n) => -n);
    if (!isSingle(x, c)) return term(node, negative, added, 'center');
    return before ? line(node, x, -1, c.data[0]) : line(node, x, 1, -c.data[0]);
  },
  Mul: (node, x, c) => (isSingle(x, c) ? line(node, x, c.data[0], 0) : term(node, x, c, 'scale')),
  Div: (node, x, c, before) => {
    const value = before ? node.like(x, layers.power({ exponent: -1, ...node.layerName('inverse') })) : x;
    const factor = before ? c : mapped(c, (n) => 1 / n);
    return isSingle(x, factor) ? line(node, value, factor.data[0], 0) : term(node, value, factor, 'scale');
  },
  Max: (node, x, c) => limited(node, x, c, 'Max'),
  Min: (node, x, c) => limited(node, x, c, 'Min'),
};

function limited(node: OnnxNode, x: SymbolicValue, constant: ConstantValue, operator: 'Max' | 'Min'): SymbolicValue {
  const { data } = constant;
  // max(x, c) = c + max(x − c, 0), where c is several numbers.
  if (data.length > 1) {
    const fixed = { ...constant, learned: false };
    const less = term(
      node,
      x,
      mapped(fixed, (n) => -n),
      'center',
    );
    const none = operator === 'Max' ? limits(0, Infinity, {}) : limits(-Infinity, 0, {});
    return term(node, node.like(less, none), fixed, 'center');
  }
  const [bound] = data;
  return node.like(
    x,
    operator === 'Max' ? limits(bound, Infinity, node.layerName()) : limits(-Infinity, bound, node.layerName()),
  );
}

function pair(node: OnnxNode, operator: Join, a: ImportedValue, b: ImportedValue): SymbolicValue {
  if (a.kind === 'symbolic' && b.kind === 'symbolic') return joined(node, operator, a, b);
  if (a.kind === 'symbolic' && b.kind === 'constant') return withConstant[operator](node, a, b, false);
  if (b.kind === 'symbolic' && a.kind === 'constant') return withConstant[operator](node, b, a, true);
  throw node.refusal("one of its inputs must be computed from the model's input");
}

/** Two values added. */
export const sumOf = (node: OnnxNode, a: SymbolicValue, b: ImportedValue): SymbolicValue => pair(node, 'Add', a, b);

/** Two values of which one at least is computed, or constants that are computed at once. */
const ofAny =
  (operator: Join, fold: (a: number, b: number) => number) =>
  (node: OnnxNode, a: ImportedValue, b: ImportedValue): ImportedValue =>
    a.kind === 'constant' && b.kind === 'constant' ? elementwise(fold)(node, [a, b]) : pair(node, operator, a, b);

/** One value less another. */
export const differenceOf = ofAny('Sub', (a, b) => a - b);

/** Two values multiplied. */
export const productOf = ofAny('Mul', (a, b) => a * b);

/** The larger of two values. */
export const largerOf = ofAny('Max', Math.max);

/** Two values added, constants too. */
export const sumOfAny = ofAny('Add', (a, b) => a + b);

/** Before version 7, the second value said from which axis on it stretches. */
function legacy(node: OnnxNode, values: readonly ImportedValue[]): readonly ImportedValue[] {
  const [a, b] = values;
  if (node.opset >= 7 || values.length !== 2 || !node.hasAttribute('axis')) return values;
  const shapeOf = (value: ImportedValue): readonly number[] => (value.kind === 'constant' ? value.shape : value.dims);
  const rank = shapeOf(a).length;
  const behind = rank - node.axis(node.int('axis', 0), rank) - shapeOf(b).length;
  if (behind <= 0) return values;
  const shape = [...shapeOf(b), ...new Array<number>(behind).fill(1)];
  return [a, b.kind === 'constant' ? { ...b, shape } : reshaped(node, b, shape)];
}

const joinedAll = (node: OnnxNode, operator: Join): ImportedValue => {
  const inputs = legacy(node, node.inputs());
  node.expect(inputs.length >= 1, 'inputs are missing', { advice: 'the file is damaged' });
  return inputs.reduce((a, b) => pair(node, operator, a, b));
};

const binary =
  (operator: Join): ImportRule =>
  (node) =>
    joinedAll(node, operator);

/** Sum of several values: one layer for all that are alike. */
function sum(node: OnnxNode): ImportedValue {
  const inputs = node.inputs();
  const values = inputs.filter((value) => value.kind === 'symbolic');
  const [first] = values;
  const alike = values.every(
    ({ dims, order, flattened }) =>
      dims.join() === first.dims.join() && order.join() === first.order.join() && !flattened && !first.flattened,
  );
  if (values.length < 2 || values.length < inputs.length || !alike) return joinedAll(node, 'Add');
  return { ...first, tensor: node.apply(layers.add(node.layerName()), ...values.map(({ tensor }) => tensor)) };
}

function mean(node: OnnxNode): SymbolicValue {
  const total = sum(node);
  if (total.kind === 'constant') throw node.refusal("one of its inputs must be computed from the model's input");
  return node.like(total, layers.rescaling({ scale: 1 / node.inputs().length, ...node.layerName('mean') }));
}

/** A bias that the node behind a convolution or a product adds. */
export interface FollowingBias {
  readonly bias: Float32Array;
  /** Leaves the addition out; `value` is what it gives. */
  readonly absorb: (value: ImportedValue) => void;
}

/**
 * The constant that the only user of a node's output adds to each channel, if there is one.
 *
 * @param behind - How many axes follow that of the channels.
 */
export function followingBias(node: OnnxNode, channels: number, behind: number): FollowingBias | undefined {
  const { other: value, absorb } = node.next('Add') ?? {};
  if (!absorb || value?.kind !== 'constant' || value.data.length !== channels) return undefined;
  const channelAxis = value.shape.length - 1 - behind;
  // Where there is one channel, any single number is its bias.
  if (channels > 1 && value.shape[channelAxis] !== channels) return undefined;
  return { bias: floats(value), absorb };
}

/** Arithmetic between values, and of values and constants. */
export const arithmetic = {
  Add: { import: binary('Add'), fold: elementwise((a, b) => a + b) },
  Sub: { import: binary('Sub'), fold: elementwise((a, b) => a - b) },
  Mul: { import: binary('Mul'), fold: elementwise((a, b) => a * b) },
  Div: { import: binary('Div'), fold: elementwise((a, b) => a / b, { wholes: (a, b) => Math.trunc(a / b) }) },
  Max: { import: binary('Max'), fold: variadic(Math.max), wholeNumbers: 'kept' },
  Min: { import: binary('Min'), fold: variadic(Math.min), wholeNumbers: 'kept' },
  Sum: { import: sum, fold: variadic((a, b) => a + b) },
  Mean: {
    import: mean,
    fold: (node, inputs) => unary((x) => x / inputs.length)(node, [variadic((a, b) => a + b)(node, inputs)]),
  },
} as const satisfies OnnxOperators;
