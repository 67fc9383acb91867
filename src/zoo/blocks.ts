import { initializers, layers, type ActivationName, type SymbolicTensor } from '../layers/index.js';
import type { InitializerOption, PaddingOption, PairOption } from '../layers/index.js';

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

/** PyTorch's batch normalisation: epsilon 1e-5, and a tenth of the batch's statistics goes into the running ones. */
export function batchNorm(
  x: SymbolicTensor,
  name: string,
  { epsilon = 1e-5, momentum = 0.9 }: { readonly epsilon?: number; readonly momentum?: number } = {},
): SymbolicTensor {
  return layers.batchNormalization({ name, epsilon, momentum }).apply(x);
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
