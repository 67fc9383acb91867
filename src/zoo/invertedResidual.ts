import { layers, type ActivationName, type SymbolicTensor } from '../layers/index.js';
import {
  add,
  batchNorm,
  conv,
  convNormActivation,
  squeezeExcitation,
  type NormOptions,
  type SqueezeExcitationOptions,
} from './blocks.js';
import type { OtherNames } from './createClassifier.js';

/** Options of `invertedResidual`. */
export interface InvertedResidualOptions {
  /** Side of the depthwise kernel. */
  readonly kernelSize: number;
  readonly strides: number;
  /** Channels inside; where they are the input's, the 1×1 convolution that widens is left out. */
  readonly expanded: number;
  /** Channels that come out. */
  readonly filters: number;
  readonly activation: ActivationName;
  readonly norm?: NormOptions;
  /** Squeeze-and-excitation behind the depthwise convolution, down to so many channels. */
  readonly squeeze?: SqueezeExcitationOptions & { readonly channels: number };
  /** The probability that training leaves the block out for a picture, where there is a shortcut; 0 by default. */
  readonly dropRate?: number;
  /** Whether the last convolution and its normalisation count as two modules of the block, as in MobileNetV2. */
  readonly flatProjection?: boolean;
  /** Of the depthwise kernel; 1 by default. */
  readonly dilation?: number;
  /** What a module is called, by its name here; that by default. */
  readonly path?: (module: string) => string;
  /** Told the map that the first convolution widened. */
  readonly onExpanded?: (map: SymbolicTensor) => void;
}

/**
 * The block of MobileNetV2, MobileNetV3 and EfficientNet: widen by 1×1, depthwise convolution, squeeze-and-excitation
 * where asked, narrow by 1×1 without activation, and a shortcut where input and output have the same shape.
 * x: [H, W, C] → [H / strides, W / strides, filters]. Its modules are called `name.0`, `name.1`, … as in torchvision.
 *
 * Sandler et al., MobileNetV2, https://arxiv.org/abs/1801.04381
 */
export function invertedResidual(x: SymbolicTensor, name: string, options: InvertedResidualOptions): SymbolicTensor {
  const { kernelSize, strides, expanded, filters, activation, norm, squeeze, dropRate = 0, dilation = 1 } = options;
  const { path = (module: string) => module } = options;
  const channels = x.shape[2];
  let modules = 0;
  const next = (): string => path(`${name}.${modules++}`);

  let y = x;
  if (expanded !== channels) y = convNormActivation(y, next(), expanded, 1, { norm, activation });
  options.onExpanded?.(y);
  const padding = dilation * (kernelSize >> 1);
  const depthwise = { strides, padding, dilation, groups: expanded, norm, activation };
  y = convNormActivation(y, next(), expanded, kernelSize, depthwise);
  if (squeeze) y = squeezeExcitation(y, next(), squeeze.channels, squeeze);
  y = options.flatProjection
    ? batchNorm(conv(y, next(), filters, 1), next(), norm)
    : convNormActivation(y, next(), filters, 1, { norm });

  if (strides !== 1 || channels !== filters) return y;
  return add(x, dropRate > 0 ? layers.stochasticDepth({ rate: dropRate }).apply(y) : y);
}

/**
 * The multiple of `divisor` nearest to a scaled number of channels, but never less than nine tenths of it: what keeps
 * the widths of MobileNets and EfficientNets suited to vector units.
 */
export function roundChannels(channels: number, divisor = 8): number {
  const rounded = Math.max(divisor, Math.floor((channels + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * channels ? rounded + divisor : rounded;
}

/**
 * timm's parts of an inverted residual block, by torchvision's modules. The last two come one module earlier where there is
 * no squeeze-and-excitation, and are not nested in MobileNetV2.
 */
const invertedParts = {
  /** Of the first stage, whose blocks do not widen: timm's depthwise separable block. */
  first: {
    '0.0': 'conv_dw',
    '0.1': 'bn1',
    '1.fc1': 'se.conv_reduce',
    '1.fc2': 'se.conv_expand',
    '1.0': 'conv_pw',
    '1.1': 'bn2',
    '2.0': 'conv_pw',
    '2.1': 'bn2',
    '1': 'conv_pw',
    '2': 'bn2',
  },
  later: {
    '0.0': 'conv_pw',
    '0.1': 'bn1',
    '1.0': 'conv_dw',
    '1.1': 'bn2',
    '2.fc1': 'se.conv_reduce',
    '2.fc2': 'se.conv_expand',
    '2.0': 'conv_pwl',
    '2.1': 'bn3',
    '3.0': 'conv_pwl',
    '3.1': 'bn3',
    '2': 'conv_pwl',
    '3': 'bn3',
  },
} as const;

/** What torchvision calls a block of inverted residuals: the n-th of all, which is the i-th of a stage; all from 0. */
export type BlockPath = (n: number, stage: number, i: number) => string;

/**
 * timm's names of a network of inverted residual blocks: `blocks.stage.block.conv_dw`.
 *
 * @param stages - how many blocks each stage has
 * @param path - torchvision's name of a block
 * @param rest - timm's names of the layers before and behind the blocks, by torchvision's
 */
export function timmInvertedResiduals(
  stages: readonly number[],
  path: BlockPath,
  rest: Readonly<Record<string, string>>,
): OtherNames {
  const names: Record<string, string> = { 'features.0.0': 'conv_stem', 'features.0.1': 'bn1', ...rest };
  let n = 0;
  stages.forEach((blocks, stage) => {
    for (let i = 0; i < blocks; i++) {
      const block = path(n++, stage, i);
      for (const [part, name] of Object.entries(stage === 0 ? invertedParts.first : invertedParts.later)) {
        names[`${block}.${part}`] = `blocks.${stage}.${i}.${name}`;
      }
    }
  });
  return { timm: (layer) => names[layer] };
}
