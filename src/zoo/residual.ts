import { layers, type SymbolicTensor } from '../layers/index.js';
import { activation, add, convNormActivation, squeezeExcitation, type NormOptions } from './blocks.js';

/** torchvision's starting values for residual networks: normal, variance 2 / (kernel · filters) (He et al. 2015). */
const fanOut = {
  className: 'VarianceScaling',
  config: { scale: 2, mode: 'fanOut', distribution: 'untruncatedNormal' },
} as const;

/** Brings a block's input to the shape of its output. x: [H, W, C] → [⌈H / strides⌉, ⌈W / strides⌉, filters]. */
export type Shortcut = (
  x: SymbolicTensor,
  block: string,
  filters: number,
  strides: number,
  norm?: NormOptions,
) => SymbolicTensor;

/** What the blocks of a residual network have in common. */
export interface BlockOptions {
  /** Channels of the 3×3 convolutions, before grouping and widening. */
  readonly filters: number;
  /** Of the 3×3 convolution that shrinks the map; 1 by default. */
  readonly strides?: number;
  /** How the input is added where its shape is another; by 1×1 projection by default. */
  readonly shortcut?: Shortcut;
}

/** Options of `bottleneckBlock`. */
export interface BottleneckOptions extends BlockOptions {
  /** Parts of the 3×3 convolution (ResNeXt's cardinality); 1 by default. */
  readonly groups?: number;
  /** Channels of a group for 64 filters; 64 by default. */
  readonly baseWidth?: number;
  /** Divides the channels in squeeze-and-excitation; without it there is none. */
  readonly reduction?: number;
  /** Of the 3×3 convolution; 1 by default. */
  readonly dilation?: number;
  /** PyTorch's own by default. */
  readonly norm?: NormOptions;
}

/** Options for the n-th convolution and normalisation of a block, or of the network itself: `convN` and `bnN`. */
export const nth = (n: number) => ({ initializer: fanOut, parts: [`conv${n}`, `bn${n}`] }) as const;

/** A shortcut by 1×1 convolution and batch normalisation (He et al.'s option B), under the module's name. */
export function projection(module: string): Shortcut {
  return (x, block, filters, strides, norm) =>
    convNormActivation(x, `${block}.${module}`, filters, 1, { initializer: fanOut, strides, norm });
}

/** A shortcut without parameters (He et al.'s option A): every other pixel, and channels of zeros on both sides. */
export const zeroChannels: Shortcut = (x, block, filters, strides) => {
  const missing = filters - x.shape[2];
  const before = missing >> 1;
  const pixels =
    strides === 1 ? x : layers.maxPooling2d({ poolSize: 1, strides, name: `${block}.shortcut.subsample` }).apply(x);
  return layers.padChannels({ before, after: missing - before, name: `${block}.shortcut.pad` }).apply(pixels);
};

/** relu(branch + input), the input through the shortcut where the branch has another shape. */
function joined(
  branch: SymbolicTensor,
  x: SymbolicTensor,
  {
    block,
    relu,
    shortcut,
    strides,
    norm,
  }: { block: string; relu: string; shortcut: Shortcut; strides: number; norm?: NormOptions },
): SymbolicTensor {
  const filters = branch.shape[2];
  const same = strides === 1 && x.shape[2] === filters;
  const sum = add(branch, same ? x : shortcut(x, block, filters, strides, norm), `${block}.add`);
  return activation(sum, 'relu', `${block}.${relu}`);
}

/**
 * Two 3×3 convolutions beside a shortcut: x: [H, W, C] → [H / strides, W / strides, filters].
 *
 * He et al., Deep Residual Learning for Image Recognition, https://arxiv.org/abs/1512.03385, figure 5 left
 */
export function basicBlock(
  x: SymbolicTensor,
  block: string,
  { filters, strides = 1, shortcut = projection('downsample') }: BlockOptions,
): SymbolicTensor {
  let y = convNormActivation(x, block, filters, 3, { ...nth(1), strides });
  y = activation(y, 'relu', `${block}.relu`);
  y = convNormActivation(y, block, filters, 3, nth(2));
  return joined(y, x, { block, relu: 'relu_1', shortcut, strides });
}

/**
 * 1×1 to fewer channels, 3×3 (with the stride, as in torchvision), 1×1 to four times `filters`, beside a shortcut:
 * x: [H, W, C] → [H / strides, W / strides, 4 · filters].
 *
 * He et al., https://arxiv.org/abs/1512.03385, figure 5 right; groups: Xie et al., https://arxiv.org/abs/1611.05431;
 * width: Zagoruyko & Komodakis, https://arxiv.org/abs/1605.07146; reduction: Hu et al., https://arxiv.org/abs/1709.01507
 */
export function bottleneckBlock(x: SymbolicTensor, block: string, options: BottleneckOptions): SymbolicTensor {
  const { filters, strides = 1, shortcut = projection('downsample'), groups = 1, baseWidth = 64, reduction } = options;
  const { norm, dilation = 1 } = options;
  const width = Math.floor((filters * baseWidth) / 64) * groups;
  const outputs = 4 * filters;
  let y = convNormActivation(x, block, width, 1, { ...nth(1), norm });
  y = activation(y, 'relu', `${block}.relu`);
  y = convNormActivation(y, block, width, 3, { ...nth(2), strides, groups, dilation, padding: dilation, norm });
  y = activation(y, 'relu', `${block}.relu_1`);
  y = convNormActivation(y, block, outputs, 1, { ...nth(3), norm });
  if (reduction !== undefined) y = squeezeExcitation(y, `${block}.se`, outputs / reduction);
  return joined(y, x, { block, relu: 'relu_2', shortcut, strides, norm });
}

/** Blocks one after the other, called `stage.0`, `stage.1`, …; the first has the stride. */
export function stage(
  x: SymbolicTensor,
  name: string,
  count: number,
  strides: number,
  block: (x: SymbolicTensor, name: string, strides: number, i: number) => SymbolicTensor,
): SymbolicTensor {
  let y = x;
  for (let i = 0; i < count; i++) y = block(y, `${name}.${i}`, i === 0 ? strides : 1, i);
  return y;
}
