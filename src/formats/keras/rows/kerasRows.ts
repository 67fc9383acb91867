import { classNameOf, NoRule, type Layer, type LayerClassName } from '../../../layers/index.js';
import { activation, elu, leakyRelu, prelu, relu, softmax } from './activationRows.js';
import {
  batchNormalization,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  groupNormalization,
  layerNormalization,
  locallyConnected2d,
  separableConv2d,
} from './convolutionRows.js';
import type { KerasRow, KerasRows } from './kerasRow.js';
import { normalization } from './normalizationRow.js';
import { clip, divide, matmul, power, reduce } from './operatorRows.js';
import {
  adaptiveAveragePooling2d,
  averagePooling2d,
  axisMatrix,
  centerCrop,
  cropping2d,
  dropout,
  flatten,
  globalPooling,
  identity,
  maxPooling2d,
  padChannels,
  rescaling,
  reshape,
  resizing,
  slice,
  spatialDropout2d,
  stochasticDepth,
  subtract,
  upSampling2d,
  zeroPadding2d,
} from './shapingRows.js';

const none = new NoRule('Keras has no layer that computes the same; export to ONNX instead');

/** How each class of layers stands in Keras's files; a class without a row, or a reason why it has none, does not compile. */
export const kerasRows = {
  Activation: activation,
  AdaptiveAveragePooling2D: adaptiveAveragePooling2d,
  Affine: none,
  AveragePooling2D: averagePooling2d,
  AxisMatrix: axisMatrix,
  BatchNormalization: batchNormalization,
  CenterCrop: centerCrop,
  Clip: clip,
  Conv2D: conv2d,
  Conv2DTranspose: conv2dTranspose,
  Cropping2D: cropping2d,
  Dense: {},
  DepthwiseConv2D: depthwiseConv2d,
  Divide: divide,
  Dropout: dropout,
  ELU: elu,
  Flatten: flatten,
  GlobalAveragePooling2D: globalPooling,
  GlobalMaxPooling2D: globalPooling,
  GroupNormalization: groupNormalization,
  Identity: identity,
  LayerNormalization: layerNormalization,
  LeakyReLU: leakyRelu,
  LocalResponseNormalization: none,
  LocallyConnected2D: locallyConnected2d,
  Matmul: matmul,
  MaxPooling2D: maxPooling2d,
  Normalization: normalization,
  PadChannels: padChannels,
  Power: power,
  PReLU: prelu,
  Reduce: reduce,
  ReLU: relu,
  Rescaling: rescaling,
  Reshape: reshape,
  Resizing: resizing,
  SeparableConv2D: separableConv2d,
  Slice: slice,
  Softmax: softmax,
  SpatialDropout2D: spatialDropout2d,
  StochasticDepth: stochasticDepth,
  Subtract: subtract,
  UpSampling2D: upSampling2d,
  ZeroPadding2D: zeroPadding2d,
} as const satisfies KerasRows;

/** The row of a class; classes that are Keras's, name for name, need none. */
export function kerasRowOf(className: LayerClassName): KerasRow | NoRule {
  return className in kerasRows ? (kerasRows[className as keyof KerasRows] as KerasRow | NoRule) : {};
}

/** The row of a layer; for a user-defined class the reason why it has none. */
export function kerasRowFor(layer: Layer): KerasRow | NoRule {
  const className = classNameOf(layer);
  if (className) return kerasRowOf(className);
  return new NoRule(
    `it is of a class of your own, for which Keras has no layer; build the model from Striate's layers, or write the part ` +
      'before it (model.features)',
  );
}
