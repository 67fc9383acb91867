import type { SymbolicTensor } from '../layers/index.js';
import { expectOneOf } from '../tensor/check.js';
import type { Preprocessing } from '../pictures/index.js';
import type { Architecture, ArchitectureOptions } from './architecture.js';
import { activation, convNormActivation } from './blocks.js';
import { createClassifier, pooledClassifier } from './createClassifier.js';
import { basicBlock, nth, projection, stage, zeroChannels, type Shortcut } from './residual.js';
import { resnetPaper } from './resnet.js';

/** CIFAR's pictures as they are, brought to ImageNet's mean and deviation. */
const preprocessing: Preprocessing = {
  size: [32, 32],
  resize: 32,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channels: 'RGB',
  interpolation: 'bilinear',
};

const shortcuts: Readonly<Record<NonNullable<ArchitectureOptions['shortcut']>, Shortcut>> = {
  A: zeroChannels,
  B: projection('shortcut'),
};

/** Three stages of n basic blocks with 16, 32 and 64 filters: 32×32 → 16×16 → 8×8. */
function features(input: SymbolicTensor, n: number, shortcut: Shortcut): SymbolicTensor {
  let y = activation(convNormActivation(input, '', 16, 3, nth(1)), 'relu', 'relu');
  for (let i = 0; i < 3; i++) {
    y = stage(y, `layer${i + 1}`, n, i === 0 ? 1 : 2, (x, name, strides) =>
      basicBlock(x, name, { filters: 16 << i, strides, shortcut }),
    );
  }
  return y;
}

/** Makes the network of 6n + 2 layers: [H, W, C] → [classes]. */
function create(n: number): Architecture['create'] {
  return (name, options) => {
    const { shortcut = 'A', classes = 10, dropout } = options;
    expectOneOf(`zoo '${name}'`, 'shortcut', shortcut, Object.keys(shortcuts));
    return createClassifier({
      name,
      options,
      inputShape: [32, 32, 3],
      features: (x) => features(x, n, shortcuts[shortcut]),
      head: (map) => pooledClassifier(map, 'linear', { classes, dropout }),
    });
  };
}

const common = {
  family: 'ResNet',
  paper: resnetPaper,
  inputShape: [32, 32, 3],
  classes: 10,
  preprocessing,
  weightNames: 'pytorch_resnet_cifar10',
} as const;

/** The paper's residual networks for CIFAR-10: 6n + 2 layers, shortcuts without parameters unless asked otherwise. */
export const cifarResnet = {
  cifar_resnet20: {
    ...common,
    description: 'the CIFAR-10 residual network with 3 blocks a stage (91.25 % in the paper)',
    parameters: 269_722,
    create: create(3),
  },
  cifar_resnet32: {
    ...common,
    description: 'the CIFAR-10 residual network with 5 blocks a stage (92.49 % in the paper)',
    parameters: 464_154,
    create: create(5),
  },
  cifar_resnet44: {
    ...common,
    description: 'the CIFAR-10 residual network with 7 blocks a stage (92.83 % in the paper)',
    parameters: 658_586,
    create: create(7),
  },
  cifar_resnet56: {
    ...common,
    description: 'the CIFAR-10 residual network with 9 blocks a stage (93.03 % in the paper)',
    parameters: 853_018,
    create: create(9),
  },
  cifar_resnet110: {
    ...common,
    description: 'the CIFAR-10 residual network with 18 blocks a stage (93.39 % on average in the paper)',
    parameters: 1_727_962,
    create: create(18),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
