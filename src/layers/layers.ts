import { Activation, type ActivationOptions } from './activationLayer.js';
import { AdaptiveAveragePooling2D, type AdaptiveAveragePooling2DOptions } from './adaptiveAveragePooling2d.js';
import { Add } from './add.js';
import { Affine, type AffineOptions } from './affine.js';
import { AveragePooling2D, type AveragePooling2DOptions } from './averagePooling2d.js';
import { AxisMatrix, type AxisMatrixOptions } from './axisMatrix.js';
import { BatchNormalization, type BatchNormalizationOptions } from './batchNormalization.js';
import { Clip, type ClipOptions } from './clip.js';
import { Concatenate, type ConcatenateOptions } from './concatenate.js';
import { Conv2D, type Conv2DOptions } from './conv2d.js';
import { Conv2DTranspose, type Conv2DTransposeOptions } from './conv2dTranspose.js';
import { Dense, type DenseOptions } from './dense.js';
import { DepthwiseConv2D, type DepthwiseConv2DOptions } from './depthwiseConv2d.js';
import { Divide } from './divide.js';
import { Dropout, type DropoutOptions } from './dropout.js';
import { ELU, type ELUOptions } from './elu.js';
import { Flatten } from './flatten.js';
import { GlobalAveragePooling2D, type GlobalAveragePooling2DOptions } from './globalAveragePooling2d.js';
import { GlobalMaxPooling2D, type GlobalMaxPooling2DOptions } from './globalMaxPooling2d.js';
import type { LayerOptions } from './layer.js';
import { LayerNormalization, type LayerNormalizationOptions } from './layerNormalization.js';
import { LeakyReLU, type LeakyReLUOptions } from './leakyRelu.js';
import { LocalResponseNormalization, type LocalResponseNormalizationOptions } from './localResponseNormalization.js';
import { LocallyConnected2D, type LocallyConnected2DOptions } from './locallyConnected2d.js';
import { Maximum } from './maximum.js';
import { MaxPooling2D } from './maxPooling2d.js';
import { Minimum } from './minimum.js';
import { Multiply } from './multiply.js';
import { PadChannels, type PadChannelsOptions } from './padChannels.js';
import { Permute, type PermuteOptions } from './permute.js';
import type { Pooling2DOptions } from './pooling.js';
import { Power, type PowerOptions } from './power.js';
import { PReLU, type PReLUOptions } from './pReLU.js';
import { Reduce, type ReduceOptions } from './reduce.js';
import { ReLU, type ReLUOptions } from './relu.js';
import { Rescaling, type RescalingOptions } from './rescaling.js';
import { Reshape, type ReshapeOptions } from './reshape.js';
import { SeparableConv2D, type SeparableConv2DOptions } from './separableConv2d.js';
import { Slice, type SliceOptions } from './slice.js';
import { Softmax, type SoftmaxOptions } from './softmax.js';
import { StochasticDepth, type StochasticDepthOptions } from './stochasticDepth.js';
import { Subtract } from './subtract.js';
import { UpSampling2D, type UpSampling2DOptions } from './upSampling2d.js';
import { ZeroPadding2D, type ZeroPadding2DOptions } from './zeroPadding2d.js';

/**
 * Every layer, spelled as in TensorFlow.js; options and defaults are Keras's, in camelCase.
 *
 * @example
 * const digits = sequential([
 *   layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
 *   layers.maxPooling2d(),
 *   layers.flatten(),
 *   layers.dense({ units: 10, activation: 'softmax' }),
 * ]);
 */
