import { initializers, layers, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import type { Architecture, ArchitectureOptions } from './architecture.js';
import { activation, add, batchNorm, conv } from './blocks.js';
import { createClassifier, pooledClassifier } from './createClassifier.js';

/** A depthwise 3×3 convolution (`name.conv1`) and a 1×1 convolution (`name.pointwise`), nothing between them. */
function separable(x: SymbolicTensor, name: string, filters: number): SymbolicTensor {
  // No ReLU stands between the two, so only the pointwise kernel makes up for one.
  const initializer = initializers.randomNormal({ stddev: 1 / 3 });
  const depthwise = conv(x, `${name}.conv1`, x.shape[2], 3, { groups: x.shape[2], initializer });
  return conv(depthwise, `${name}.pointwise`, filters, 1);
}

/** Options of `block`. */
interface BlockOptions {
  readonly strides: 1 | 2;
  /** Output channels of its separable convolutions, in turn. */
  readonly filters: readonly number[];
  /** Whether a ReLU comes first; true by default. */
  readonly startsWithRelu?: boolean;
}

/** ReLU, separable convolution and normalisation, two or three times, pooled where it strides; beside it a shortcut. */
function block(x: SymbolicTensor, name: string, options: BlockOptions): SymbolicTensor {
  const { strides, filters, startsWithRelu = true } = options;
  let modules = 0;
  const next = (): string => `${name}.rep.${modules++}`;
  let y = x;
  filters.forEach((count, index) => {
    if (index > 0 || startsWithRelu) y = activation(y, 'relu', next());
    y = batchNorm(separable(y, next(), count), next());
  });
  if (strides === 1) return add(y, x);
  y = layers.maxPooling2d({ poolSize: 3, strides, padding: 1 }).apply(y);
  const shortcut = conv(x, `${name}.skip`, filters[filters.length - 1], 1, { strides });
  return add(y, batchNorm(shortcut, `${name}.skipbn`));
}

/** Entry flow (blocks 1 to 3), middle flow (4 to 11), exit flow (12 and two separable convolutions). */
function features(input: SymbolicTensor): SymbolicTensor {
  let x = conv(input, 'conv1', 32, 3, { strides: 2, padding: 0 });
  x = activation(batchNorm(x, 'bn1'), 'relu');
  x = activation(batchNorm(conv(x, 'conv2', 64, 3, { padding: 0 }), 'bn2'), 'relu');
  x = block(x, 'block1', { strides: 2, filters: [128, 128], startsWithRelu: false });
  x = block(x, 'block2', { strides: 2, filters: [256, 256] });
  x = block(x, 'block3', { strides: 2, filters: [728, 728] });
  for (let index = 4; index <= 11; index++) x = block(x, `block${index}`, { strides: 1, filters: [728, 728, 728] });
  x = block(x, 'block12', { strides: 2, filters: [728, 1024] });
  x = activation(batchNorm(separable(x, 'conv3', 1536), 'bn3'), 'relu');
  return activation(batchNorm(separable(x, 'conv4', 2048), 'bn4'), 'relu');
}

function createXception(name: string, options: ArchitectureOptions): Model {
  return createClassifier({
    name,
    options,
    inputShape: [299, 299, 3],
    features,
    // The paper drops half of the features in its ImageNet experiments.
    head: (map) => pooledClassifier(map, 'fc', options, 0.5),
  });
}

/** Xception, with the module names of timm's `legacy_xception`. */
export const xception = {
  xception: {
    family: 'Xception',
    description: 'Inception taken to its end: 36 convolutions, nearly all depthwise separable, with shortcuts',
    paper: {
      title: 'Xception: Deep Learning with Depthwise Separable Convolutions',
      authors: 'Chollet',
      year: 2016,
      url: 'https://arxiv.org/abs/1610.02357',
    },
    inputShape: [299, 299, 3],
    classes: 1000,
    parameters: 22_855_952,
    preprocessing: {
      size: [299, 299],
      resize: 333,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      channels: 'RGB',
      interpolation: 'bicubic',
    },
    weightNames: 'timm',
    create: createXception,
  },
} as const satisfies Readonly<Record<string, Architecture>>;
