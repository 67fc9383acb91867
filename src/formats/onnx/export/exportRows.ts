import {
  classNameOf,
  NoRule,
  traitsOf,
  type Layer,
  type LayerClassName,
  type LayerOf,
  type LayersWith,
} from '../../../layers/index.js';
import { activation, clipping, elu, leakyRelu, prelu, relu, softmax } from './exportActivations.js';
import { affine, axisMatrix, concatenate, matmul, merge, power, rescaling } from './exportArithmetic.js';
import {
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  locallyConnected2d,
  separableConv2d,
} from './exportConvolutions.js';
import {
  batchNormalization,
  groupNormalization,
  layerNormalization,
  localResponseNormalization,
  normalization,
} from './exportNormalizations.js';
import {
  adaptiveAveragePooling2d,
  averagePooling2d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  maxPooling2d,
  reduce,
} from './exportPoolings.js';
import { resizing, upSampling2d } from './exportResizing.js';
import {
  centerCrop,
  cropping1d,
  cropping2d,
  flatten,
  padChannels,
  permute,
  reshaping,
  slicing,
  zeroPadding1d,
  zeroPadding2d,
} from './exportShapings.js';
import {
  averagePooling1d,
  conv1d,
  conv1dTranspose,
  depthwiseConv1d,
  dot,
  globalAveragePooling1d,
  globalMaxPooling1d,
  maxPooling1d,
  repeatVector,
  separableConv1d,
  unitNormalization,
  upSampling1d,
} from './exportSignals.js';
import type { ExportRow } from './exportValues.js';

/** A row, or the reason why there is none, for every class that does something outside training. */
export type ExportRows = {
  readonly [Name in Exclude<LayerClassName, LayersWith<{ readonly onlyInTraining: true }>>]:
    ExportRow<LayerOf<Name>> | NoRule;
};

/** How each class of layers is written; a class without a row, or a reason why it has none, does not compile. */
export const exportRows = {
  Activation: activation,
  AdaptiveAveragePooling2D: adaptiveAveragePooling2d,
  Add: merge('Add'),
  Affine: affine,
  Average: merge('Mean', true),
  AveragePooling1D: averagePooling1d,
  AveragePooling2D: averagePooling2d,
  AxisMatrix: axisMatrix,
  BatchNormalization: batchNormalization,
  CenterCrop: centerCrop,
  Clip: clipping,
  Concatenate: concatenate,
  Conv1D: conv1d,
  Conv1DTranspose: conv1dTranspose,
  Conv2D: conv2d,
  Conv2DTranspose: conv2dTranspose,
  Cropping1D: cropping1d,
  Cropping2D: cropping2d,
  Dense: dense,
  DepthwiseConv1D: depthwiseConv1d,
  DepthwiseConv2D: depthwiseConv2d,
  Divide: merge('Div'),
  Dot: dot,
  ELU: elu,
  Flatten: flatten,
  GlobalAveragePooling1D: globalAveragePooling1d,
  GlobalAveragePooling2D: globalAveragePooling2d,
  GlobalMaxPooling1D: globalMaxPooling1d,
  GlobalMaxPooling2D: globalMaxPooling2d,
  GroupNormalization: groupNormalization,
  LayerNormalization: layerNormalization,
  LeakyReLU: leakyRelu,
  LocalResponseNormalization: localResponseNormalization,
  LocallyConnected2D: locallyConnected2d,
  Matmul: matmul,
  Maximum: merge('Max', true),
  MaxPooling1D: maxPooling1d,
  MaxPooling2D: maxPooling2d,
  Minimum: merge('Min', true),
  Multiply: merge('Mul'),
  Normalization: normalization,
  PadChannels: padChannels,
  Permute: permute,
  Power: power,
  PReLU: prelu,
  Reduce: reduce,
  ReLU: relu,
  RepeatVector: repeatVector,
  Rescaling: rescaling,
  Reshape: reshaping,
  Resizing: resizing,
  SeparableConv1D: separableConv1d,
  SeparableConv2D: separableConv2d,
  Slice: slicing,
  Softmax: softmax,
  Subtract: merge('Sub'),
  UnitNormalization: unitNormalization,
  UpSampling1D: upSampling1d,
  UpSampling2D: upSampling2d,
  ZeroPadding1D: zeroPadding1d,
  ZeroPadding2D: zeroPadding2d,
} as const satisfies ExportRows;

/** What does something in training alone. */
const nothing: ExportRow<Layer> = (_, __, [x]) => x;

/** The row that writes a layer, or the reason why it has none: a class of the user's own, for one. */
export function exportRowFor(layer: Layer): ExportRow<Layer> | NoRule {
  const className = classNameOf(layer);
  if (className && className in exportRows) return exportRows[className as keyof ExportRows] as ExportRow<Layer>;
  if (className && traitsOf(layer).onlyInTraining) return nothing;
  return new NoRule(
    `of a class of your own, ${layer.className}, for which ONNX has no operator; build the model from Striate's layers, or ` +
      'export the part before it (model.features)',
  );
}
