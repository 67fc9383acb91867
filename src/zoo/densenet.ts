import { layers, type SymbolicTensor } from '../layers/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture } from './architecture.js';
import { activation, batchNorm, conv } from './blocks.js';
import { createClassifier, pooledClassifier, type OtherNames } from './createClassifier.js';

/** How a DenseNet is laid out. */
interface DenseNetPlan {
  /** Channels before the first block. */
  readonly stem: number;
  /** Channels that each layer adds. */
  readonly growth: number;
  /** Layers of the four blocks. */
  readonly blocks: readonly [number, number, number, number];
}

/** Several maps side by side; a single one stays as it is. */
function sideBySide(maps: readonly SymbolicTensor[], name: string): SymbolicTensor {
  return maps.length === 1 ? maps[0] : layers.concatenate({ name }).apply(...maps);
}

/** Normalise, activate, convolve: the order of DenseNets. `n` numbers the three, '' leaves the number out. */
function normConv(
  x: SymbolicTensor,
  path: string,
  n: string | number,
  filters: number,
  kernelSize: number,
): SymbolicTensor {
  const normalized = batchNorm(x, `${path}.norm${n}`);
  return conv(activation(normalized, 'relu', `${path}.relu${n}`), `${path}.conv${n}`, filters, kernelSize);
}

/** Each layer takes all maps before it and adds `growth` channels: [H, W, C] → [H, W, C + count · growth]. */
function denseBlock(x: SymbolicTensor, path: string, count: number, growth: number): SymbolicTensor {
  const maps = [x];
  for (let i = 1; i <= count; i++) {
    const layer = `${path}.denselayer${i}`;
    const narrow = normConv(sideBySide(maps, `${layer}.cat`), layer, 1, 4 * growth, 1);
    maps.push(normConv(narrow, layer, 2, growth, 3));
  }
  return sideBySide(maps, `${path}.cat`);
}

/** Half the channels and half the side. */
function transition(x: SymbolicTensor, path: string): SymbolicTensor {
  const half = normConv(x, path, '', x.shape[2] >> 1, 1);
  return layers.averagePooling2d({ poolSize: 2, strides: 2, name: `${path}.pool` }).apply(half);
}

function features(input: SymbolicTensor, { stem, growth, blocks }: DenseNetPlan): SymbolicTensor {
  let y = batchNorm(conv(input, 'features.conv0', stem, 7, { strides: 2 }), 'features.norm0');
  y = activation(y, 'relu', 'features.relu0');
  y = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 1, name: 'features.pool0' }).apply(y);
  blocks.forEach((count, i) => {
    y = denseBlock(y, `features.denseblock${i + 1}`, count, growth);
    if (i < blocks.length - 1) y = transition(y, `features.transition${i + 1}`);
  });
  return activation(batchNorm(y, 'features.norm5'), 'relu', 'relu');
}

/** The files that torchvision offers are from a time when a layer's modules were called `norm.1`, not `norm1`. */
const otherNames: OtherNames = {
  torchvision2017: (layer) => layer.replace(/(denselayer\d+\.(?:norm|conv))(\d)$/, '$1.$2'),
};

/** Makes DenseNets of a plan: [H, W, C] → [classes]. */
function create(plan: DenseNetPlan): Architecture['create'] {
  return (name, options) =>
    createClassifier({
      name,
      options,
      inputShape: [224, 224, 3],
      otherNames,
      features: (x) => features(x, plan),
      head: (map) => pooledClassifier(map, 'classifier', options),
    });
}

const common = {
  family: 'DenseNet',
  paper: {
    title: 'Densely Connected Convolutional Networks',
    authors: 'Huang, Liu, van der Maaten, Weinberger',
    year: 2017,
    url: 'https://arxiv.org/abs/1608.06993',
  },
  inputShape: [224, 224, 3],
  classes: 1000,
  preprocessing: imagenetPreprocessing,
  weightNames: 'torchvision',
} as const;

/** DenseNets (with bottlenecks and compression): every layer sees the maps of all layers before it in its block. */
export const densenet = {
  densenet121: {
    ...common,
    description: 'densely connected blocks of 6, 12, 24 and 16 layers, 32 channels from each',
    parameters: 7_978_856,
    create: create({ stem: 64, growth: 32, blocks: [6, 12, 24, 16] }),
  },
  densenet161: {
    ...common,
    description: 'densely connected blocks of 6, 12, 36 and 24 layers, 48 channels from each',
    parameters: 28_681_000,
    create: create({ stem: 96, growth: 48, blocks: [6, 12, 36, 24] }),
  },
  densenet169: {
    ...common,
    description: 'densely connected blocks of 6, 12, 32 and 32 layers, 32 channels from each',
    parameters: 14_149_480,
    create: create({ stem: 64, growth: 32, blocks: [6, 12, 32, 32] }),
  },
  densenet201: {
    ...common,
    description: 'densely connected blocks of 6, 12, 48 and 32 layers, 32 channels from each',
    parameters: 20_013_928,
    create: create({ stem: 64, growth: 32, blocks: [6, 12, 48, 32] }),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
