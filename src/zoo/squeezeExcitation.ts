import { layers, type ActivationName, type SymbolicTensor } from '../layers/index.js';
import { conv } from './blocks.js';

/** Options of `squeezeExcitation`. */
export interface SqueezeExcitationOptions {
  /** Between the two convolutions; 'relu' by default. */
  readonly activation?: ActivationName;
  /** What makes a factor per channel of the second convolution's output; 'sigmoid' by default. */
  readonly gate?: ActivationName;
}

/**
 * Squeeze-and-excitation: every channel times a factor computed from all channels' means. x: [H, W, C] → [H, W, C].
 * The two 1×1 convolutions, with biases, are called `name.fc1` (to `squeezed` channels) and `name.fc2` (back to C).
 *
 * Hu et al., Squeeze-and-Excitation Networks, https://arxiv.org/abs/1709.01507
 */
export function squeezeExcitation(
  x: SymbolicTensor,
  name: string,
  squeezed: number,
  { activation = 'relu', gate = 'sigmoid' }: SqueezeExcitationOptions = {},
): SymbolicTensor {
  const channels = x.shape[x.shape.length - 1];
  const means = layers.globalAveragePooling2d({ keepDims: true }).apply(x);
  const hidden = conv(means, `${name}.fc1`, squeezed, 1, { bias: true, activation });
  const factors = conv(hidden, `${name}.fc2`, channels, 1, { bias: true, activation: gate });
  return layers.multiply().apply(x, factors);
}
