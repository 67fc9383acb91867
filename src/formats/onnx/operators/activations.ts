import { layers, type ActivationName, type Layer, type LayerOptions } from '../../../layers/index.js';
import { reshaped, withLast } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import { sizeOf } from '../../../tensor/index.js';
import { batch, type ConstantValue, type SymbolicValue } from '../values.js';
import { alignConstant } from './broadcasting.js';
import type { Importer, Importers } from './importer.js';

/** A layer that changes each value by itself, behind the node's input. */
const each =
  (make: (node: OnnxNode, options: LayerOptions) => Layer): Importer =>
  (node: OnnxNode) => {
    const x = node.symbolic(0);
    return node.like(x, make(node, node.layerName()));
  };

const named = (activation: ActivationName): Importer =>
  each((_, options) => layers.activation({ activation, ...options }));

/** A layer for limits: ReLUs are called by their name. */
export function limits(min: number, max: number, options: LayerOptions): Layer {
  if (min === 0) return layers.reLU({ ...(Number.isFinite(max) && max < 1e30 && { maxValue: max }), ...options });
  // Exporters write the largest float where there is no limit.
  const given = (value: number): boolean => Math.abs(value) < 1e30;
  return layers.clip({ ...(given(min) && { minValue: min }), ...(given(max) && { maxValue: max }), ...options });
}

const clip: Importer = each((node, options) => {
  const bound = (attribute: string, input: number, otherwise: number): number =>
    node.hasAttribute(attribute)
      ? node.float(attribute, otherwise)
      : (node.numbers(input, attribute)?.[0] ?? otherwise);
  return limits(bound('min', 1, -Infinity), bound('max', 2, Infinity), options);
});

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-5;

function hardSigmoid(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const [alpha, beta] = [node.float('alpha', 0.2), node.float('beta', 0.5)];
  if (near(alpha, 1 / 6) && near(beta, 0.5)) {
    return node.like(x, layers.activation({ activation: 'hardSigmoid', ...node.layerName() }));
  }
  const line = node.like(x, layers.rescaling({ scale: alpha, offset: beta, ...node.layerName('line') }));
  return node.like(line, layers.reLU({ maxValue: 1, ...node.layerName() }));
}

function prelu(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const slope: ConstantValue = node.constant(1, 'the slope');
  const { shape, data } = alignConstant(node, x, slope);
  const { tensor } = x;
  const padded = [...new Array<number>(tensor.shape.length - shape.length).fill(1), ...shape];
  const sharedAxes = padded.flatMap((n, i) => (n === 1 ? [i + 1] : []));
  const layer = layers.pReLU({ sharedAxes, ...node.layerName() });
  node.setWeights(layer, { alpha: data });
  return node.like(x, layer);
}

/** Softmax or its logarithm: before version 13 over all axes from `axis` on, since then over one. */
function softmax(logarithm: boolean): Importer {
  return (node: OnnxNode) => {
    const x = node.symbolic(0);
    const rank = x.dims.length;
    const axis = node.axis(node.int('axis', node.opset < 13 ? 1 : -1), rank);
    const behind = x.dims.slice(axis + 1);
    if (node.opset >= 13 || behind.every((n) => n === 1)) return softmaxOver(node, x, axis, logarithm);
    node.expect(axis > 0, 'it must not go over the batch; received axis 0');
    const rows = reshaped(node, x, [...x.dims.slice(0, axis), sizeOf(x.dims.slice(axis))]);
    return reshaped(node, softmaxOver(node, rows, axis, logarithm), x.dims);
  };
}

function softmaxOver(node: OnnxNode, x: SymbolicValue, axis: number, logarithm: boolean): SymbolicValue {
  node.expect(x.dims[axis] !== batch, 'it must not go over the batch');
  if (!logarithm) return node.like(x, layers.softmax({ axis: x.order.indexOf(axis), ...node.layerName() }));
  return node.like(withLast(node, x, axis), layers.activation({ activation: 'logSoftmax', ...node.layerName() }));
}

const power = (exponent: number): Importer => each((_, options) => layers.power({ exponent, ...options }));

function pow(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const exponent = node.constant(1, 'the exponent');
  node.expect(exponent.data.length === 1, `the exponent must be one number; received ${exponent.data.length}`);
  return node.like(x, layers.power({ exponent: exponent.data[0], ...node.layerName() }));
}

/** Functions of single values, and softmax. */
export const activations: Importers = {
  Relu: each((_, options) => layers.reLU(options)),
  LeakyRelu: each((node, options) => layers.leakyReLU({ negativeSlope: node.float('alpha', 0.01), ...options })),
  PRelu: prelu,
  Clip: clip,
  Sigmoid: named('sigmoid'),
  HardSigmoid: hardSigmoid,
  HardSwish: named('hardSwish'),
  Mish: named('mish'),
  Softplus: named('softplus'),
  Softsign: named('softsign'),
  Tanh: named('tanh'),
  Erf: named('erf'),
  Exp: named('exponential'),
  Log: named('log'),
  Abs: named('abs'),
  Gelu: (node: OnnxNode) => {
    node.expect(node.text('approximate', 'none') === 'none', "approximate must be 'none'; received 'tanh'");
    return named('gelu')(node);
  },
  Elu: each((node, options) => layers.elu({ alpha: node.float('alpha', 1), ...options })),
  Selu: (node: OnnxNode) => {
    const usual =
      near(node.float('alpha', 1.67326324), 1.67326324) && near(node.float('gamma', 1.05070102), 1.05070102);
    node.expect(usual, 'alpha and gamma must be those of the paper, 1.6733 and 1.0507');
    return named('selu')(node);
  },
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
  Neg: each((_, options) => layers.rescaling({ scale: -1, ...options })),
  Sqrt: power(0.5),
  Reciprocal: power(-1),
  Pow: pow,
};
