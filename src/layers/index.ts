export type { ActivationName } from './activation.js';
export * from './activationLayer.js';
export * from './adaptiveAveragePooling2d.js';
export * from './add.js';
export * from './affine.js';
export * from './averagePooling2d.js';
export * from './axisMatrix.js';
export * from './batchNormalization.js';
export * from './clip.js';
export * from './concatenate.js';
export * from './conv2d.js';
export * from './conv2dTranspose.js';
export * from './dense.js';
export * from './depthwiseConv2d.js';
export * from './divide.js';
export * from './dropout.js';
export * from './elu.js';
export * from './flatten.js';
export * from './globalAveragePooling2d.js';
export * from './globalMaxPooling2d.js';
export * from './initializer.js';
export { initializers, resolveInitializer } from './initializers/index.js';
export type * from './initializers/index.js';
export * from './input.js';
export type { KernelOptions, KernelSettings } from './kernelOptions.js';
export * from './layer.js';
export * from './layerNormalization.js';
export * from './layers.js';
export * from './leakyRelu.js';
export * from './localResponseNormalization.js';
export * from './locallyConnected2d.js';
export * from './maximum.js';
export * from './maxPooling2d.js';
export * from './minimum.js';
export * from './multiply.js';
export type { Serialized } from './named.js';
export type { MarginsOption, PaddingOption, PairOption } from './options.js';
export * from './padChannels.js';
export * from './permute.js';
export type { Pooling2DOptions, PoolingSettings } from './pooling.js';
export * from './power.js';
export * from './pReLU.js';
export * from './reduce.js';
export * from './regularizer.js';
export {
  regularizers,
  resolveRegularizer,
  type L1Options,
  type L2Options,
  type RegularizerOption,
} from './regularizers.js';
export * from './registry.js';
export * from './relu.js';
export * from './rescaling.js';
export * from './reshape.js';
export * from './separableConv2d.js';
export * from './slice.js';
export * from './softmax.js';
export * from './stochasticDepth.js';
export * from './subtract.js';
export * from './upSampling2d.js';
export * from './zeroPadding2d.js';
