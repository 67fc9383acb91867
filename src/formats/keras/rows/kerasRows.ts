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
import { randomColour, randomContrast, randomFlip, randomMove } from './randomRows.js';
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
  spatialDropout,
  stochasticDepth,
  subtract,
  upSampling2d,
  zeroPadding2d,
} from './shapingRows.js';
import {
  averagePooling1d,
  conv1d,
  conv1dTranspose,
  cropping1d,
  depthwiseConv1d,
  dot,
  maxPooling1d,
  separableConv1d,
  unitNormalization,
  upSampling1d,
  zeroPadding1d,
} from './signalRows.js';

const none = new NoRule('Keras has no layer that computes the same; export to ONNX instead');

/** How each class of layers stands in Keras's files; a class without a row, or a reason why it has none, does not compile. */
export const kerasRows = {
  Activation: activation,
  AdaptiveAveragePooling2D: adaptiveAveragePooling2d,
  Affine: none,
  AveragePooling1D: averagePooling1d,
  AveragePooling2D: averagePooling2d,
  AxisMatrix: axisMatrix,
  BatchNormalization: batchNormalization,
  CenterCrop: centerCrop,
  Clip: clip,
  Conv1D: conv1d,
  Conv1DTranspose: conv1dTranspose,
  Conv2D: conv2d,
  Conv2DTranspose: conv2dTranspose,
  Cropping1D: cropping1d,
  Cropping2D: cropping2d,
  Dense: {},
  DepthwiseConv1D: depthwiseConv1d,
  DepthwiseConv2D: depthwiseConv2d,
  Divide: divide,
  Dot: dot,
  Dropout: dropout,
  ELU: elu,
  Flatten: flatten,
  GlobalAveragePooling1D: globalPooling,
  GlobalAveragePooling2D: globalPooling,
  GlobalMaxPooling1D: globalPooling,
  GlobalMaxPooling2D: globalPooling,
  GroupNormalization: groupNormalization,
  Identity: identity,
  LayerNormalization: layerNormalization,
  LeakyReLU: leakyRelu,
  LocalResponseNormalization: none,
  LocallyConnected2D: locallyConnected2d,
  Matmul: matmul,
  MaxPooling1D: maxPooling1d,
  MaxPooling2D: maxPooling2d,
  Normalization: normalization,
  PadChannels: padChannels,
  Power: power,
  PReLU: prelu,
  RandomBrightness: randomColour,
  RandomColorDegeneration: randomColour,
  RandomContrast: randomContrast,
  RandomErasing: randomColour,
  RandomFlip: randomFlip,
  RandomGrayscale: randomColour,
  RandomInvert: randomColour,
  RandomRotation: randomMove,
  RandomSharpness: randomColour,
  RandomShear: randomMove,
  RandomTranslation: randomMove,
  RandomZoom: randomMove,
  Reduce: reduce,
  ReLU: relu,
  Rescaling: rescaling,
  Reshape: reshape,
  Resizing: resizing,
  SeparableConv1D: separableConv1d,
  SeparableConv2D: separableConv2d,
  Slice: slice,
  Softmax: softmax,
  SpatialDropout1D: spatialDropout,
  SpatialDropout2D: spatialDropout,
  StochasticDepth: stochasticDepth,
  Subtract: subtract,
  UnitNormalization: unitNormalization,
  UpSampling1D: upSampling1d,
  UpSampling2D: upSampling2d,
  ZeroPadding1D: zeroPadding1d,
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
