import { layers, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import type { Architecture, ArchitectureOptions } from './architecture.js';
import { createClassifier } from './createClassifier.js';

function features(x: SymbolicTensor): SymbolicTensor {
  return [32, 64, 128, 128].reduce<SymbolicTensor>((y, filters) => {
    const map = layers.conv2d({ filters, kernelSize: 3, activation: 'relu' }).apply(y);
    return layers.maxPooling2d({ poolSize: 2 }).apply(map);
  }, x);
}

/**
 * The small ConvNet for photos of cats and dogs: four 3×3 convolutions, each pooled, and 512 hidden units. Two classes are
 * distinguished by one sigmoid unit, the probability of the second, unless softmax is asked for; more by softmax. With
 * `dropout: 0.5` it is the version that goes with augmented pictures.
 */
function catsDogsCnn(name: string, options: ArchitectureOptions): Model {
  const { classes = 2, dropout: rate = 0, classifierActivation } = options;
  const oneUnit = classes === 2 && classifierActivation !== 'softmax';
  const activation = oneUnit && classifierActivation !== 'linear' ? 'sigmoid' : 'linear';
  return createClassifier({
    name,
    options,
    inputShape: [150, 150, 3],
    features,
    activation: oneUnit ? 'linear' : 'softmax',
    head(map) {
      const flat = layers.flatten().apply(map);
      const kept = rate === 0 ? flat : layers.dropout({ rate }).apply(flat);
      const inner = layers.dense({ units: 512, activation: 'relu' }).apply(kept);
      return layers.dense({ units: oneUnit ? 1 : classes, activation }).apply(inner);
    },
  });
}

/** The cats-and-dogs example of Keras's textbook. */
export const catsDogs = {
  cats_dogs_cnn: {
    family: 'cats and dogs',
    description: 'the small ConvNet for 1,000 photos of cats and 1,000 of dogs; one sigmoid unit',
    paper: {
      title: 'Deep Learning with Python',
      authors: 'Chollet',
      year: 2017,
      url: 'https://www.manning.com/books/deep-learning-with-python',
    },
    inputShape: [150, 150, 3],
    classes: 2,
    parameters: 3_453_121,
    preprocessing: {
      size: [150, 150],
      resize: 150,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      channels: 'RGB',
      interpolation: 'bilinear',
    },
    weightNames: 'striate',
    create: catsDogsCnn,
  },
} as const satisfies Readonly<Record<string, Architecture>>;