export const layers = {
  /** An activation function by name. */
  activation: (options: ActivationOptions): Activation => new Activation(options),
  /** Means over as many bins as asked for. */
  adaptiveAveragePooling2d: (options: AdaptiveAveragePooling2DOptions): AdaptiveAveragePooling2D =>
    new AdaptiveAveragePooling2D(options),
  /** The sum of inputs. */
  add: (options?: LayerOptions): Add => new Add(options),
  /** x · gamma + beta, both learned. */
  affine: (options?: AffineOptions): Affine => new Affine(options),
  /** The mean of each window. */
  averagePooling2d: (options?: AveragePooling2DOptions): AveragePooling2D => new AveragePooling2D(options),
  /** A matrix along one axis that training leaves as it is. */
  axisMatrix: (options: AxisMatrixOptions): AxisMatrix => new AxisMatrix(options),
  /** Each channel to mean 0 and variance 1, then to a learned scale and offset. */
  batchNormalization: (options?: BatchNormalizationOptions): BatchNormalization => new BatchNormalization(options),
  /** Values kept within limits. */
  clip: (options?: ClipOptions): Clip => new Clip(options),
  /** Inputs side by side. */
  concatenate: (options?: ConcatenateOptions): Concatenate => new Concatenate(options),
  /** 2D convolution. */
  conv2d: (options: Conv2DOptions): Conv2D => new Conv2D(options),
  /** The transpose of a 2D convolution, which enlarges. */
  conv2dTranspose: (options: Conv2DTransposeOptions): Conv2DTranspose => new Conv2DTranspose(options),
  /** A fully connected layer. */
  dense: (options: DenseOptions): Dense => new Dense(options),
  /** A convolution of every channel by itself. */
  depthwiseConv2d: (options: DepthwiseConv2DOptions): DepthwiseConv2D => new DepthwiseConv2D(options),
  /** The first input divided by the second. */
  divide: (options?: LayerOptions): Divide => new Divide(options),
  /** Random values set to 0 in training. */
  dropout: (options: DropoutOptions): Dropout => new Dropout(options),
  /** The exponential linear unit. */
  elu: (options?: ELUOptions): ELU => new ELU(options),
  /** Each example's values in one row. */
  flatten: (options?: LayerOptions): Flatten => new Flatten(options),
  /** The mean of each channel. */
  globalAveragePooling2d: (options?: GlobalAveragePooling2DOptions): GlobalAveragePooling2D =>
    new GlobalAveragePooling2D(options),
  /** The largest value of each channel. */
  globalMaxPooling2d: (options?: GlobalMaxPooling2DOptions): GlobalMaxPooling2D => new GlobalMaxPooling2D(options),
  /** Each position's channels to mean 0 and variance 1, then to a learned scale and offset. */
  layerNormalization: (options?: LayerNormalizationOptions): LayerNormalization => new LayerNormalization(options),
  /** A rectified linear unit with a slope on the negative side. */
  leakyReLU: (options?: LeakyReLUOptions): LeakyReLU => new LeakyReLU(options),
  /** Each number divided by a power of its neighbour channels' squares. */
  localResponseNormalization: (options?: LocalResponseNormalizationOptions): LocalResponseNormalization =>
    new LocalResponseNormalization(options),
  /** A convolution that shares no weights. */
  locallyConnected2d: (options: LocallyConnected2DOptions): LocallyConnected2D => new LocallyConnected2D(options),
  /** The largest of inputs. */
  maximum: (options?: LayerOptions): Maximum => new Maximum(options),
  /** The largest value of each window. */
  maxPooling2d: (options?: Pooling2DOptions): MaxPooling2D => new MaxPooling2D(options),
  /** The smallest of inputs. */
  minimum: (options?: LayerOptions): Minimum => new Minimum(options),
  /** The product of inputs. */
  multiply: (options?: LayerOptions): Multiply => new Multiply(options),
  /** Channels of zeros around the picture's own. */
  padChannels: (options?: PadChannelsOptions): PadChannels => new PadChannels(options),
  /** The axes in another order. */
  permute: (options: PermuteOptions): Permute => new Permute(options),
  /** x to the power of a number. */
  power: (options: PowerOptions): Power => new Power(options),
  /** A rectified linear unit with a learned slope on the negative side. */
  pReLU: (options?: PReLUOptions): PReLU => new PReLU(options),
  /** The mean, sum or largest along some axes. */
  reduce: (options: ReduceOptions): Reduce => new Reduce(options),
  /** The rectified linear unit. */
  reLU: (options?: ReLUOptions): ReLU => new ReLU(options),
  /** x · scale + offset. */
  rescaling: (options: RescalingOptions): Rescaling => new Rescaling(options),
  /** The same values under another shape. */
  reshape: (options: ReshapeOptions): Reshape => new Reshape(options),
  /** A convolution of every channel by itself, then one across channels. */
  separableConv2d: (options: SeparableConv2DOptions): SeparableConv2D => new SeparableConv2D(options),
  /** A block of its input. */
  slice: (options: SliceOptions): Slice => new Slice(options),
  /** Scores into shares that add up to 1. */
  softmax: (options?: SoftmaxOptions): Softmax => new Softmax(options),
  /** Random examples set to 0 in training: they skip the branch. */
  stochasticDepth: (options: StochasticDepthOptions): StochasticDepth => new StochasticDepth(options),
  /** The first input minus the second. */
  subtract: (options?: LayerOptions): Subtract => new Subtract(options),
  /** Rows and columns repeated or interpolated. */
  upSampling2d: (options?: UpSampling2DOptions): UpSampling2D => new UpSampling2D(options),
  /** Zeros around the picture. */
  zeroPadding2d: (options?: ZeroPadding2DOptions): ZeroPadding2D => new ZeroPadding2D(options),
} as const;
