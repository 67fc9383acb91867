import {
  initializers,
  layers,
  type ActivationName,
  type SymbolicTensor,
  type InitializerOption,
  type PaddingOption,
  type PairOption,
} from '../layers/index.js';

/** Options of `conv`. */
export interface ConvOptions {
  readonly strides?: PairOption;
  /** Zeros on every side, as in PyTorch; by default as many as keep the size at stride 1. */
  readonly padding?: PaddingOption;
  readonly dilation?: PairOption;
  readonly groups?: number;
  /** Whether there is a bias; false by default. */
  readonly bias?: boolean;
  readonly activation?: ActivationName;
  /** Starting values; He initialisation by default, as what follows is a ReLU nearly everywhere. */
  readonly initializer?: InitializerOption;
}

/** Half a kernel on every side: what PyTorch's models pad with. */
export function half(kernel: PairOption): PaddingOption {
  const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  return [height >> 1, width >> 1];
}

/** He initialisation for depthwise kernels: every output sees one channel alone, not all of them. */
function heDepthwise(kernel: PairOption): InitializerOption {
  const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  return initializers.randomNormal({ stddev: Math.sqrt(2 / (height * width)) });
}

/** A convolution called by its module's path in PyTorch: `layer1.0.conv1`. x: [H, W, C] → [outH, outW, filters]. */
export function conv(
  x: SymbolicTensor,
  name: string,
  filters: number,
  kernelSize: PairOption,
  options: ConvOptions = {},
): SymbolicTensor {
  const { strides = 1, padding = half(kernelSize), dilation = 1, groups = 1, bias = false, activation } = options;
  const depthwise = groups > 1 && groups === x.shape[2] && filters % groups === 0;
  const kernelInitializer = options.initializer ?? (depthwise ? heDepthwise(kernelSize) : 'heNormal');
  const common = {
    name,
    kernelSize,
    strides,
    padding,
    kernelInitializer,
    activation,
    dilationRate: dilation,
    useBias: bias,
  };
  const layer = depthwise
    ? layers.depthwiseConv2d({ ...common, depthMultiplier: filters / groups })
    : layers.conv2d({ ...common, filters, groups });
  return layer.apply(x);
}

/** What a batch normalisation divides by and remembers: PyTorch's `eps`, and 1 − PyTorch's `momentum`. */
export interface NormOptions {
  readonly epsilon?: number;
  readonly momentum?: number;
  /** Whether training changes it; true by default. */
  readonly trainable?: boolean;
}

/** PyTorch's batch normalisation: epsilon 1e-5, and a tenth of the batch's statistics, the unbiased variance, goes into the running ones. */
export function batchNorm(
  x: SymbolicTensor,
  name: string,
  { epsilon = 1e-5, momentum = 0.9, trainable = true }: NormOptions = {},
): SymbolicTensor {
  return layers.batchNormalization({ name, epsilon, momentum, trainable, unbiasedVariance: true }).apply(x);
}

/** An activation as a layer of its own, named after what it follows. */
export function activation(x: SymbolicTensor, kind: ActivationName, name?: string): SymbolicTensor {
  return layers.activation({ activation: kind, name }).apply(x);
}

/** A hidden dense layer with a ReLU, called by its module's path in PyTorch: x: [C] → [units]. */
export function hidden(x: SymbolicTensor, name: string, units: number): SymbolicTensor {
  return layers.dense({ name, units, activation: 'relu', kernelInitializer: 'heNormal' }).apply(x);
}

/** The dense layer that gives the scores, which start small, as in torchvision: x: [C] → [classes]. */
export function scores(x: SymbolicTensor, name: string, classes: number): SymbolicTensor {
  const kernelInitializer = initializers.randomNormal({ stddev: 0.01 });
  return layers.dense({ name, units: classes, kernelInitializer }).apply(x);
}

/** The sum of two branches. */
export function add(a: SymbolicTensor, b: SymbolicTensor, name?: string): SymbolicTensor {
  return layers.add({ name }).apply(a, b);
}

/** Options of `convNormActivation`. */
export interface ConvNormActivationOptions extends Omit<ConvOptions, 'bias'> {
  /** PyTorch's own by default. */
  readonly norm?: NormOptions;
  /** What the convolution and the normalisation are called behind the block's name; '0' and '1' by default. */
  readonly parts?: readonly [conv: string, norm: string];
}

/** A module's path within another's, or within the network itself: ''. */
export const within = (path: string, part: string): string => (path === '' ? part : `${path}.${part}`);

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
  { norm, activation: kind, parts: [convPart, normPart] = ['0', '1'], ...options }: ConvNormActivationOptions = {},
): SymbolicTensor {
  const convolved = conv(x, within(name, convPart), filters, kernelSize, options);
  const normalized = batchNorm(convolved, within(name, normPart), norm);
  return kind ? activation(normalized, kind) : normalized;
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
