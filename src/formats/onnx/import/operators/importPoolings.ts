import { layers, type Layer } from '../../../../layers/index.js';
import type { SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { ImportRule, OnnxOperators } from '../onnxOperator.js';
import { liftedPicture } from '../reshaped.js';
import { batched, picture, pictureValue } from '../valueLayout.js';
import { block } from './alongAxis.js';
import { reducedBy } from './importReductions.js';
import { pairOf, sidesOf, type Sizes } from './slidingWindow.js';

/** Windows with gaps become one part for each of their positions. */
const mostTaps = 25;

function pool(node: OnnxNode): SymbolicValue {
  const { x, lowered } = liftedPicture(node);
  node.expect(node.hasAttribute('kernel_shape'), 'kernel_shape is missing', { advice: 'the file is damaged' });
  const poolSize = pairOf(node, 'kernel_shape', 1);
  const strides = pairOf(node, 'strides', 1);
  const dilation = pairOf(node, 'dilations', 1);
  if (dilation.some((n) => n !== 1)) return lowered(dilated(node, x, { poolSize, strides, dilation }).tensor);
  const ceilMode = node.int('ceil_mode', 0) === 1;
  const input: Sizes = [x.tensor.shape[0], x.tensor.shape[1]];
  const padding = sidesOf(node, { input, kernel: poolSize, strides, dilation });
  const settings = { poolSize, strides, padding, ceilMode };
  const apply = (layer: Layer, value = x): SymbolicValue => ({ ...x, tensor: node.apply(layer, value.tensor) });
  if (node.op === 'MaxPool') return lowered(apply(layers.maxPooling2d({ ...settings, ...node.layerName() })).tensor);
  if (node.op === 'AveragePool') {
    const countPadding = node.int('count_include_pad', 0) === 1;
    return lowered(apply(layers.averagePooling2d({ ...settings, countPadding, ...node.layerName() })).tensor);
  }
  // The p-norm of each window: zeros around a picture add nothing to its sum.
  const p = normOf(node);
  const powers = apply(layers.power({ exponent: p, ...node.layerName('power') }), absolute(node, x, p));
  const means = apply(layers.averagePooling2d({ ...settings, countPadding: true, ...node.layerName() }), powers);
  const sums = apply(layers.rescaling({ scale: poolSize[0] * poolSize[1], ...node.layerName('sum') }), means);
  return lowered(apply(layers.power({ exponent: 1 / p, ...node.layerName('root') }), sums).tensor);
}

/** A maximum over windows with gaps: the largest of what lies under each of their positions. */
function dilated(
  node: OnnxNode,
  x: SymbolicValue,
  { poolSize, strides, dilation }: { readonly poolSize: Sizes; readonly strides: Sizes; readonly dilation: Sizes },
): SymbolicValue {
  const input: Sizes = [x.tensor.shape[0], x.tensor.shape[1]];
  const padding = sidesOf(node, { input, kernel: poolSize, strides, dilation });
  const [rows, columns] = poolSize;
  node.expect(
    node.op === 'MaxPool' &&
      padding !== 'same' &&
      padding.every((n) => n === 0) &&
      node.int('ceil_mode', 0) === 0 &&
      rows * columns <= mostTaps,
    `windows with gaps can be pooled by MaxPool of up to ${mostTaps} positions alone, without padding`,
    { received: `dilations [${dilation.join(', ')}]`, advice: 'replace the layer before export' },
  );
  const spans = [0, 1].map((axis) => input[axis] - (poolSize[axis] - 1) * dilation[axis]);
  node.expect(spans[0] > 0 && spans[1] > 0, `nothing is left of ${node.shapeText(x)}`);
  const taps = Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const down = block(node, x, 2, row * dilation[0], spans[0], `row${i}`);
    const tap = block(node, down, 3, column * dilation[1], spans[1], `tap${i}`);
    if (strides[0] === 1 && strides[1] === 1) return tap.tensor;
    return node.apply(layers.maxPooling2d({ poolSize: 1, strides, ...node.layerName(`stride${i}`) }), tap.tensor);
  });
  const [first] = taps;
  return pictureValue(taps.length === 1 ? first : node.apply(layers.maximum(node.layerName()), ...taps));
}

/** The p of a p-norm; the first version of the operators had it as a float. */
function normOf(node: OnnxNode): number {
  const p = node.float('p', 0) || node.int('p', 2);
  node.expect(p > 0, 'p must be above 0', { received: p });
  return p;
}

const absolute = (node: OnnxNode, x: SymbolicValue, p: number): SymbolicValue =>
  p % 2 === 0 ? x : node.like(x, layers.activation({ activation: 'abs', ...node.layerName('abs') }));

/** All axes but examples and channels, as axes of one position. */
function globalPool(kind: 'mean' | 'max'): ImportRule {
  const pools = { mean: 'globalAveragePooling2d', max: 'globalMaxPooling2d' } as const;
  return (node) => {
    const given = node.symbolic(0);
    if (given.dims.length === 4) {
      const x = picture(node);
      return pictureValue(node.apply(layers[pools[kind]]({ keepDims: true, ...node.layerName() }), x.tensor));
    }
    const x = batched(node, given);
    return reducedBy(
      node,
      x,
      kind,
      x.dims.slice(2).map((_, i) => i + 2),
      true,
    );
  };
}

function globalNorm(node: OnnxNode): SymbolicValue {
  const x = batched(node, node.symbolic(0));
  const p = normOf(node);
  const powers = node.like(absolute(node, x, p), layers.power({ exponent: p, ...node.layerName('power') }));
  const sums = reducedBy(
    node,
    powers,
    'sum',
    x.dims.slice(2).map((_, i) => i + 2),
    true,
  );
  return node.like(sums, layers.power({ exponent: 1 / p, ...node.layerName('root') }));
}

/** Pooling. */
export const poolings = {
  MaxPool: { import: pool, wholeNumbers: 'kept' },
  AveragePool: { import: pool },
  LpPool: { import: pool },
  GlobalAveragePool: { import: globalPool('mean') },
  GlobalMaxPool: { import: globalPool('max'), wholeNumbers: 'kept' },
  GlobalLpPool: { import: globalNorm },
} as const satisfies OnnxOperators;
