import { layers } from '../layers/index.js';
import { sequential, type Sequential } from '../models/index.js';
import type { Preprocessing } from '../pictures/index.js';
import { shown } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { expectArchitectureOptions, type Architecture, type ArchitectureOptions } from './architecture.js';

/** MNIST's pictures as Keras's examples take them: 28×28, 0 to 1, light strokes on dark ground. */
export const mnistPreprocessing: Preprocessing = {
  size: [28, 28],
  resize: 28,
  mean: [0],
  std: [1],
  channels: 'grey',
  fit: 'contain',
  interpolation: 'bilinear',
  invert: 'auto',
};

/** These networks are a stack whose parts are as the tutorials have them. */
function expectOwnOptions(name: string, options: ArchitectureOptions): ArchitectureOptions {
  const { inputShape, classes, seed, ...others } = expectArchitectureOptions(name, options);
  const other = Object.entries(others).find(([, value]) => value !== undefined);
  if (!other) return { inputShape, classes, seed };
  throw new StriateError({
    where: `zoo '${name}'`,
    rule: `has no choice of ${other[0]}: it is the tutorial's network`,
    received: shown(other[1]),
    advice: 'leave it out; model.features and newHead make parts and other heads of it',
  });
}

/** Three 3×3 convolutions (32, 64, 64), two poolings, two dense layers. */
function mnistCnn(name: string, options: ArchitectureOptions): Sequential {
  const { inputShape = [28, 28, 1], classes = 10, seed = 0 } = expectOwnOptions(name, options);
  return sequential({
    name,
    seed,
    layers: [
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
}

/** 128 hidden units, dropout 0.2; no convolution. */
function mnistDense(name: string, options: ArchitectureOptions): Sequential {
  const { inputShape = [28, 28, 1], classes = 10, seed = 0 } = expectOwnOptions(name, options);
  return sequential({
    name,
    seed,
    layers: [
      layers.flatten({ inputShape }),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
}

const common = {
  family: 'digits',
  inputShape: [28, 28, 1],
  classes: 10,
  preprocessing: mnistPreprocessing,
  weightNames: 'striate',
} as const;

/** The networks of Keras's and TensorFlow's first tutorials. */
export const mnist = {
  mnist_cnn: {
    ...common,
    description: 'the digit CNN of Keras’s first convolution tutorial',
    paper: {
      title: 'Deep Learning with Python',
      authors: 'Chollet',
      year: 2017,
      url: 'https://www.manning.com/books/deep-learning-with-python',
    },
    parameters: 93_322,
    create: mnistCnn,
  },
  mnist_dense: {
    ...common,
    description: 'the dense baseline of TensorFlow’s beginner tutorial, without a convolution',
    paper: {
      title: 'TensorFlow 2 quickstart for beginners',
      authors: 'TensorFlow',
      year: 2019,
      url: 'https://www.tensorflow.org/tutorials/quickstart/beginner',
    },
    parameters: 101_770,
    create: mnistDense,
  },
} as const satisfies Readonly<Record<string, Architecture>>;
