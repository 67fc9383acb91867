import { layers, type ActivationName, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture, type ArchitectureOptions } from './architecture.js';
import { convNormActivation, scores, type NormOptions } from './blocks.js';
import { createClassifier, type OtherNames } from './createClassifier.js';
import { invertedResidual, roundChannels, timmInvertedResiduals } from './invertedResidual.js';

/** One block: kernel, channels inside, filters, squeeze-and-excitation, activation, stride. */
type Block = readonly [
  kernelSize: number,
  expanded: number,
  filters: number,
  squeeze: boolean,
  activation: ActivationName,
  strides: number,
];

/** A version's blocks (the paper's tables 1 and 2) and the width of its hidden dense layer. */
export interface MobileNetV3Version {
  readonly blocks: readonly Block[];
  /** How many blocks there are in each of timm's stages. */
  readonly stages: readonly number[];
  readonly hidden: number;
}

const small: MobileNetV3Version = {
  blocks: [
    [3, 16, 16, true, 'relu', 2],
    [3, 72, 24, false, 'relu', 2],
    [3, 88, 24, false, 'relu', 1],
    [5, 96, 40, true, 'hardSwish', 2],
    [5, 240, 40, true, 'hardSwish', 1],
    [5, 240, 40, true, 'hardSwish', 1],
    [5, 120, 48, true, 'hardSwish', 1],
    [5, 144, 48, true, 'hardSwish', 1],
    [5, 288, 96, true, 'hardSwish', 2],
    [5, 576, 96, true, 'hardSwish', 1],
    [5, 576, 96, true, 'hardSwish', 1],
  ],
  stages: [1, 2, 3, 2, 3],
  hidden: 1024,
};

export const mobilenetV3Large: MobileNetV3Version = {
  blocks: [
    [3, 16, 16, false, 'relu', 1],
    [3, 64, 24, false, 'relu', 2],
    [3, 72, 24, false, 'relu', 1],
    [5, 72, 40, true, 'relu', 2],
    [5, 120, 40, true, 'relu', 1],
    [5, 120, 40, true, 'relu', 1],
    [3, 240, 80, false, 'hardSwish', 2],
    [3, 200, 80, false, 'hardSwish', 1],
    [3, 184, 80, false, 'hardSwish', 1],
    [3, 184, 80, false, 'hardSwish', 1],
    [3, 480, 112, true, 'hardSwish', 1],
    [3, 672, 112, true, 'hardSwish', 1],
    [5, 672, 160, true, 'hardSwish', 2],
    [5, 960, 160, true, 'hardSwish', 1],
    [5, 960, 160, true, 'hardSwish', 1],
  ],
  stages: [1, 2, 3, 4, 2, 3],
  hidden: 1280,
};

/** What all its batch normalisations have. */
const usualNorm: NormOptions = { epsilon: 0.001, momentum: 0.99 };

/** timm counts the last convolution as a stage and makes the hidden layer a 1×1 convolution. */
function otherNames({ blocks, stages }: MobileNetV3Version): OtherNames {
  const last = `features.${blocks.length + 1}`;
  return timmInvertedResiduals(stages, (n) => `features.${n + 1}.block`, {
    [`${last}.0`]: `blocks.${stages.length}.0.conv`,
    [`${last}.1`]: `blocks.${stages.length}.0.bn1`,
    'classifier.0': 'conv_head',
    'classifier.3': 'classifier',
  });
}

/** How a network for another task differs from the classifier. */
export interface MobileNetV3Options {
  /** What a module is called, by torchvision's name in the classifier (`features.0`); that by default. */
  readonly path?: (module: string) => string;
  /** Whether the last three blocks keep the map's size, and reach as far by dilation; false by default. */
  readonly dilated?: boolean;
  /** Whether the last three blocks have half as many channels; false by default. */
  readonly reducedTail?: boolean;
  /** TensorFlow's by default. */
  readonly norm?: NormOptions;
  /** Told each block's map inside, before its depthwise convolution. */
  readonly onExpanded?: (module: string, map: SymbolicTensor) => void;
}

/** The maps behind each of torchvision's modules, `features.0` first. x: [H, W, 3] → [H / 2, W / 2, 16], …, [H / 32, W / 32, C]. */
export function mobilenetV3Features(
  input: SymbolicTensor,
  { blocks }: MobileNetV3Version,
  {
    path = (module) => module,
    dilated = false,
    reducedTail = false,
    norm = usualNorm,
    onExpanded,
  }: MobileNetV3Options = {},
): SymbolicTensor[] {
  const stem = convNormActivation(input, path('features.0'), 16, 3, { strides: 2, norm, activation: 'hardSwish' });
  const maps = [stem];
  const tail = blocks.length - 3;
  blocks.forEach(([kernelSize, wide, filters, squeeze, activation, strides], index) => {
    const divisor = reducedTail && index >= tail ? 2 : 1;
    const dilates = dilated && index >= tail;
    const expanded = index > tail ? wide / divisor : wide;
    const module = `features.${index + 1}`;
    const block = invertedResidual(maps[index], `${module}.block`, {
      kernelSize,
      strides: dilates ? 1 : strides,
      dilation: dilates ? 2 : 1,
      expanded,
      filters: filters / divisor,
      activation,
      norm,
      squeeze: squeeze
        ? { channels: roundChannels(Math.floor(expanded / 4)), activation: 'relu', gate: 'hardSigmoid' }
        : undefined,
      path,
      onExpanded: (map) => onExpanded?.(module, map),
    });
    maps.push(block);
  });
  const last = maps[blocks.length];
  const end = path(`features.${blocks.length + 1}`);
  maps.push(convNormActivation(last, end, 6 * last.shape[2], 1, { norm, activation: 'hardSwish' }));
  return maps;
}

/** The maker of one version. */
function makerOf(version: MobileNetV3Version): Architecture['create'] {
  const { hidden } = version;
  return (name: string, options: ArchitectureOptions): Model =>
    createClassifier({
      name,
      options,
      inputShape: [224, 224, 3],
      otherNames: otherNames(version),
      features: (input) => mobilenetV3Features(input, version).at(-1)!,
      head: (features) => {
        let x = layers.globalAveragePooling2d().apply(features);
        x = layers.dense({ name: 'classifier.0', units: hidden, activation: 'hardSwish' }).apply(x);
        x = layers.dropout({ rate: options.dropout ?? 0.2 }).apply(x);
        return scores(x, 'classifier.3', options.classes ?? 1000);
      },
    });
}

const common = {
  family: 'MobileNet',
  paper: {
    title: 'Searching for MobileNetV3',
    authors: 'Howard et al.',
    year: 2019,
    url: 'https://arxiv.org/abs/1905.02244',
  },
  inputShape: [224, 224, 3],
  classes: 1000,
  preprocessing: imagenetPreprocessing,
  otherNetworks:
    "timm's networks add 0.00001 to the variances of batch normalization, this one 0.001, so that scores differ a little; " +
    "weights of its names with tf_ are for TensorFlow's padding and give other scores here",
  weightNames: 'torchvision',
} as const;

/** MobileNet, version 3, as in torchvision. */
export const mobilenetV3 = {
  mobilenet_v3_small: {
    ...common,
    description:
      'inverted residual blocks found by search, with hard-swish and squeeze-and-excitation; for slow devices',
    parameters: 2_542_856,
    create: makerOf(small),
  },
  mobilenet_v3_large: {
    ...common,
    description: 'inverted residual blocks found by search, with hard-swish and squeeze-and-excitation',
    parameters: 5_483_032,
    create: makerOf(mobilenetV3Large),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
