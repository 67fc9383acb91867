import { Activation, Clip, layers, Power, ReLU, Softmax, type SymbolicTensor } from '../../../../layers/index.js';
import { elementwise, unary } from '../constantFolding.js';
import type { ConstantValue, SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { ImportRule, OnnxOperators } from '../onnxOperator.js';
import { productOf } from './importArithmetic.js';
import { complement, computed, stepOf } from './importComparisons.js';

const power =
  (exponent: number): ImportRule =>
  (node) =>
    node.like(node.symbolic(0), layers.power({ exponent, ...node.layerName() }));

function pow(node: OnnxNode): SymbolicValue {
  const base = node.value(0);
  if (base.kind === 'constant') return exponential(node, base);
  const given = node.value(1);
  if (given.kind === 'symbolic') return powerOf(node, base, given);
  const exponent = node.constant(1, 'the exponent');
  const [first] = exponent.data;
  const fits = exponent.data.every((n) => n === first) && exponent.shape.length <= base.dims.length;
  node.expect(fits && first !== undefined, 'the exponent must be one number', { received: exponent.data.length });
  return node.like(base, layers.power({ exponent: first, ...node.layerName() }));
}

/** Layers whose results are never negative. */
function isNonNegative({ source }: SymbolicTensor): boolean {
  const layer = source?.layer;
  if (layer instanceof Activation) {
    return ['abs', 'relu', 'relu6', 'sigmoid', 'softplus', 'exponential', 'hardSigmoid'].includes(layer.activation);
  }
  if (layer instanceof ReLU) return layer.negativeSlope === 0;
  if (layer instanceof Clip) return (layer.minValue ?? -1) >= 0;
  if (layer instanceof Power) return layer.exponent % 2 === 0 || layer.exponent % 1 !== 0;
  return layer instanceof Softmax;
}

/** A value from 0 to the power of another: e to the product of its logarithm and the other, 0 and 1 where it is 0. */
function powerOf(node: OnnxNode, base: SymbolicValue, exponent: SymbolicValue): SymbolicValue {
  node.expect(isNonNegative(base.tensor), 'the exponent must be constant where the base may be negative', {
    received: "one that is computed from the model's input",
    advice: 'put an absolute value, a ReLU or a Clip from 0 before the power, or a constant as the exponent',
  });
  const least = node.like(base, layers.clip({ minValue: 1e-37, ...node.layerName('least') }));
  const logarithm = node.like(least, layers.activation({ activation: 'log', ...node.layerName('logarithm') }));
  const scaled = computed(node, productOf(node, logarithm, exponent));
  const power = node.like(scaled, layers.activation({ activation: 'exponential', ...node.layerName('power') }));
  // 0 to the power of what is above 0 is 0.
  const zero = complement(node, stepOf(node, base, 'base'), 'zero');
  const vanishes = computed(node, productOf(node, zero, stepOf(node, exponent, 'exponent')));
  return computed(node, productOf(node, power, complement(node, vanishes, 'rest')));
}

/** A constant to the power of a value: an exponential function. */
function exponential(node: OnnxNode, { data }: ConstantValue): SymbolicValue {
  const [first] = data;
  node.expect(data.length === 1 && first > 0, 'the base must be one number above 0', { received: data.length });
  const scaled = layers.rescaling({ scale: Math.log(first), ...node.layerName('logarithm') });
  const x = node.like(node.symbolic(1), scaled);
  return node.like(x, layers.activation({ activation: 'exponential', ...node.layerName() }));
}

/** Powers and roots. */
export const powers = {
  Sqrt: { import: power(0.5), fold: unary(Math.sqrt) },
  Reciprocal: { import: power(-1), fold: unary((x) => 1 / x) },
  Pow: { import: pow, fold: elementwise((a, b) => a ** b) },
} as const satisfies OnnxOperators;
