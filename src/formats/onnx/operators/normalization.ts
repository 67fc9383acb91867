import { layers } from '../../../layers/index.js';
import { withLast } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import { elementOrder, floats, type ConstantValue, type SymbolicValue } from '../values.js';
import type { Importers } from './importer.js';

const perChannel = ['gamma', 'beta', 'movingMean', 'movingVariance'] as const;

/** One number per channel in the order of our values. */
export function channelNumbers(value: ConstantValue, { flattened }: SymbolicValue): Float32Array {
  const data = floats(value);
  if (!flattened) return data;
  const order = elementOrder(flattened);
  return new Float32Array(data.length).map((_, i) => data[order[i]]);
}

function batchNormalization(node: OnnxNode): SymbolicValue {
  const given = node.symbolic(0);
  node.expect(
    node.int('training_mode', 0) === 0,
    'training_mode must be 0; received 1; export the model for inference (model.eval() in PyTorch)',
  );
  node.expect(node.int('spatial', 1) === 1, 'spatial must be 1: statistics of single positions cannot be imported');
  const x = given.dims.length === 1 ? given : withLast(node, given, 1);
  const channels = given.dims[1] ?? 0;
  const weights = perChannel.map((name, i) => {
    const value = node.constant(i + 1, name);
    node.expect(
      value.data.length === channels,
      `input ${i + 1} must have one number for each of ${channels} channels; received shape [${value.shape.join(', ')}]`,
    );
    return [name, channelNumbers(value, x)] as const;
  });
  const layer = layers.batchNormalization({
    epsilon: node.float('epsilon', 1e-5),
    momentum: node.float('momentum', 0.9),
    ...node.layerName(),
  });
  node.setWeights(layer, Object.fromEntries(weights));
  return node.like(x, layer);
}

function layerNormalization(node: OnnxNode): SymbolicValue {
  const given = node.symbolic(0);
  const rank = given.dims.length;
  const axis = node.axis(node.int('axis', -1), rank);
  node.expect(axis === rank - 1, `axis must be the last one; received ${axis} of ${rank} axes`);
  const x = withLast(node, given, axis);
  const gamma = node.constant(1, 'the scale');
  const beta = node.has(2) ? node.constant(2, 'the offset') : undefined;
  const layer = layers.layerNormalization({
    epsilon: node.float('epsilon', 1e-5),
    center: beta !== undefined,
    ...node.layerName(),
  });
  const numbers = { gamma: channelNumbers(gamma, x), beta: beta && channelNumbers(beta, x) };
  node.expect(
    Object.values(numbers).every((values) => !values || values.length === given.dims[axis]),
    `scale and offset must have one number for each of ${given.dims[axis]} channels`,
  );
  node.setWeights(layer, { gamma: numbers.gamma, ...(numbers.beta && { beta: numbers.beta }) });
  return node.like(x, layer);
}

function localResponseNormalization(node: OnnxNode): SymbolicValue {
  const given = node.symbolic(0);
  const size = node.int('size', 0);
  node.expect(size % 2 === 1, `size must be odd; received ${size}`);
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
export const normalizations: Importers = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  LRN: localResponseNormalization,
};
