import { layers, type SymbolicTensor } from '../layers/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture, type Paper } from './architecture.js';
import { activation, convNormActivation, within, type NormOptions } from './blocks.js';
import { createClassifier, pooledClassifier } from './createClassifier.js';
import { basicBlock, bottleneckBlock, nth, stage, type BottleneckOptions } from './residual.js';

/** How many blocks the four stages have, and what the blocks are. */
export interface ResNetPlan extends Pick<BottleneckOptions, 'groups' | 'baseWidth' | 'reduction'> {
  readonly blocks: readonly [number, number, number, number];
  /** 'bottleneck' by default. */
  readonly block?: 'basic' | 'bottleneck';
}

/** How a network for another task differs from the classifier. */
export interface ResNetOptions {
  /** The module that the network is in: `backbone.body`; none by default. */
  readonly prefix?: string;
  /** Whether the last two stages keep the map's size, and reach as far by dilation (of bottlenecks); false by default. */
  readonly dilated?: boolean;
  /** Of bottlenecks; PyTorch's own by default. */
  readonly norm?: NormOptions;
}

/**
 * 7×7 stride 2, 3×3 pooling stride 2, four stages of 64, 128, 256 and 512 filters: the four stages' maps, a 4th, 8th, 16th and
 * 32nd of the input's side.
 */
export function resnetFeatures(
  input: SymbolicTensor,
  { blocks, block = 'bottleneck', ...common }: ResNetPlan,
  { prefix = '', dilated = false, norm }: ResNetOptions = {},
): SymbolicTensor[] {
  let y = convNormActivation(input, prefix, 64, 7, { ...nth(1), strides: 2, norm });
  y = activation(y, 'relu', within(prefix, 'relu'));
  y = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 1, name: within(prefix, 'maxpool') }).apply(y);
  const make = { basic: basicBlock, bottleneck: bottleneckBlock }[block];
  return blocks.map((count, i) => {
    const dilates = dilated && i > 1;
    // A stage's first block still has the reach of the stage before.
    const reach = dilates ? 2 ** (i - 1) : 1;
    y = stage(y, within(prefix, `layer${i + 1}`), count, i === 0 || dilates ? 1 : 2, (x, name, strides, n) =>
      make(x, name, { ...common, filters: 64 << i, strides, dilation: dilates && n === 0 ? reach / 2 : reach, norm }),
    );
    return y;
  });
}

/** Makes residual networks for ImageNet of a plan: [H, W, C] → [classes]. */
export function createResNet(plan: ResNetPlan): Architecture['create'] {
  return (name, options) =>
    createClassifier({
      name,
      options,
      inputShape: [224, 224, 3],
      features: (x) => resnetFeatures(x, plan).at(-1)!,
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
