import { layers, type Layer, type SymbolicTensor } from '../../../../layers/index.js';
import type { Composed, Constant, Operation } from './operation.js';

type Row = (op: Operation) => Composed;

const isConstant = (side: SymbolicTensor | Constant | undefined): side is Constant =>
  typeof side === 'number' || Array.isArray(side);

const each = (constant: Constant, change: (n: number) => number): Constant =>
  typeof constant === 'number' ? change(constant) : constant.map(change);

interface Sides {
  readonly both: (a: SymbolicTensor, b: SymbolicTensor) => Composed;
  /** A value and a constant behind it. */
  readonly last: (x: SymbolicTensor, constant: Constant) => Composed;
  /** A constant and a value behind it. */
  readonly first: (constant: Constant, x: SymbolicTensor) => Composed;
}

/** An operator of two sides, of which one may be a constant: one number, or one for each channel. */
const sided =
  (sides: (op: Operation) => Sides): Row =>
  (op) => {
    const [a, b] = [op.side('x1 x a', 0), op.side('x2 y b bias', 1)];
    if (a === undefined || b === undefined) return undefined;
    const { both, last, first } = sides(op);
    const suits = (constant: Constant, { shape }: SymbolicTensor): boolean =>
      typeof constant === 'number' || constant.length === 1 || constant.length === shape.at(-1);
    const plain = (constant: Constant): Constant =>
      typeof constant !== 'number' && constant.length === 1 ? constant[0] : constant;
    if (isConstant(a)) return isConstant(b) || !suits(a, b) ? undefined : first(plain(a), b);
    return isConstant(b) ? (suits(b, a) ? last(a, plain(b)) : undefined) : both(a, b);
  };

