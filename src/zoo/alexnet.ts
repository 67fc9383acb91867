import { layers, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture, type ArchitectureOptions, type Paper } from './architecture.js';
import { conv, hidden, scores } from './blocks.js';
import { createClassifier } from './createClassifier.js';

/** Three wide windows at steps of two: neighbours overlap, as in both papers. */
function pool(x: SymbolicTensor): SymbolicTensor {
  return layers.maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);
}

/** Pooling to 6×6, and three dense layers; `names` are theirs. */
function head(
  x: SymbolicTensor,
  names: readonly [string, string, string],
  options: ArchitectureOptions,
): SymbolicTensor {
  const { classes = 1000, dropout: rate = 0.5 } = options;
  const drop = (value: SymbolicTensor): SymbolicTensor => layers.dropout({ rate }).apply(value);
  const map = layers.adaptiveAveragePooling2d({ outputSize: 6 }).apply(x);
  // Dropped before it is flattened, so that the first dense layer stands right behind the map whose order it knows.
  const flat = layers.flatten().apply(drop(map));
  return scores(hidden(drop(hidden(flat, names[0], 4096)), names[1], 4096), names[2], classes);
}

/** torchvision's AlexNet: one stream, fewer filters, no normalisation. */
function alexnet1(name: string, options: ArchitectureOptions): Model {
  const relu = { bias: true, activation: 'relu' } as const;
  return createClassifier({
    name,
    options,
    inputShape: [224, 224, 3],
    features(x) {
      let y = pool(conv(x, 'features.0', 64, 11, { ...relu, strides: 4, padding: 2 }));
      y = pool(conv(y, 'features.3', 192, 5, relu));
      y = conv(y, 'features.6', 384, 3, relu);
      y = conv(y, 'features.8', 256, 3, relu);
      return pool(conv(y, 'features.10', 256, 3, relu));
    },
    head: (map) => head(map, ['classifier.1', 'classifier.4', 'classifier.6'], options),
  });
}

/**
 * The layers of 2012. With two `streams`, as the paper divided them between two processors, the second, fourth and fifth
 * convolution see only their own stream's channels; the third crosses over, and so do the dense layers.
 */
function alexnet2012(streams: 1 | 2) {
  return (name: string, options: ArchitectureOptions): Model => {
    const relu = { bias: true, activation: 'relu' } as const;
    const own = { ...relu, groups: streams };
    // The paper's alpha, 1e-4, is that of a sum; the layer's is that of a mean over five.
    const normalize = (x: SymbolicTensor): SymbolicTensor =>
      layers.localResponseNormalization({ size: 5, alpha: 5e-4, beta: 0.75, bias: 2 }).apply(x);
    return createClassifier({
      name,
      options,
      inputShape: [227, 227, 3],
      features(x) {
        let y = pool(normalize(conv(x, 'conv1', 96, 11, { ...relu, strides: 4, padding: 0 })));
        y = pool(normalize(conv(y, 'conv2', 256, 5, own)));
        y = conv(y, 'conv3', 384, 3, relu);
        y = conv(y, 'conv4', 384, 3, own);
        return pool(conv(y, 'conv5', 256, 3, own));
      },
      head: (map) => head(map, ['fc6', 'fc7', 'fc8'], options),
    });
  };
}

const paper2012: Paper = {
  title: 'ImageNet Classification with Deep Convolutional Neural Networks',
  authors: 'Krizhevsky, Sutskever, Hinton',
  year: 2012,
  url: 'https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks',
};

const common2012 = {
  family: 'AlexNet',
  paper: paper2012,
  inputShape: [227, 227, 3],
  classes: 1000,
  preprocessing: { ...imagenetPreprocessing, size: [227, 227] },
  weightNames: 'striate',
} as const;

/** The network that won ImageNet in 2012, as it was and as torchvision has it. */
export const alexnet = {
  alexnet: {
    family: 'AlexNet',
    description: 'torchvision’s AlexNet: one stream with fewer filters, overlapping pooling, dropout; no normalisation',
    paper: {
      title: 'One weird trick for parallelizing convolutional neural networks',
      authors: 'Krizhevsky',
      year: 2014,
      url: 'https://arxiv.org/abs/1404.5997',
    },
    inputShape: [224, 224, 3],
    classes: 1000,
    parameters: 61_100_840,
    preprocessing: imagenetPreprocessing,
    weightNames: 'torchvision',
    create: alexnet1,
  },
  alexnet_single: {
    ...common2012,
    description: 'the layers of the 2012 paper in one stream, with local response normalisation',
    parameters: 62_378_344,
    create: alexnet2012(1),
  },
  alexnet_two_stream: {
    ...common2012,
    description:
      'AlexNet as published in 2012: two streams that cross at the third convolution, local response normalisation',
    parameters: 60_965_224,
    create: alexnet2012(2),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
