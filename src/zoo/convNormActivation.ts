import type { PairOption, SymbolicTensor } from '../layers/index.js';
import { activation as activate, batchNorm, conv, type ConvOptions } from './blocks.js';

/** What a batch normalisation divides by and remembers: PyTorch's `eps`, and 1 − PyTorch's `momentum`. */
export interface NormOptions {
  readonly epsilon?: number;
  readonly momentum?: number;
}

/** Options of `convNormActivation`. */
export interface ConvNormActivationOptions extends Omit<ConvOptions, 'bias'> {
  /** PyTorch's own by default. */
  readonly norm?: NormOptions;
  /** What the convolution and the normalisation are called behind the block's name; '0' and '1' by default. */
  readonly parts?: readonly [conv: string, norm: string];
}

/** A module's path within another's, or within the network itself: ''. */
const within = (path: string, part: string): string => (path === '' ? part : `${path}.${part}`);

/**
 * A convolution without bias, batch normalisation and an activation (none by default): the block that torchvision calls
 * Conv2dNormActivation. x: [H, W, C] → [outH, outW, filters].
 *
 * @example
 * convNormActivation(x, 'features.0', 32, 3, { strides: 2, activation: 'relu6' }); // features.0.0 and features.0.1
 */
export function convNormActivation(
  x: SymbolicTensor,
  name: string,
  filters: number,
  kernelSize: PairOption,
  { norm, activation, parts: [convPart, normPart] = ['0', '1'], ...options }: ConvNormActivationOptions = {},
): SymbolicTensor {
  const convolved = conv(x, within(name, convPart), filters, kernelSize, options);
  const normalized = batchNorm(convolved, within(name, normPart), norm);
  return activation ? activate(normalized, activation) : normalized;
}

/** One convolution of a `chain`: what it is called behind the chain's name, filters, kernel, and what differs. */
export type ChainStep = readonly [
  part: string,
  filters: number,
  kernelSize: PairOption,
  options?: ConvNormActivationOptions,
];

/**
 * One branch of an Inception module: convolutions one behind the other, each with batch normalisation (`.conv`, `.bn`;
 * epsilon 0.001) and ReLU, as in torchvision's and timm's BasicConv2d. x: [H, W, C] → [outH, outW, last filters].
 */
export function chain(x: SymbolicTensor, name: string, steps: readonly ChainStep[]): SymbolicTensor {
  const common = { norm: { epsilon: 0.001 }, activation: 'relu', parts: ['conv', 'bn'] } as const;
  return steps.reduce(
    (value, [part, filters, kernelSize, options]) =>
      convNormActivation(value, within(name, part), filters, kernelSize, { ...common, ...options }),
    x,
  );
}
