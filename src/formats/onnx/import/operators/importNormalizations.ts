import { layers } from '../../../../layers/index.js';
import { batch, hasBatch } from '../dims.js';
import { elementOrder, floats, noAxis, type ConstantValue, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { OnnxOperators } from '../onnxOperator.js';
import { batched, canonical, picture, pictureValue, unbatched, withLast } from '../valueLayout.js';
import { mixAlong } from './alongAxis.js';
import { alignConstant } from './broadcasting.js';
import { reducedBy } from './importReductions.js';

const perChannel = ['gamma', 'beta', 'movingMean', 'movingVariance'] as const;

/** One number per channel in the order of our values. */
function channelNumbers(value: ConstantValue, { flattened }: SymbolicValue): Float32Array {
  const data = floats(value);
  if (!flattened) return data;
  const order = elementOrder(flattened);
  return new Float32Array(data.length).map((_, i) => data[order[i]]);
}

/** Programs whose models average the batch's variance as it is, as ONNX says; nearly all other files come from PyTorch. */
const keepsBiasedVariance = /keras|tf2onnx|tensorflow|striate/i;

function batchNormalization(node: OnnxNode): SymbolicValue {
  const given = node.symbolic(0);
  const training = node.int('training_mode', node.opset < 7 ? 1 - node.int('is_test', 0) : 0);
  // In a value without an axis for the batch, all numbers that the statistics are of are there.
  if (training === 1 && given.order[0] === noAxis) return batchStatistics(node, canonical(node, given));
  node.expect(training === 0, 'training_mode must be 0', {
    received: '1',
    advice: 'export the model for inference (model.eval() in PyTorch)',
  });
  node.expect(node.int('spatial', 1) === 1, 'spatial must be 1: statistics of single positions cannot be imported');
  const x = given.dims.length === 1 ? given : withLast(node, given, 1);
  const channels = given.dims[1] ?? 0;
  const weights = perChannel.map((name, i) => {
    const value = node.constant(i + 1, name);
    node.expect(
      value.data.length === channels,
      `input ${i + 1} must have one number for each of ${channels} channels`,
      { received: `shape [${value.shape.join(', ')}]` },
    );
    return [name, channelNumbers(value, x)] as const;
  });
  const layer = layers.batchNormalization({
    epsilon: node.float('epsilon', 1e-5),
    momentum: node.float('momentum', 0.9),
    unbiasedVariance: !keepsBiasedVariance.test(node.producer),
    ...node.layerName(),
  });
  node.setWeights(layer, Object.fromEntries(weights));
  return node.like(x, layer);
}

/** Batch normalization by the value's own statistics, as exporters standardise the weights of convolutions. */
function batchStatistics(node: OnnxNode, x: SymbolicValue): SymbolicValue {
  const axes = x.dims.map((_, axis) => axis).filter((axis) => axis !== 1);
  const { y } = standardized(node, x, axes);
  return scaled(
    node,
    y,
    alongChannels(node.constant(1, 'the scale'), y),
    alongChannels(node.constant(2, 'the offset'), y),
  );
}

/** A value brought to mean 0 (where centered) and variance 1 along some of ONNX's axes, and what it was. */
function standardized(
  node: OnnxNode,
  x: SymbolicValue,
  axes: readonly number[],
  { epsilon = node.float('epsilon', 1e-5), centered = true }: { epsilon?: number; centered?: boolean } = {},
): { readonly y: SymbolicValue; readonly mean: SymbolicValue | undefined; readonly inverse: SymbolicValue } {
  const mean = centered ? reducedBy(node, x, 'mean', axes, true, 'mean') : undefined;
  const rest = mean
    ? { ...x, tensor: node.apply(layers.subtract(node.layerName('centered')), x.tensor, mean.tensor) }
    : x;
  const squares = node.like(rest, layers.power({ exponent: 2, ...node.layerName('squares') }));
  const variance = reducedBy(node, squares, 'mean', axes, true, 'variance');
  const steadied = node.like(variance, layers.rescaling({ scale: 1, offset: epsilon, ...node.layerName('steadied') }));
  const inverse = node.like(steadied, layers.power({ exponent: -0.5, ...node.layerName('inverse') }));
  const tensor = node.apply(layers.multiply(node.layerName('standardized')), rest.tensor, inverse.tensor);
  return { y: { ...x, tensor }, mean, inverse };
}

/** A learned scale and offset that stretch to a value. */
function scaled(
  node: OnnxNode,
  x: SymbolicValue,
  gamma: ConstantValue,
  beta: ConstantValue | undefined,
): SymbolicValue {
  const scale = alignConstant(node, x, gamma);
  const offset = beta && alignConstant(node, x, beta);
  if (offset && offset.shape.join() !== scale.shape.join()) {
    const layer = layers.affine({ center: false, shape: scale.shape, ...node.layerName() });
    node.setWeights(layer, { gamma: scale.data });
    const center = layers.affine({ scale: false, shape: offset.shape, ...node.layerName('offset') });
    node.setWeights(center, { beta: offset.data });
    return node.like(node.like(x, layer), center);
  }
  const layer = layers.affine({ center: offset !== undefined, shape: scale.shape, ...node.layerName() });
  node.setWeights(layer, { gamma: scale.data, beta: offset?.data });
  return node.like(x, layer);
}

/** Numbers per channel, for a value whose channels are ONNX's axis 1. */
const alongChannels = (value: ConstantValue, { dims }: SymbolicValue): ConstantValue => ({
  ...value,
  shape: [value.data.length, ...new Array<number>(dims.length - 2).fill(1)],
});

const from = (first: number, { dims }: SymbolicValue): number[] => dims.map((_, axis) => axis).slice(first);

function layerNormalization(node: OnnxNode): SymbolicValue | (SymbolicValue | undefined)[] {
  const given = unbatched(node, node.symbolic(0));
  const rank = given.dims.length;
  const axis = node.axis(node.int('axis', -1), rank);
  const gamma = node.constant(1, 'the scale');
  const beta = node.has(2) ? node.constant(2, 'the offset') : undefined;
  const secondary = node.isOutputUsed(1) || node.isOutputUsed(2);
  const plain = [gamma, beta].every((value) => !value || value.shape.join() === String(given.dims[axis]));
  if (axis === rank - 1 && plain && !secondary && rank > 1) {
    const x = withLast(node, given, axis);
    const layer = layers.layerNormalization({
      epsilon: node.float('epsilon', 1e-5),
      center: beta !== undefined,
      ...node.layerName(),
    });
    node.setWeights(layer, { gamma: channelNumbers(gamma, x), beta: beta && channelNumbers(beta, x) });
    return node.like(x, layer);
  }
  const x = canonical(node, given);
  node.expect(
    x.dims.slice(axis).every((n) => !hasBatch(n)),
    'axis must be behind the batch',
    { received: axis },
  );
  const { y, mean, inverse } = standardized(node, x, from(axis, x));
  return [scaled(node, y, gamma, beta), mean, inverse];
}

function rootMeanSquareNormalization(node: OnnxNode): SymbolicValue {
  const x = canonical(node, unbatched(node, node.symbolic(0)));
  const axis = node.axis(node.int('axis', -1), x.dims.length);
  node.expect(
    x.dims.slice(axis).every((n) => !hasBatch(n)),
    'axis must be behind the batch',
    { received: axis },
  );
  const { y } = standardized(node, x, from(axis, x), { centered: false });
  return scaled(node, y, node.constant(1, 'the scale'), undefined);
}

function instanceNormalization(node: OnnxNode): SymbolicValue {
  const x = canonical(node, batched(node, node.symbolic(0)));
  node.expect(x.dims.length > 2, 'must have rows or columns', { received: node.shapeText(x) });
  const { y } = standardized(node, x, from(2, x));
  const [gamma, beta] = [node.constant(1, 'the scale'), node.constant(2, 'the offset')];
  return scaled(node, y, alongChannels(gamma, y), alongChannels(beta, y));
}

function groupNormalization(node: OnnxNode): SymbolicValue {
  const x = picture(node);
  const [rows, columns, channels] = x.tensor.shape;
  const groups = node.int('num_groups', 0);
  node.expect(groups > 0 && channels % groups === 0, `${channels} channels cannot be in ${groups} groups`);
  const each = channels / groups;
  const targetShape = [rows * columns, groups, each];
  const split = node.apply(layers.reshape({ targetShape, ...node.layerName('groups') }), x.tensor);
  // ONNX's axes of what is split: examples, positions, groups, channels of a group.
  const parts: SymbolicValue = { kind: 'symbolic', tensor: split, dims: [batch, ...targetShape], order: [0, 1, 2, 3] };
  const { y } = standardized(node, parts, [1, 3]);
  const whole = node.apply(
    layers.reshape({ targetShape: [rows, columns, channels], ...node.layerName('joined') }),
    y.tensor,
  );
  // Until version 21 there was one number for each group.
  const numbers = (i: number, what: string): ConstantValue => {
    const value = node.constant(i, what);
    const spread = value.data.length === groups && groups !== channels;
    const data = spread
      ? Float32Array.from({ length: channels }, (_, c) => value.data[Math.floor(c / each)])
      : value.data;
    return alongChannels({ ...value, data, shape: [data.length] }, x);
  };
  return scaled(node, pictureValue(whole), numbers(1, 'the scale'), numbers(2, 'the offset'));
}

function meanVarianceNormalization(node: OnnxNode): SymbolicValue {
  const x = canonical(node, unbatched(node, node.symbolic(0)));
  const axes = (node.ints('axes') ?? [0, 2, 3]).map((axis) => node.axis(axis, x.dims.length));
  node.expect(
    axes.every((axis) => !hasBatch(x.dims[axis])),
    `axes [${axes.join(', ')}] must leave out the batch`,
  );
  return standardized(node, x, axes, { epsilon: 1e-9 }).y;
}

/** Each vector along an axis divided by its length. */
function lpNormalization(node: OnnxNode): SymbolicValue {
  const x = canonical(node, unbatched(node, node.symbolic(0)));
  const axis = node.axis(node.int('axis', -1), x.dims.length);
  const p = node.int('p', 2);
  node.expect(!hasBatch(x.dims[axis]), 'it must not go over the batch');
  node.expect(p === 1 || p === 2, 'p must be 1 or 2', { received: p });
  const sizes =
    p === 1
      ? node.like(x, layers.activation({ activation: 'abs', ...node.layerName('abs') }))
      : node.like(x, layers.power({ exponent: 2, ...node.layerName('squares') }));
  const summed = reducedBy(node, sizes, 'sum', [axis], true, 'sum');
  // A vector of zeros stays one.
  const sums = node.like(summed, layers.rescaling({ scale: 1, offset: 1e-30, ...node.layerName('steadied') }));
  const length = p === 1 ? sums : node.like(sums, layers.power({ exponent: 0.5, ...node.layerName('length') }));
  return { ...x, tensor: node.apply(layers.divide(node.layerName()), x.tensor, length.tensor) };
}

/** An even window reaches one further to the back here, and one further to the front in PyTorch and our layer. */
function evenResponse(node: OnnxNode, x: SymbolicValue, size: number): SymbolicValue {
  const channels = x.dims[1];
  const [before, after] = [size / 2 - 1, size / 2];
  const matrix = new Float32Array(channels * channels);
  for (let to = 0; to < channels; to++) {
    const last = Math.min(channels - 1, to + after);
    for (let from = Math.max(0, to - before); from <= last; from++) matrix[from * channels + to] = 1;
  }
  const squares = node.like(x, layers.power({ exponent: 2, ...node.layerName('squares') }));
  const sums = mixAlong(node, squares, 1, { matrix, units: channels }, 'window');
  const scale = node.float('alpha', 1e-4) / size;
  const line = layers.rescaling({ scale, offset: node.float('bias', 1), ...node.layerName('line') });
  const power = layers.power({ exponent: -node.float('beta', 0.75), ...node.layerName('power') });
  const factor = node.like(node.like(sums, line), power);
  return { ...x, tensor: node.apply(layers.multiply(node.layerName()), x.tensor, factor.tensor) };
}

function localResponseNormalization(node: OnnxNode): SymbolicValue {
  const given = node.symbolic(0);
  const size = node.int('size', 0);
  node.expect(size >= 1, 'size must be from 1', { received: size });
  if (size % 2 === 0) return evenResponse(node, withLast(node, given, 1), size);
  const layer = layers.localResponseNormalization({
    size,
    alpha: node.float('alpha', 1e-4),
    beta: node.float('beta', 0.75),
    bias: node.float('bias', 1),
    ...node.layerName(),
  });
  return node.like(withLast(node, given, 1), layer);
}

/** Normalizations. */
export const normalizations = {
  BatchNormalization: { import: batchNormalization },
  GroupNormalization: { import: groupNormalization },
  InstanceNormalization: { import: instanceNormalization },
  LayerNormalization: { import: layerNormalization },
  LpNormalization: { import: lpNormalization },
  LRN: { import: localResponseNormalization },
  MeanVarianceNormalization: { import: meanVarianceNormalization },
  RMSNormalization: { import: rootMeanSquareNormalization },
} as const satisfies OnnxOperators;