const joined =
  (op: Operation, make: () => Layer) =>
  (a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor =>
    op.put(make(), a, b);

const limited =
  (make: () => Layer, limit: (n: number) => Layer): Row =>
  (op) => {
    const clip = (x: SymbolicTensor, constant: Constant): Composed =>
      typeof constant === 'number' ? op.put(limit(constant), x) : undefined;
    return sided(() => ({ both: joined(op, make), last: clip, first: (constant, x) => clip(x, constant) }))(op);
  };

const commutative =
  (make: () => Layer, apply: (op: Operation, x: SymbolicTensor, constant: Constant) => SymbolicTensor): Row =>
  (op) =>
    sided(() => ({
      both: joined(op, make),
      last: (x, constant) => apply(op, x, constant),
      first: (constant, x) => apply(op, x, constant),
    }))(op);

const reciprocal = (op: Operation, x: SymbolicTensor): SymbolicTensor => op.put(layers.power({ exponent: -1 }), x);

const unary =
  (change: (op: Operation, x: SymbolicTensor) => SymbolicTensor): Row =>
  (op) =>
    change(op, op.x);

const activation = (name: 'exponential' | 'log' | 'abs' | 'erf'): Row =>
  unary((op, x) => op.put(layers.activation({ activation: name }), x));

const power = (exponent: number): Row => unary((op, x) => op.put(layers.power({ exponent }), x));

/** Adds up, averages or takes the largest over some axes; over both of a picture's by the layer for it. */
function reduced(
  op: Operation,
  x: SymbolicTensor,
  operation: 'mean' | 'sum' | 'max',
  axes: readonly number[],
  keepDims: boolean,
): SymbolicTensor {
  const isPicture = x.shape.length === 3 && axes.length === 2 && axes.includes(1) && axes.includes(2);
  if (isPicture && operation === 'mean') return op.put(layers.globalAveragePooling2d({ keepDims }), x);
  if (isPicture && operation === 'max') return op.put(layers.globalMaxPooling2d({ keepDims }), x);
  return op.put(layers.reduce({ operation, axes, keepDims }), x);
}

type Reduction = (op: Operation, x: SymbolicTensor, axes: readonly number[], keepDims: boolean) => SymbolicTensor;

const reduction =
  (reduce: Reduction): Row =>
  (op) => {
    const axes = op.wholes('axis axes', 1);
    if (!axes) throw op.refuse('it goes over all axes, the batch included; give it an axis in Keras');
    return reduce(op, op.x, op.axes(axes), op.flag('keepdims keep_dims', 2, false));
  };

const squared = (op: Operation, x: SymbolicTensor): SymbolicTensor => op.put(layers.power({ exponent: 2 }), x);
const root = (op: Operation, x: SymbolicTensor): SymbolicTensor => op.put(layers.power({ exponent: 0.5 }), x);

const variance: Reduction = (op, x, axes, keepDims) => {
  const centered = op.put(layers.subtract(), x, reduced(op, x, 'mean', axes, true));
  return reduced(op, squared(op, centered), 'mean', axes, keepDims);
};

const least: Reduction = (op, x, axes, keepDims) => op.scaled(reduced(op, op.scaled(x, -1), 'max', axes, keepDims), -1);

/** The shape that a reduction leaves, without its axes of one. */
function dropped(op: Operation, x: SymbolicTensor, axes: readonly number[], keepDims: boolean): SymbolicTensor {
  const shape = x.shape.filter((_, i) => !axes.includes(i + 1));
  return keepDims ? x : op.put(layers.reshape({ targetShape: shape }), x);
}

const logSumExp: Reduction = (op, x, axes, keepDims) => {
  const largest = reduced(op, x, 'max', axes, true);
  const powers = op.put(layers.activation({ activation: 'exponential' }), op.put(layers.subtract(), x, largest));
  const logarithm = op.put(layers.activation({ activation: 'log' }), reduced(op, powers, 'sum', axes, true));
  return dropped(op, op.put(layers.add(), logarithm, largest), axes, keepDims);
};

const norm: Row = (op) => {
  const order = op.argument('ord order', 1) ?? 2;
  if (order !== 2 && order !== 'euclidean' && order !== 'fro') return undefined;
  return reduction((_, x, axes, keepDims) => root(op, reduced(op, squared(op, x), 'sum', axes, keepDims)))(op);
};

/** x / max(|x|, epsilon) along an axis. */
const normalize: Row = (op) => {
  if (op.number('order', 2, 2) !== 2) return undefined;
  const axes = op.axes(op.wholes('axis', 1) ?? [-1]);
  const least = op.number('epsilon', 3, 1e-7) ** 2;
  const sum = op.put(layers.clip({ minValue: least }), reduced(op, squared(op, op.x), 'sum', axes, true));
  return op.put(layers.divide(), op.x, root(op, sum));
};

/** Reads operators that calculate, by Keras 3's class. */
export const arithmeticOperations = {
  Add: commutative(
    () => layers.add(),
    (op, x, n) => op.scaled(x, 1, n),
  ),
  AddN: (op) => op.put(layers.add(), ...op.inputs),
  Subtract: (op) =>
    sided(() => ({
      both: joined(op, () => layers.subtract()),
      last: (x, n) =>
        op.scaled(
          x,
          1,
          each(n, (value) => -value),
        ),
      first: (n, x) => op.scaled(x, -1, n),
    }))(op),
  Multiply: commutative(
    () => layers.multiply(),
    (op, x, n) => op.scaled(x, n),
  ),
  Divide: (op) =>
    sided(() => ({
      both: joined(op, () => layers.divide()),
      last: (x, n) =>
        op.scaled(
          x,
          each(n, (value) => 1 / value),
        ),
      first: (n, x) => op.scaled(reciprocal(op, x), n),
    }))(op),
  Maximum: limited(
    () => layers.maximum(),
    (minValue) => layers.clip({ minValue }),
  ),
  Minimum: limited(
    () => layers.minimum(),
    (maxValue) => layers.clip({ maxValue }),
  ),
  Power: (op) =>
    sided(() => ({
      both: () => undefined,
      last: (x, n) => (typeof n === 'number' ? op.put(layers.power({ exponent: n }), x) : undefined),
      first: (n, x) =>
        typeof n === 'number' && n > 0
          ? op.put(layers.activation({ activation: 'exponential' }), op.scaled(x, Math.log(n)))
          : undefined,
    }))(op),
  SquaredDifference: (op) =>
    sided(() => ({
      both: (a, b) => squared(op, op.put(layers.subtract(), a, b)),
      last: (x, n) =>
        squared(
          op,
          op.scaled(
            x,
            1,
            each(n, (value) => -value),
          ),
        ),
      first: (n, x) => squared(op, op.scaled(x, -1, n)),
    }))(op),
  Absolute: activation('abs'),
  Erf: activation('erf'),
  Exp: activation('exponential'),
  Expm1: unary((op, x) => op.scaled(op.put(layers.activation({ activation: 'exponential' }), x), 1, -1)),
  Log: activation('log'),
  Log1p: unary((op, x) => op.put(layers.activation({ activation: 'log' }), op.scaled(x, 1, 1))),
  Negative: unary((op, x) => op.scaled(x, -1)),
  Reciprocal: unary(reciprocal),
  Rsqrt: power(-0.5),
  Sqrt: power(0.5),
  Square: power(2),
  Clip: (op) => {
    const [minValue, maxValue] = [op.side('x_min a_min clip_value_min', 1), op.side('x_max a_max clip_value_max', 2)];
    return typeof minValue === 'number' && typeof maxValue === 'number'
      ? op.put(layers.clip({ minValue, maxValue }), op.x)
      : undefined;
  },
  Mean: reduction((op, x, axes, keepDims) => reduced(op, x, 'mean', axes, keepDims)),
  Sum: reduction((op, x, axes, keepDims) => reduced(op, x, 'sum', axes, keepDims)),
  Max: reduction((op, x, axes, keepDims) => reduced(op, x, 'max', axes, keepDims)),
  Min: reduction(least),
  Var: reduction(variance),
  Std: reduction((op, x, axes, keepDims) => root(op, variance(op, x, axes, keepDims))),
  Logsumexp: reduction(logSumExp),
  Norm: norm,
  Normalize: normalize,
  L2Normalize: (op) => {
    const axes = op.axes(op.wholes('axis', 1) ?? [-1]);
    const least = op.number('epsilon', 2, 1e-12);
    const sum = op.put(layers.clip({ minValue: least }), reduced(op, squared(op, op.x), 'sum', axes, true));
    return op.put(layers.divide(), op.x, root(op, sum));
  },
} satisfies Record<string, Row>;
