import { initializers, layers, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture, type ArchitectureOptions } from './architecture.js';
import { conv } from './blocks.js';
import { createClassifier } from './createClassifier.js';

/** Fire modules, each as its squeezed and its expanded filters (of 1×1 and of 3×3 alike), and poolings, in order. */
type Plan = readonly (readonly [squeeze: number, expand: number] | 'pool')[];

interface Version {
  /** Filters and kernel of the first convolution. */
  readonly stem: readonly [filters: number, kernel: number];
  readonly plan: Plan;
}

const versions = {
  '1.0': {
    stem: [96, 7],
    plan: [
      'pool',
      [16, 64],
      [16, 64],
      [32, 128],
      'pool',
      [32, 128],
      [48, 192],
      [48, 192],
      [64, 256],
      'pool',
      [64, 256],
    ],
  },
  '1.1': {
    stem: [64, 3],
    plan: [
      'pool',
      [16, 64],
      [16, 64],
      'pool',
      [32, 128],
      [32, 128],
      'pool',
      [48, 192],
      [48, 192],
      [64, 256],
      [64, 256],
    ],
  },
} as const satisfies Readonly<Record<string, Version>>;

const relu = { bias: true, activation: 'relu' } as const;

function fire(x: SymbolicTensor, name: string, squeeze: number, expand: number): SymbolicTensor {
  const squeezed = conv(x, `${name}.squeeze`, squeeze, 1, relu);
  return layers
    .concatenate()
    .apply(conv(squeezed, `${name}.expand1x1`, expand, 1, relu), conv(squeezed, `${name}.expand3x3`, expand, 3, relu));
}

function features(x: SymbolicTensor, { stem: [filters, kernel], plan }: Version): SymbolicTensor {
  const start = conv(x, 'features.0', filters, kernel, { ...relu, strides: 2, padding: 0 });
  // torchvision's modules 0 and 1 are the first convolution and its activation.
  return plan.reduce<SymbolicTensor>(
    (y, step, i) =>
      step === 'pool'
        ? layers.maxPooling2d({ poolSize: 3, strides: 2, ceilMode: true }).apply(y)
        : fire(y, `features.${i + 2}`, ...step),
    start,
  );
}

function head(map: SymbolicTensor, { classes = 1000, dropout: rate = 0.5 }: ArchitectureOptions): SymbolicTensor {
  const last = layers.conv2d({
    name: 'classifier.1',
    filters: classes,
    kernelSize: 1,
    activation: 'relu',
    kernelInitializer: initializers.randomNormal({ stddev: 0.01 }),
  });
  return layers.globalAveragePooling2d().apply(last.apply(layers.dropout({ rate }).apply(map)));
}

const common = {
  family: 'SqueezeNet',
  paper: {
    title: 'SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size',
    authors: 'Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer',
    year: 2016,
    url: 'https://arxiv.org/abs/1602.07360',
  },
  inputShape: [224, 224, 3],
  classes: 1000,
  preprocessing: imagenetPreprocessing,
  weightNames: 'torchvision',
} as const;

function create(version: Version) {
  return (name: string, options: ArchitectureOptions): Model =>
    createClassifier({
      name,
      options,
      inputShape: common.inputShape,
      features: (x) => features(x, version),
      head: (map) => head(map, options),
    });
}

/** Fire modules: few 1×1 filters squeeze the channels, 1×1 and 3×3 filters side by side expand them again. */
export const squeezenet = {
  squeezenet1_0: {
    ...common,
    description: 'fire modules behind a 7×7 convolution; no dense layer',
    parameters: 1_248_424,
    create: create(versions['1.0']),
  },
  squeezenet1_1: {
    ...common,
    description: 'SqueezeNet with a 3×3 first convolution and earlier poolings: 2.4 times less arithmetic',
    parameters: 1_235_496,
    create: create(versions['1.1']),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
