import { initializers, layers, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import type { Architecture, ArchitectureOptions } from './architecture.js';
import { createClassifier } from './createClassifier.js';
import { mnistPreprocessing } from './mnistCnn.js';

// A sigmoid's slope is at most 1/4: four times Glorot's deviation keeps signals from fading (Glorot & Bengio 2010).
const kernelInitializer = initializers.varianceScaling({ scale: 16, mode: 'fanAvg', distribution: 'uniform' });
const common = { activation: 'sigmoid', kernelInitializer } as const;

/** Pictures of 28 rows become the paper's 32 with two rows of zeros on each side; those of 32 have their border already. */
function border(size: number): number {
  return size < 32 ? 2 : 0;
}

function features(x: SymbolicTensor): SymbolicTensor {
  const padding = [border(x.shape[0]), border(x.shape[1])] as const;
  const first = layers.conv2d({ ...common, name: 'conv1', filters: 6, kernelSize: 5, padding }).apply(x);
  const second = layers
    .conv2d({ ...common, name: 'conv2', filters: 16, kernelSize: 5 })
    .apply(layers.averagePooling2d({ name: 'pool1' }).apply(first));
  return layers.averagePooling2d({ name: 'pool2' }).apply(second);
}

function head(map: SymbolicTensor, classes: number): SymbolicTensor {
  const flat = layers.flatten({ name: 'flatten' }).apply(map);
  const first = layers.dense({ ...common, name: 'fc1', units: 120 }).apply(flat);
  const second = layers.dense({ ...common, name: 'fc2', units: 84 }).apply(first);
  return layers.dense({ name: 'fc3', units: classes }).apply(second);
}

/** Two 5×5 convolutions with sigmoids, each sub-sampled by averages, and three dense layers; gives probabilities. */
function lenet5(name: string, options: ArchitectureOptions): Model {
  const { inputShape, classes } = lenet.lenet5;
  return createClassifier({
    name,
    options,
    inputShape,
    features,
    activation: 'softmax',
    head: (map) => head(map, options.classes ?? classes),
  });
}

/** The first ConvNet that read digits for its living. */
export const lenet = {
  lenet5: {
    family: 'LeNet',
    description: 'the digit reader of 1998: 5×5 kernels, sigmoids, average pooling, three dense layers',
    paper: {
      title: 'Gradient-Based Learning Applied to Document Recognition',
      authors: 'LeCun, Bottou, Bengio, Haffner',
      year: 1998,
      url: 'http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf',
    },
    inputShape: [28, 28, 1],
    classes: 10,
    parameters: 61_706,
    preprocessing: mnistPreprocessing,
    weightNames: 'striate',
    create: lenet5,
  },
} as const satisfies Readonly<Record<string, Architecture>>;
