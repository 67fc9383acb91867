import { layers, type Layer } from '../../../layers/index.js';
import { picture, pictureValue } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import type { SymbolicValue } from '../values.js';
import type { Importer, Importers } from './importer.js';
import { pairOf, sidesOf, type Sizes } from './windows.js';

function pool(node: OnnxNode): SymbolicValue {
  const x = picture(node);
  node.expect(node.hasAttribute('kernel_shape'), 'kernel_shape is missing; the file is damaged');
  const poolSize = pairOf(node, 'kernel_shape', 1);
  const strides = pairOf(node, 'strides', 1);
  const dilation = pairOf(node, 'dilations', 1);
  node.expect(
    dilation.every((n) => n === 1),
    `dilations must be 1, as pooling has no gaps here; received [${dilation.join(', ')}]; replace the layer before export`,
  );
  const ceilMode = node.int('ceil_mode', 0) === 1;
  const input: Sizes = [x.tensor.shape[0], x.tensor.shape[1]];
  const padding = sidesOf(node, { input, kernel: poolSize, strides, dilation });
  const settings = { poolSize, strides, padding, ceilMode };
  if (node.op === 'MaxPool') return behind(node, x, layers.maxPooling2d({ ...settings, ...node.layerName() }));
  const countPadding = node.int('count_include_pad', 0) === 1;
  return behind(node, x, layers.averagePooling2d({ ...settings, countPadding, ...node.layerName() }));
}

function behind(node: OnnxNode, x: SymbolicValue, layer: Layer): SymbolicValue {
  return pictureValue(node.apply(layer, x.tensor));
}

const globalPool =
  (kind: 'globalAveragePooling2d' | 'globalMaxPooling2d'): Importer =>
  (node) =>
    behind(node, picture(node), layers[kind]({ keepDims: true, ...node.layerName() }));

/** Pooling. */
export const poolings: Importers = {
  MaxPool: pool,
  AveragePool: pool,
  GlobalAveragePool: globalPool('globalAveragePooling2d'),
  GlobalMaxPool: globalPool('globalMaxPooling2d'),
};
