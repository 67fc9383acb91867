import { layers, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import type { Architecture, ArchitectureOptions } from './architecture.js';
import { activation, add, chain, type ChainStep, conv } from './blocks.js';
import { createClassifier, pooledClassifier } from './createClassifier.js';

/** A maximum over 3×3, at every other position. */
function shrink(x: SymbolicTensor): SymbolicTensor {
  return layers.maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);
}

/** One convolution of a branch, without its name: filters, kernel, and what differs. */
type Step = readonly [filters: ChainStep[1], kernelSize: ChainStep[2], options?: ChainStep[3]];

/** The branches of a module: `branch0`, `branch1`, …; the convolutions of one with several are numbered from 0. */
function branches(x: SymbolicTensor, name: string, table: readonly (readonly Step[])[]): SymbolicTensor[] {
  return table.map((steps, index) => {
    const branch = `branch${index}`;
    if (steps.length === 1) return chain(x, name, [[branch, ...steps[0]]]);
    return chain(
      x,
      name,
      steps.map((step, position) => [`${branch}.${position}`, ...step] as const),
    );
  });
}

/** A residual block: its branches side by side, one 1×1 convolution, scaled down, added, ReLU. */
interface ResidualBlock {
  readonly scale: number;
  readonly branches: readonly (readonly Step[])[];
}

/** The paper's figures 16, 17 and 19, for maps of 35×35, 17×17 and 8×8. */
const block35: ResidualBlock = {
  scale: 0.17,
  branches: [
    [[32, 1]],
    [
      [32, 1],
      [32, 3],
    ],
    [
      [32, 1],
      [48, 3],
      [64, 3],
    ],
  ],
};
const block17: ResidualBlock = {
  scale: 0.1,
  branches: [
    [[192, 1]],
    [
      [128, 1],
      [160, [1, 7]],
      [192, [7, 1]],
    ],
  ],
};
const block8: ResidualBlock = {
  scale: 0.2,
  branches: [
    [[192, 1]],
    [
      [192, 1],
      [224, [1, 3]],
      [256, [3, 1]],
    ],
  ],
};

/** x: [H, W, C] → [H, W, C], without ReLU at the end. */
function residual(x: SymbolicTensor, name: string, { scale, branches: table }: ResidualBlock): SymbolicTensor {
  const joined = layers.concatenate().apply(...branches(x, name, table));
  const projected = conv(joined, `${name}.conv2d`, x.shape[2], 1, { bias: true });
  const scaled = scale === 1 ? projected : layers.rescaling({ scale }).apply(projected);
  return add(scaled, x);
}

/** Residual blocks one behind the other, each with ReLU: `name.0`, `name.1`, …. */
function repeat(x: SymbolicTensor, name: string, times: number, block: ResidualBlock): SymbolicTensor {
  for (let index = 0; index < times; index++) x = activation(residual(x, `${name}.${index}`, block), 'relu');
  return x;
}

/** Without padding, at every other position. */
const halving = { strides: 2, padding: 0 } as const;

/** From the picture to maps of 35×35 with 320 channels. */
function stem(input: SymbolicTensor): SymbolicTensor {
  let x = chain(input, '', [
    ['conv2d_1a', 32, 3, halving],
    ['conv2d_2a', 32, 3, { padding: 0 }],
    ['conv2d_2b', 64, 3],
  ]);
  x = chain(shrink(x), '', [
    ['conv2d_3b', 80, 1],
    ['conv2d_4a', 192, 3, { padding: 0 }],
  ]);
  x = shrink(x);
  const convolved = branches(x, 'mixed_5b', [
    [[96, 1]],
    [
      [48, 1],
      [64, 5],
    ],
    [
      [64, 1],
      [96, 3],
      [96, 3],
    ],
  ]);
  const means = layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 1 }).apply(x);
  // The pooling is module 0 of its branch.
  const pooled = chain(means, 'mixed_5b', [['branch3.1', 64, 1]]);
  return layers.concatenate().apply(...convolved, pooled);
}

/** A module that halves the map: its branches beside a pooling. */
function reduction(x: SymbolicTensor, name: string, table: readonly (readonly Step[])[]): SymbolicTensor {
  return layers.concatenate().apply(...branches(x, name, table), shrink(x));
}

function features(input: SymbolicTensor): SymbolicTensor {
  let x = repeat(stem(input), 'repeat', 10, block35);
  x = reduction(x, 'mixed_6a', [
    [[384, 3, halving]],
    [
      [256, 1],
      [256, 3],
      [384, 3, halving],
    ],
  ]);
  x = repeat(x, 'repeat_1', 20, block17);
  x = reduction(x, 'mixed_7a', [
    [
      [256, 1],
      [384, 3, halving],
    ],
    [
      [256, 1],
      [288, 3, halving],
    ],
    [
      [256, 1],
      [288, 3],
      [320, 3, halving],
    ],
  ]);
  x = repeat(x, 'repeat_2', 9, block8);
  // The tenth block is neither scaled nor followed by ReLU.
  x = residual(x, 'block8', { ...block8, scale: 1 });
  return chain(x, '', [['conv2d_7b', 1536, 1]]);
}

function createInceptionResnetV2(name: string, options: ArchitectureOptions): Model {
  return createClassifier({
    name,
    options,
    inputShape: [299, 299, 3],
    features,
    // The paper keeps 0.8 of the features.
    head: (map) => pooledClassifier(map, 'classif', options, 0.2),
  });
}

/** Inception-ResNet, version 2, with timm's module names. */
export const inceptionResnetV2 = {
  inception_resnet_v2: {
    family: 'Inception-ResNet',
    description: 'forty residual blocks of Inception branches, scaled down before they are added',
    paper: {
      title: 'Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning',
      authors: 'Szegedy et al.',
      year: 2016,
      url: 'https://arxiv.org/abs/1602.07261',
    },
    inputShape: [299, 299, 3],
    classes: 1000,
    parameters: 55_843_464,
    preprocessing: {
      size: [299, 299],
      resize: 333,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      channels: 'RGB',
      interpolation: 'bicubic',
    },
    weightNames: 'timm',
    create: createInceptionResnetV2,
  },
} as const satisfies Readonly<Record<string, Architecture>>;
