import { layers } from '../../../../layers/index.js';
import { layouts } from '../../../../weights/pytorchLayouts.js';
import { batch } from '../dims.js';
import { elementOrder, floats, type ConstantValue, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import { reshaped } from '../reshaped.js';
import { canonical, transposed, unbatched, withLast } from '../valueLayout.js';
import { followingBias, sumOf } from './importArithmetic.js';

/** The matrix [inputs, units] that a dense layer multiplies by, its rows in the order of our values. */
function matrixOf(
  kernel: ConstantValue,
  turned: boolean,
  [inputs, units]: readonly [number, number],
  { flattened }: SymbolicValue,
): Float32Array {
  const order = flattened && elementOrder(flattened);
  if (turned) return layouts.matrix.toOurs(floats(kernel), [inputs, units], order);
  const data = floats(kernel);
  if (!order) return data.slice();
  const rows = new Float32Array(data.length);
  order.forEach((row, i) => rows.set(data.subarray(row * units, (row + 1) * units), i * units));
  return rows;
}

/** A dense layer along the last axis of a value. */
export function dense(
  node: OnnxNode,
  x: SymbolicValue,
  kernel: ConstantValue,
  options: { turned: boolean; alpha?: number; bias?: Float32Array | undefined },
): SymbolicValue {
  const { turned, alpha = 1, bias } = options;
  node.expect(kernel.shape.length === 2, 'the weights must be a matrix', {
    received: `shape [${kernel.shape.join(', ')}]`,
  });
  const [inputs, units] = turned ? [kernel.shape[1], kernel.shape[0]] : [kernel.shape[0], kernel.shape[1]];
  const axis = x.dims.length - 1;
  node.expect(axis >= 0 && x.dims[axis] === inputs, `the weights take ${inputs} inputs`, {
    received: node.shapeText(x),
    advice:
      'where the pictures may have another size than the network was made for, give that size as { inputShape: [height, width, channels] }',
  });
  const placed = withLast(node, x, axis);
  const matrix = matrixOf(kernel, turned, [inputs, units], placed);
  const layer = layers.dense({ units, useBias: bias !== undefined, ...node.layerName() });
  node.setWeights(layer, { kernel: alpha === 1 ? matrix : matrix.map((weight) => alpha * weight), bias });
  const { dims, order } = placed;
  const tensor = node.apply(layer, placed.tensor);
  return { kind: 'symbolic', tensor, dims: [...dims.slice(0, -1), units], order };
}

/** A Gemm whose second factor is constant. */
export function gemmByConstant(node: OnnxNode): SymbolicValue {
  const given = unbatched(node, node.symbolic(0));
  const kernel = node.constant(1, 'the weights');
  node.expect(given.dims.length === 2, 'its input must have two axes', { received: node.shapeText(given) });
  const across = node.int('transA', 0) !== 0;
  node.expect(!across || !given.dims.includes(batch), 'transA must be 0, as batches come first', { received: '1' });
  const x = across ? transposed(node, given, [1, 0]) : given;
  const turned = node.int('transB', 0) !== 0;
  const units = kernel.shape[turned ? 0 : 1];
  const alpha = node.float('alpha', 1);
  const beta = node.float('beta', 1);
  if (!node.has(2) || beta === 0) return dense(node, x, kernel, { turned, alpha });
  const added = node.value(2);
  const flat = added.kind === 'constant' && added.shape.slice(0, -1).every((n) => n === 1);
  const fits = added.kind === 'constant' && (added.data.length === 1 || added.data.length === units);
  if (flat && fits) {
    const bias = new Float32Array(units).map((_, i) => beta * added.data[added.data.length === 1 ? 0 : i]);
    return dense(node, x, kernel, { turned, alpha, bias });
  }
  const product = dense(node, x, kernel, { turned, alpha });
  const scaled =
    added.kind === 'constant'
      ? { ...added, data: added.data.map((n) => beta * n) }
      : node.like(added, layers.rescaling({ scale: beta, ...node.layerName('beta') }));
  return sumOf(node, product, scaled);
}

/** The product of a value and one constant matrix or vector. */
export function matmulByConstant(node: OnnxNode, factor: SymbolicValue, given: ConstantValue): SymbolicValue {
  const x = unbatched(node, factor);
  // A vector is a matrix of one column, which then goes; axes of one in front stretch.
  const vector = given.shape.length === 1;
  const inner = vector ? [given.shape[0], 1] : given.shape.slice(-2);
  const kernel =
    given.data.length === inner[0] * inner[1] && given.shape.length <= x.dims.length
      ? { ...given, shape: inner }
      : given;
  const following = vector ? undefined : followingBias(node, kernel.shape.at(-1) ?? 0, 0);
  const value = dense(node, x.dims.length === 2 ? x : canonical(node, x), kernel, {
    turned: false,
    bias: following?.bias,
  });
  following?.absorb(value);
  return vector ? reshaped(node, value, value.dims.slice(0, -1)) : value;
}
