import { withForeignNames, withRenamed } from '../tensor/index.js';
import * as factories from './factories.js';

/** Keras's and TensorFlow.js's other names of layers. */
const aliases = {
  maxPool1d: factories.maxPooling1d,
  avgPool1d: factories.averagePooling1d,
  globalAvgPool1d: factories.globalAveragePooling1d,
  globalMaxPool1d: factories.globalMaxPooling1d,
  maxPool2d: factories.maxPooling2d,
  avgPool2d: factories.averagePooling2d,
  globalAvgPool2d: factories.globalAveragePooling2d,
  globalMaxPool2d: factories.globalMaxPooling2d,
} as const;

/** What other libraries call layers, beside other ways of writing their names, and what they have that is not here. */
const foreign = {
  'linear Linear fullyConnected': 'write layers.dense',
  'batchNorm BatchNorm batchNorm2d BatchNorm2d BatchNormalization2D': 'write layers.batchNormalization',
  'layerNorm LayerNorm': 'write layers.layerNormalization',
  'groupNorm GroupNorm': 'write layers.groupNormalization',
  'localResponseNorm LocalResponseNorm': 'write layers.localResponseNormalization',
  'dropout2d Dropout2d': 'write layers.spatialDropout2d',
  'convTranspose2d ConvTranspose2d deconv2d Deconv2D': 'write layers.conv2dTranspose',
  'avgPooling2d averagePool2d AveragePool2D': 'write layers.averagePooling2d',
  'adaptiveAvgPool2d AdaptiveAvgPool2d': 'write layers.adaptiveAveragePooling2d',
  'upsample Upsample upsampling2d upSample2d': 'write layers.upSampling2d',
  'zeroPad2d ZeroPad2d': 'write layers.zeroPadding2d',
  'concat Concat cat': 'write layers.concatenate',
  'LeakyReLU leaky_relu': 'write layers.leakyRelu',
  'PReLU pRelu': 'write layers.prelu',
  ReLU: 'write layers.relu',
  ELU: 'write layers.elu',
  'gelu GELU selu SELU sigmoid Sigmoid tanh Tanh silu SiLU swish Swish mish Mish hardSwish Hardswish hardSigmoid Hardsigmoid softplus Softplus':
    "write layers.activation with its name, such as layers.activation('gelu')",
  'input Input inputLayer InputLayer': 'write input({ shape: [28, 28, 1] }), or inputShape in the first layer',
  'sequential Sequential': 'write sequential([…]), which takes models, too',
  'lambda Lambda': 'write a class that extends Layer, with call and outputShape',
  'lstm LSTM gru GRU simpleRNN SimpleRNN rnn RNN embedding Embedding multiHeadAttention MultiHeadAttention attention Attention bidirectional Bidirectional timeDistributed TimeDistributed conv3d Conv3D Conv3d':
    'leave it out: here are the layers of networks for pictures',
};

/**
 * Every layer, spelled as in TensorFlow.js; options and defaults are Keras's, in camelCase.
 *
 * @namespace
 * @example
 * const digits = sequential([
 *   layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
 *   layers.maxPooling2d(),
 *   layers.flatten(),
 *   layers.dense({ units: 10, activation: 'softmax' }),
 * ]);
 */
export const layers: typeof factories & typeof aliases = withForeignNames(
  'layers',
  withRenamed('layers', { ...factories, ...aliases }),
  foreign,
);

/** What `layers` calls a layer: `'conv2d'`. */
export type LayerName = keyof typeof layers;
