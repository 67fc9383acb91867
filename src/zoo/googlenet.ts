import { layers, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture, type ArchitectureOptions, type Paper } from './architecture.js';
import { activation, batchNorm, conv, hidden, scores, type ConvOptions } from './blocks.js';
import { createClassifier } from './createClassifier.js';

/** How the network of 2014 differs from torchvision's. */
interface Style {
  /** A convolution with what follows it, up to its ReLU. */
  readonly unit: (
    x: SymbolicTensor,
    name: string,
    filters: number,
    kernel: number,
    options?: ConvOptions,
  ) => SymbolicTensor;
  /** What stands behind the first pooling and before the second. */
  readonly normalize: (x: SymbolicTensor) => SymbolicTensor;
  /** The kernel of the inception modules' third branch. */
  readonly wide: 3 | 5;
  /** The window of the last pooling, which is made with steps of 2. */
  readonly lastPool: 2 | 3;
  /** The 4×4 map that auxiliary classifiers start from. */
  readonly auxiliaryPool: (x: SymbolicTensor) => SymbolicTensor;
  readonly dropout: number;
}

/** Filters of a module's 1×1; 3×3 reduction and 3×3; wide reduction and wide; and projection behind the pooling. */
type Filters = readonly [number, number, number, number, number, number];

const modules: Readonly<Record<string, Readonly<Record<string, Filters>>>> = {
  3: { a: [64, 96, 128, 16, 32, 32], b: [128, 128, 192, 32, 96, 64] },
  4: {
    a: [192, 96, 208, 16, 48, 64],
    b: [160, 112, 224, 24, 64, 64],
    c: [128, 128, 256, 24, 64, 64],
    d: [112, 144, 288, 32, 64, 64],
    e: [256, 160, 320, 32, 128, 128],
  },
  5: { a: [256, 160, 320, 32, 128, 128], b: [384, 192, 384, 48, 128, 128] },
};

function pool(x: SymbolicTensor, poolSize: 2 | 3): SymbolicTensor {
  return layers.maxPooling2d({ poolSize, strides: 2, ceilMode: true }).apply(x);
}

function inception(x: SymbolicTensor, name: string, filters: Filters, { unit, wide }: Style): SymbolicTensor {
  const [one, reduceThree, three, reduceWide, wideFilters, project] = filters;
  const pooled = layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 1 }).apply(x);
  return layers
    .concatenate({ name })
    .apply(
      unit(x, `${name}.branch1`, one, 1),
      unit(unit(x, `${name}.branch2.0`, reduceThree, 1), `${name}.branch2.1`, three, 3),
      unit(unit(x, `${name}.branch3.0`, reduceWide, 1), `${name}.branch3.1`, wideFilters, wide),
      unit(pooled, `${name}.branch4.1`, project, 1),
    );
}

function auxiliary(x: SymbolicTensor, name: string, { unit, auxiliaryPool }: Style, classes: number): SymbolicTensor {
  const map = unit(auxiliaryPool(x), `${name}.conv`, 128, 1);
  const inner = hidden(layers.flatten().apply(map), `${name}.fc1`, 1024);
  return scores(layers.dropout({ rate: 0.7 }).apply(inner), `${name}.fc2`, classes);
}

function build(name: string, options: ArchitectureOptions, style: Style): Model {
  const { classes = 1000, dropout: rate = style.dropout } = options;
  const { unit, normalize } = style;
  const starts: { readonly map: SymbolicTensor; readonly name: string }[] = [];
  return createClassifier({
    name,
    options,
    inputShape: [224, 224, 3],
    features(x) {
      let y = normalize(pool(unit(x, 'conv1', 64, 7, { strides: 2 }), 3));
      y = pool(normalize(unit(unit(y, 'conv2', 64, 1), 'conv3', 192, 3)), 3);
      for (const [stage, list] of Object.entries(modules)) {
        for (const [letter, filters] of Object.entries(list)) {
          y = inception(y, `inception${stage}${letter}`, filters, style);
          if (stage === '4' && letter === 'a') starts.push({ map: y, name: 'aux1' });
          if (stage === '4' && letter === 'd') starts.push({ map: y, name: 'aux2' });
        }
        if (stage !== '5') y = pool(y, stage === '3' ? 3 : style.lastPool);
      }
      return y;
    },
    head(map) {
      const vector = layers.globalAveragePooling2d({ name: 'avgpool' }).apply(map);
      return scores(layers.dropout({ rate }).apply(vector), 'fc', classes);
    },
    auxiliaries: () => starts.map(({ map, name: at }) => ({ output: auxiliary(map, at, style, classes), weight: 0.3 })),
  });
}

const toFourByFour = (x: SymbolicTensor): SymbolicTensor => layers.adaptiveAveragePooling2d({ outputSize: 4 }).apply(x);

const torchvisionStyle: Style = {
  unit: (x, name, filters, kernel, options) =>
    activation(batchNorm(conv(x, `${name}.conv`, filters, kernel, options), `${name}.bn`, { epsilon: 0.001 }), 'relu'),
  normalize: (x) => x,
  wide: 3,
  lastPool: 2,
  auxiliaryPool: toFourByFour,
  dropout: 0.2,
};

const style2014: Style = {
  unit: (x, name, filters, kernel, options) =>
    conv(x, name, filters, kernel, { ...options, bias: true, activation: 'relu' }),
  // The paper does not say with which constants; these are the ones it was made again with in Caffe.
  normalize: (x) => layers.localResponseNormalization({ size: 5, alpha: 1e-4, beta: 0.75, bias: 1 }).apply(x),
  wide: 5,
  lastPool: 3,
  // 5×5 windows three apart, which give 4×4 from 14×14; maps of other sizes are brought to 4×4 as in torchvision.
  auxiliaryPool: (x) =>
    x.shape[0] === 14 && x.shape[1] === 14
      ? layers.averagePooling2d({ poolSize: 5, strides: 3 }).apply(x)
      : toFourByFour(x),
  dropout: 0.4,
};

const paper: Paper = {
  title: 'Going Deeper with Convolutions',
  authors: 'Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke, Rabinovich',
  year: 2014,
  url: 'https://arxiv.org/abs/1409.4842',
};

const common = { family: 'GoogLeNet', paper, inputShape: [224, 224, 3], classes: 1000 } as const;

/** Inception modules: four kinds of convolutions side by side, with 1×1 convolutions that keep them cheap. */
export const googlenet = {
  googlenet: {
    ...common,
    description:
      'torchvision’s GoogLeNet: batch normalisation, a 3×3 kernel where the paper has 5×5, two auxiliary classifiers',
    parameters: 13_004_888,
    // Its weights were trained on pictures from -1 to 1, whatever mean and deviation torchvision's page states first.
    preprocessing: { ...imagenetPreprocessing, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    weightNames: 'torchvision',
    create: (name, options) => build(name, options, torchvisionStyle),
  },
  googlenet_2014: {
    ...common,
    description:
      'GoogLeNet as published: biases and local response normalisation, 5×5 kernels, two auxiliary classifiers',
    // 6,998,552 on the path to the scores, 3,188,840 and 3,190,888 in the auxiliary classifiers.
    parameters: 13_378_280,
    preprocessing: imagenetPreprocessing,
    weightNames: 'striate',
    create: (name, options) => build(name, options, style2014),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
