import { Activation, type ActivationOptions } from './activationLayer.js';
import { Add } from './add.js';
import { AveragePooling2D, type AveragePooling2DOptions } from './averagePooling2d.js';
import { BatchNormalization, type BatchNormalizationOptions } from './batchNormalization.js';
import { Concatenate, type ConcatenateOptions } from './concatenate.js';
import { Conv2D, type Conv2DOptions } from './conv2d.js';
import { Dense, type DenseOptions } from './dense.js';
import { Dropout, type DropoutOptions } from './dropout.js';
import { Flatten } from './flatten.js';
import { GlobalAveragePooling2D, type GlobalAveragePooling2DOptions } from './globalAveragePooling2d.js';
import { GlobalMaxPooling2D, type GlobalMaxPooling2DOptions } from './globalMaxPooling2d.js';
import type { LayerOptions } from './layer.js';
import { LeakyReLU, type LeakyReLUOptions } from './leakyRelu.js';
import { LocallyConnected2D, type LocallyConnected2DOptions } from './locallyConnected2d.js';
import { MaxPooling2D } from './maxPooling2d.js';
import { Multiply } from './multiply.js';
import type { Pooling2DOptions } from './pooling.js';
import { ReLU, type ReLUOptions } from './relu.js';
import { Rescaling, type RescalingOptions } from './rescaling.js';
import { Reshape, type ReshapeOptions } from './reshape.js';
import { Softmax, type SoftmaxOptions } from './softmax.js';
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
  /** The sum of inputs. */
  add: (options?: LayerOptions): Add => new Add(options),
  /** The mean of each window. */
  averagePooling2d: (options?: AveragePooling2DOptions): AveragePooling2D => new AveragePooling2D(options),
  /** Each channel to mean 0 and variance 1, then to a learned scale and offset. */
  batchNormalization: (options?: BatchNormalizationOptions): BatchNormalization => new BatchNormalization(options),
  /** Inputs side by side. */
  concatenate: (options?: ConcatenateOptions): Concatenate => new Concatenate(options),
  /** 2D convolution. */
  conv2d: (options: Conv2DOptions): Conv2D => new Conv2D(options),
  /** A fully connected layer. */
  dense: (options: DenseOptions): Dense => new Dense(options),
  /** Random values set to 0 in training. */
  dropout: (options: DropoutOptions): Dropout => new Dropout(options),
  /** Each example's values in one row. */
  flatten: (options?: LayerOptions): Flatten => new Flatten(options),
  /** The mean of each channel. */
  globalAveragePooling2d: (options?: GlobalAveragePooling2DOptions): GlobalAveragePooling2D =>
    new GlobalAveragePooling2D(options),
  /** The largest value of each channel. */
  globalMaxPooling2d: (options?: GlobalMaxPooling2DOptions): GlobalMaxPooling2D => new GlobalMaxPooling2D(options),
  /** A rectified linear unit with a slope on the negative side. */
  leakyReLU: (options?: LeakyReLUOptions): LeakyReLU => new LeakyReLU(options),
  /** A convolution that shares no weights. */
  locallyConnected2d: (options: LocallyConnected2DOptions): LocallyConnected2D => new LocallyConnected2D(options),
  /** The largest value of each window. */
  maxPooling2d: (options?: Pooling2DOptions): MaxPooling2D => new MaxPooling2D(options),
  /** The product of inputs. */
  multiply: (options?: LayerOptions): Multiply => new Multiply(options),
  /** The rectified linear unit. */
  reLU: (options?: ReLUOptions): ReLU => new ReLU(options),
  /** x · scale + offset. */
  rescaling: (options: RescalingOptions): Rescaling => new Rescaling(options),
  /** The same values under another shape. */
  reshape: (options: ReshapeOptions): Reshape => new Reshape(options),
  /** Scores into shares that add up to 1. */
  softmax: (options?: SoftmaxOptions): Softmax => new Softmax(options),
  /** Zeros around the picture. */
  zeroPadding2d: (options?: ZeroPadding2DOptions): ZeroPadding2D => new ZeroPadding2D(options),
} as const;
