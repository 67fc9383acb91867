import { layers, type ActivationName, type SymbolicTensor } from '../layers/index.js';
import { add, batchNorm, conv } from './blocks.js';
import { convNormActivation, type NormOptions } from './convNormActivation.js';
import { squeezeExcitation, type SqueezeExcitationOptions } from './squeezeExcitation.js';

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
}

/**
 * The block of MobileNetV2, MobileNetV3 and EfficientNet: widen by 1×1, depthwise convolution, squeeze-and-excitation
 * where asked, narrow by 1×1 without activation, and a shortcut where input and output have the same shape.
 * x: [H, W, C] → [H / strides, W / strides, filters]. Its modules are called `name.0`, `name.1`, … as in torchvision.
 *
 * Sandler et al., MobileNetV2, https://arxiv.org/abs/1801.04381
 */
export function invertedResidual(x: SymbolicTensor, name: string, options: InvertedResidualOptions): SymbolicTensor {
  const { kernelSize, strides, expanded, filters, activation, norm, squeeze, dropRate = 0 } = options;
  const channels = x.shape[2];
  let modules = 0;
  const next = (): string => `${name}.${modules++}`;

  let y = x;
  if (expanded !== channels) y = convNormActivation(y, next(), expanded, 1, { norm, activation });
  y = convNormActivation(y, next(), expanded, kernelSize, { strides, groups: expanded, norm, activation });
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
