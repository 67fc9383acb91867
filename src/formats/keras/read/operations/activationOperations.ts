import { layers, type ActivationName, type SymbolicTensor } from '../../../../layers/index.js';
import type { Composed, Operation } from './operation.js';

type Row = (op: Operation) => Composed;

const named =
  (activation: ActivationName): Row =>
  (op) =>
    op.put(layers.activation({ activation }), op.x);

const apply = (op: Operation, activation: ActivationName, x: SymbolicTensor): SymbolicTensor =>
  op.put(layers.activation({ activation }), x);

/** A function of the last axis along another one: the two change places, and change back. */
function along(op: Operation, axis: number, make: (x: SymbolicTensor) => SymbolicTensor): SymbolicTensor {
  const last = op.rank() - 1;
  if (axis === last) return make(op.x);
  const dims = op.x.shape.map((_, i) => (i + 1 === axis ? last : i + 1 === last ? axis : i + 1));
  const turned = op.put(layers.permute({ dims }), op.x);
  return op.put(layers.permute({ dims }), make(turned));
}

/** x where it is at least the threshold, up to maxValue; below, slope · (x − threshold). */
const relu: Row = (op) => {
  const negativeSlope = op.number('negative_slope alpha', 1, 0);
  const maxValue = op.argument('max_value', 2);
  const threshold = op.number('threshold', 3, 0);
  if (maxValue !== undefined && typeof maxValue !== 'number') return undefined;
  const limit = maxValue === undefined ? {} : { maxValue };
  if (threshold === 0) return op.put(layers.relu({ negativeSlope, ...limit }), op.x);
  const above = op.step(op.x, threshold);
  const kept = op.put(layers.multiply(), op.x, above);
  const y = negativeSlope
    ? op.put(
        layers.add(),
        kept,
        op.put(layers.multiply(), op.scaled(op.x, negativeSlope, -negativeSlope * threshold), op.scaled(above, -1, 1)),
      )
    : kept;
  return maxValue === undefined ? y : op.put(layers.clip({ maxValue }), y);
};

const gelu =
  (approximate: boolean): Row =>
  (op) => {
    if (!op.flag('approximate', 1, approximate)) return apply(op, 'gelu', op.x);
    const { x } = op;
    const inner = op.put(layers.add(), x, op.scaled(op.put(layers.power({ exponent: 3 }), x), 0.044715));
    const share = op.scaled(apply(op, 'tanh', op.scaled(inner, Math.sqrt(2 / Math.PI))), 0.5, 0.5);
    return op.put(layers.multiply(), x, share);
  };

const hardShrink: Row = (op) => {
  const limit = op.number('threshold', 1, 0.5);
  // |x| > limit: neither between the limits nor on one of them.
  const inside = op.put(layers.multiply(), op.step(op.scaled(op.x, -1), -limit), op.step(op.x, -limit));
  return op.put(layers.multiply(), op.x, op.scaled(inside, -1, 1));
};

const gated: Row = (op) => {
  const [axis] = op.axes(op.wholes('axis', 1) ?? [-1]);
  const size = op.x.shape[axis - 1] / 2;
  if (!Number.isInteger(size)) return undefined;
  const half = (at: number): SymbolicTensor =>
    op.put(
      layers.slice({
        begin: op.x.shape.map((_, i) => (i + 1 === axis ? at * size : 0)),
        size: op.x.shape.map((n, i) => (i + 1 === axis ? size : n)),
      }),
      op.x,
    );
  const value = half(0);
  return op.put(layers.multiply(), value, apply(op, 'sigmoid', half(1)));
};

/** Reads activation functions, by Keras 3's class. */
export const activationOperations = {
  Celu: (op) => {
    const alpha = op.number('alpha', 1, 1);
    return op.scaled(op.put(layers.elu(), op.scaled(op.x, 1 / alpha)), alpha);
  },
  Elu: (op) => op.put(layers.elu({ alpha: op.number('alpha', 1, 1) }), op.x),
  Gelu: gelu(true),
  // TensorFlow's is exact where nothing else is said.
  'nn.gelu': gelu(false),
  Glu: gated,
  HardShrink: hardShrink,
  HardSigmoid: named('hardSigmoid'),
  HardSilu: named('hardSwish'),
  HardTanh: (op) => op.put(layers.clip({ minValue: -1, maxValue: 1 }), op.x),
  LeakyRelu: (op) => op.put(layers.leakyRelu({ negativeSlope: op.number('negative_slope alpha', 1, 0.2) }), op.x),
  LogSigmoid: (op) => op.scaled(apply(op, 'softplus', op.scaled(op.x, -1)), -1),
  LogSoftmax: (op) => {
    const [axis] = op.axes(op.wholes('axis', 1) ?? [-1]);
    return along(op, axis, (x) => apply(op, 'logSoftmax', x));
  },
  Mish: named('mish'),
  ReLU: relu,
  Relu: named('relu'),
  Relu6: (op) => op.put(layers.relu({ maxValue: 6 }), op.x),
  Selu: named('selu'),
  Sigmoid: named('sigmoid'),
  Silu: named('swish'),
  SoftShrink: (op) => {
    const limit = op.number('threshold', 1, 0.5);
    const [above, below] = [op.scaled(op.x, 1, -limit), op.scaled(op.x, -1, -limit)];
    return op.put(layers.subtract(), op.put(layers.relu(), above), op.put(layers.relu(), below));
  },
  Softmax: (op) => {
    const axes = op.argument('axis', 1) === undefined ? [-1] : (op.wholes('axis', 1) ?? [-1]);
    return op.put(layers.softmax({ axis: op.axes(axes) }), op.x);
  },
  Softplus: named('softplus'),
  Softsign: named('softsign'),
  // 0 up to −1, (x + 1)² / 4 up to 1, x beyond: the square of what lies between, and what lies beyond.
  SparsePlus: (op) => {
    const between = op.put(layers.clip({ minValue: 0, maxValue: 2 }), op.scaled(op.x, 1, 1));
    const square = op.scaled(op.put(layers.power({ exponent: 2 }), between), 0.25);
    return op.put(layers.add(), square, op.put(layers.relu(), op.scaled(op.x, 1, -1)));
  },
  SparseSigmoid: (op) => op.put(layers.clip({ minValue: 0, maxValue: 1 }), op.scaled(op.x, 0.5, 0.5)),
  Squareplus: (op) => {
    const square = op.scaled(op.put(layers.power({ exponent: 2 }), op.x), 1, op.number('b', 1, 4));
    return op.scaled(op.put(layers.add(), op.x, op.put(layers.power({ exponent: 0.5 }), square)), 0.5);
  },
  Tanh: named('tanh'),
  TanhShrink: (op) => op.put(layers.subtract(), op.x, apply(op, 'tanh', op.x)),
  // x above the threshold, another value elsewhere.
  Threshold: (op) => {
    const [limit, value] = [op.number('threshold', 1, 0), op.number('default_value value', 2, 0)];
    const below = op.step(op.scaled(op.x, -1), -limit);
    const kept = op.put(layers.multiply(), op.x, op.scaled(below, -1, 1));
    return op.put(layers.add(), kept, op.scaled(below, value));
  },
} satisfies Record<string, Row>;
