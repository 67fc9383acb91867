import { layers, type ActivationName, type Layer, type LayerOptions } from '../../../../layers/index.js';
import { sizeOf } from '../../../../tensor/index.js';
import { unary } from '../constantFolding.js';
import { hasBatch } from '../dims.js';
import type { ConstantValue, SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { FoldRule, ImportRule, OnnxOperators } from '../onnxOperator.js';
import { reshaped } from '../reshaped.js';
import { freed, unbatched, withLast } from '../valueLayout.js';
import { alignConstant } from './broadcasting.js';

/** A rule that gives a single value of the model. */
type SymbolicRule = (node: OnnxNode) => SymbolicValue;

/** A layer that changes each value by itself, behind the node's input. */
const each =
  (make: (node: OnnxNode, options: LayerOptions) => Layer): SymbolicRule =>
  (node) => {
    const x = node.symbolic(0);
    return node.like(x, make(node, node.layerName()));
  };

const named = (activation: ActivationName): SymbolicRule =>
  each((_, options) => layers.activation({ activation, ...options }));

/** A layer for limits: ReLUs are called by their name. */
export function limits(min: number, max: number, options: LayerOptions): Layer {
  // Exporters write the largest float where there is no limit.
  const given = (value: number): number | undefined => (Math.abs(value) < 1e30 ? value : undefined);
  if (min === 0) return layers.relu({ maxValue: given(max), ...options });
  return layers.clip({ minValue: given(min), maxValue: given(max), ...options });
}

/** The limits of a Clip: attributes until version 10, inputs since. */
const limitsOf = (node: OnnxNode): [min: number, max: number] => [
  node.number('min', 1, -Infinity),
  node.number('max', 2, Infinity),
];

const clipConstant: FoldRule = (node, [x]) => {
  const [min, max] = limitsOf(node);
  return unary((n) => Math.min(Math.max(n, min), max))(node, [x]);
};

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-5;

function hardSigmoid(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const [alpha, beta] = [node.float('alpha', 0.2), node.float('beta', 0.5)];
  if (near(alpha, 1 / 6) && near(beta, 0.5)) {
    return node.like(x, layers.activation({ activation: 'hardSigmoid', ...node.layerName() }));
  }
  const line = node.like(x, layers.rescaling({ scale: alpha, offset: beta, ...node.layerName('line') }));
  return node.like(line, layers.relu({ maxValue: 1, ...node.layerName() }));
}

function prelu(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const given: ConstantValue = node.constant(1, 'the slope');
  // Before version 7, a list of slopes was one for each channel.
  const perChannel = node.opset < 7 && given.shape.length === 1 && given.shape[0] > 1;
  const ones = perChannel ? new Array<number>(x.dims.length - 2).fill(1) : [];
  const slope = { ...given, shape: [...given.shape, ...ones] };
  const { shape, data } = alignConstant(node, x, slope);
  const { tensor } = x;
  const padded = [...new Array<number>(tensor.shape.length - shape.length).fill(1), ...shape];
  const sharedAxes = padded.flatMap((n, i) => (n === 1 ? [i + 1] : []));
  const layer = layers.prelu({ sharedAxes, ...node.layerName() });
  node.setWeights(layer, { alpha: data });
  return node.like(x, layer);
}

/** Softmax or its logarithm: before version 13 over all axes from `axis` on, since then over one. */
function softmax(logarithm: boolean): ImportRule {
  return (node: OnnxNode) => {
    const given = unbatched(node, node.symbolic(0));
    const rank = given.dims.length;
    const axis = node.axis(node.int('axis', node.opset < 13 ? 1 : -1), rank);
    const x = freed(node, given, [axis]);
    const behind = x.dims.slice(axis + 1);
    if (node.opset >= 13 || behind.every((n) => n === 1)) return softmaxOver(node, x, axis, logarithm);
    node.expect(!x.dims.slice(axis).some(hasBatch), 'it must not go over the batch', { received: `axis ${axis}` });
    const rows = reshaped(node, x, [...x.dims.slice(0, axis), sizeOf(x.dims.slice(axis))]);
    return reshaped(node, softmaxOver(node, rows, axis, logarithm), x.dims);
  };
}

function softmaxOver(node: OnnxNode, x: SymbolicValue, axis: number, logarithm: boolean): SymbolicValue {
  node.expect(!hasBatch(x.dims[axis]), 'it must not go over the batch');
  if (!logarithm) return node.like(x, layers.softmax({ axis: x.order.indexOf(axis), ...node.layerName() }));
  return node.like(withLast(node, x, axis), layers.activation({ activation: 'logSoftmax', ...node.layerName() }));
}

/** gamma · (max(0, x) + alpha · (e^min(0, x) − 1)). */
function selu(node: OnnxNode): SymbolicValue {
  const old = node.opset < 6;
  const [alpha, gamma] = [
    node.float('alpha', old ? 1.6732 : 1.67326324),
    node.float('gamma', old ? 1.0507 : 1.05070102),
  ];
  if (near(alpha, 1.67326324) && near(gamma, 1.05070102)) return named('selu')(node);
  const linear = node.like(node.symbolic(0), layers.elu({ alpha, ...node.layerName() }));
  return node.like(linear, layers.rescaling({ scale: gamma, ...node.layerName('scale') }));
}

/** max(0, x) + alpha · (e^min(0, x / alpha) − 1). */
function celu(node: OnnxNode): SymbolicValue {
  const alpha = node.float('alpha', 1);
  if (alpha === 1) return node.like(node.symbolic(0), layers.elu(node.layerName()));
  const x = node.like(node.symbolic(0), layers.rescaling({ scale: 1 / alpha, ...node.layerName('divided') }));
  const linear = node.like(x, layers.elu(node.layerName()));
  return node.like(linear, layers.rescaling({ scale: alpha, ...node.layerName('scale') }));
}

/** A value times a factor of the same shape that is made of it. */
function gated(node: OnnxNode, x: SymbolicValue, gate: SymbolicValue): SymbolicValue {
  return { ...x, tensor: node.apply(layers.multiply(node.layerName()), x.tensor, gate.tensor) };
}

function swish(node: OnnxNode): SymbolicValue {
  const alpha = node.float('alpha', 1);
  const x = node.symbolic(0);
  if (alpha === 1) return node.like(x, layers.activation({ activation: 'swish', ...node.layerName() }));
  const scaled = node.like(x, layers.rescaling({ scale: alpha, ...node.layerName('scale') }));
  return gated(node, x, node.like(scaled, layers.activation({ activation: 'sigmoid', ...node.layerName('gate') })));
}

/** GELU by tanh: x / 2 · (1 + tanh u) is x · sigmoid(2u), u = √(2 / π) · (x + 0.044715 · x³). */
function gelu(node: OnnxNode): SymbolicValue {
  const approximate = node.text('approximate', 'none');
  const x = node.symbolic(0);
  if (approximate === 'none') return node.like(x, layers.activation({ activation: 'gelu', ...node.layerName() }));
  node.expect(approximate === 'tanh', "approximate must be 'none' or 'tanh'", { received: `'${approximate}'` });
  const scale = 2 * Math.sqrt(2 / Math.PI);
  const square = node.like(x, layers.power({ exponent: 2, ...node.layerName('square') }));
  const factor = layers.rescaling({ scale: scale * 0.044715, offset: scale, ...node.layerName('factor') });
  const argument = gated(node, x, node.like(square, factor));
  return gated(node, x, node.like(argument, layers.activation({ activation: 'sigmoid', ...node.layerName('gate') })));
}

/** x above alpha, otherwise 0: x times a step so steep that no float lies on it. */
function thresholdedRelu(node: OnnxNode): SymbolicValue {
  const alpha = node.float('alpha', 1);
  const x = node.symbolic(0);
  if (alpha === 0) return node.like(x, layers.relu(node.layerName()));
  const above = node.like(x, layers.rescaling({ scale: 1, offset: -alpha, ...node.layerName('above') }));
  const steep = node.like(above, layers.rescaling({ scale: 1e30, ...node.layerName('steep') }));
  return gated(node, x, node.like(steep, layers.clip({ minValue: 0, maxValue: 1, ...node.layerName('step') })));
}

/** x less (or plus) a bias where it is above lambda (or below −lambda), 0 between, without a jump: the soft version. */
function shrink(node: OnnxNode): SymbolicValue {
  const [bias, lambda] = [node.float('bias', 0), node.float('lambd', 0.5)];
  node.expect(bias === lambda, 'bias must be equal to lambd (soft shrinkage), as no layer jumps', {
    received: `${bias} and ${lambda}`,
  });
  const x = node.symbolic(0);
  const inner = node.like(x, layers.clip({ minValue: -lambda, maxValue: lambda, ...node.layerName('inner') }));
  return { ...x, tensor: node.apply(layers.subtract(node.layerName()), x.tensor, inner.tensor) };
}

/** Functions of single values, and softmax. */
export const activations = {
  Relu: { import: each((_, options) => layers.relu(options)), wholeNumbers: 'kept' },
  LeakyRelu: {
    import: each((node, options) => layers.leakyRelu({ negativeSlope: node.float('alpha', 0.01), ...options })),
  },
  PRelu: { import: prelu },
  Clip: {
    import: each((node, options) => limits(...limitsOf(node), options)),
    fold: clipConstant,
    wholeNumbers: 'kept',
  },
  Sigmoid: { import: named('sigmoid') },
  HardSigmoid: { import: hardSigmoid },
  HardSwish: { import: named('hardSwish') },
  Mish: { import: named('mish') },
  Softplus: { import: named('softplus') },
  Softsign: { import: named('softsign') },
  Tanh: { import: named('tanh') },
  Erf: { import: named('erf') },
  Exp: { import: named('exponential'), fold: unary(Math.exp) },
  Log: { import: named('log'), fold: unary(Math.log) },
  Abs: { import: named('abs'), fold: unary(Math.abs), wholeNumbers: 'kept' },
  Gelu: { import: gelu },
  Swish: { import: swish },
  Celu: { import: celu },
  Shrink: { import: shrink },
  ThresholdedRelu: { import: thresholdedRelu },
  Elu: { import: each((node, options) => layers.elu({ alpha: node.float('alpha', 1), ...options })) },
  Selu: { import: selu },
  Softmax: { import: softmax(false) },
  LogSoftmax: { import: softmax(true) },
  Neg: { import: each((_, options) => layers.rescaling({ scale: -1, ...options })), fold: unary((x) => -x) },
} as const satisfies OnnxOperators;
