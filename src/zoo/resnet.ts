import { layers, type SymbolicTensor } from '../layers/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture, type Paper } from './architecture.js';
import { activation, convNormActivation } from './blocks.js';
import { createClassifier, pooledClassifier } from './createClassifier.js';
import { basicBlock, bottleneckBlock, nth, stage, type BottleneckOptions } from './residual.js';

/** How many blocks the four stages have, and what the blocks are. */
export interface ResNetPlan extends Pick<BottleneckOptions, 'groups' | 'baseWidth' | 'reduction'> {
  readonly blocks: readonly [number, number, number, number];
  /** 'bottleneck' by default. */
  readonly block?: 'basic' | 'bottleneck';
}

/** 7×7 stride 2, 3×3 pooling stride 2, four stages of 64, 128, 256 and 512 filters: a 32nd of the input's side. */
function features(input: SymbolicTensor, { blocks, block = 'bottleneck', ...common }: ResNetPlan): SymbolicTensor {
  let y = convNormActivation(input, '', 64, 7, { ...nth(1), strides: 2 });
  y = activation(y, 'relu', 'relu');
  y = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 1, name: 'maxpool' }).apply(y);
  const make = { basic: basicBlock, bottleneck: bottleneckBlock }[block];
  blocks.forEach((count, i) => {
    y = stage(y, `layer${i + 1}`, count, i === 0 ? 1 : 2, (x, name, strides) =>
      make(x, name, { ...common, filters: 64 << i, strides }),
    );
  });
  return y;
}

/** Makes residual networks for ImageNet of a plan: [H, W, C] → [classes]. */
export function createResNet(plan: ResNetPlan): Architecture['create'] {
  return (name, options) =>
    createClassifier({
      name,
      options,
      inputShape: [224, 224, 3],
      features: (x) => features(x, plan),
      head: (map) => pooledClassifier(map, 'fc', options),
    });
}

/** What the rows of residual networks for ImageNet have in common. */
export const imagenetRow = {
  inputShape: [224, 224, 3],
  classes: 1000,
  preprocessing: imagenetPreprocessing,
  weightNames: 'torchvision',
} as const;

/** He et al.'s paper. */
export const resnetPaper: Paper = {
  title: 'Deep Residual Learning for Image Recognition',
  authors: 'He, Zhang, Ren, Sun',
  year: 2016,
  url: 'https://arxiv.org/abs/1512.03385',
};

const common = { ...imagenetRow, family: 'ResNet', paper: resnetPaper } as const;

/** Residual networks: blocks learn what to add to their input; layers with weights are counted in the name. */
export const resnet = {
  resnet18: {
    ...common,
    description: 'residual network of 8 basic blocks of two 3×3 convolutions',
    parameters: 11_689_512,
    create: createResNet({ blocks: [2, 2, 2, 2], block: 'basic' }),
  },
  resnet34: {
    ...common,
    description: 'residual network of 16 basic blocks of two 3×3 convolutions',
    parameters: 21_797_672,
    create: createResNet({ blocks: [3, 4, 6, 3], block: 'basic' }),
  },
  resnet50: {
    ...common,
    description: 'residual network of 16 bottlenecks (1×1, 3×3, 1×1), the stride on the 3×3',
    parameters: 25_557_032,
    create: createResNet({ blocks: [3, 4, 6, 3] }),
  },
  resnet101: {
    ...common,
    description: 'residual network of 33 bottlenecks (1×1, 3×3, 1×1)',
    parameters: 44_549_160,
    create: createResNet({ blocks: [3, 4, 23, 3] }),
  },
  resnet152: {
    ...common,
    description: 'residual network of 50 bottlenecks, the winner of ImageNet 2015',
    parameters: 60_192_808,
    create: createResNet({ blocks: [3, 8, 36, 3] }),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
