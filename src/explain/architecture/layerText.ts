import {
  classNameOf,
  type ActivationName,
  type Layer,
  type LayerClassName,
  type LayerOf,
  type LayersWith,
} from '../../layers/index.js';
import type { Pair } from '../../ops/window.js';

/** What a block is coloured by. */
export type BlockKind =
  'input' | 'output' | 'convolution' | 'depthwise' | 'dense' | 'pooling' | 'normalization' | 'join' | 'other';

/** What a layer does to a block: it starts one, or goes into its neighbour's as a normalisation, activation or dropout. */
export type LayerRole = 'main' | 'normalization' | 'activation' | 'dropout';

/** How a layer is drawn. */
export interface LayerText {
  readonly role: LayerRole;
  readonly kind: BlockKind;
  /** `['conv 3×3, 64 /2', 'ReLU']`: what it does, then its own activation. */
  readonly parts: readonly string[];
}

type Row<T extends Layer> = readonly [role: LayerRole, kind: BlockKind, text: string | ((layer: T) => string)];

/** A row for every class that does something outside training; of the others those that are drawn in special words. */
export type LayerTexts = { readonly [Name in Exclude<LayerClassName, TrainingOnly>]: Row<LayerOf<Name>> } & {
  readonly [Name in TrainingOnly]?: Row<LayerOf<Name>>;
};

type TrainingOnly = LayersWith<{ readonly onlyInTraining: true }>;

const activationTexts: Readonly<Record<ActivationName, string>> = {
  linear: '',
  relu: 'ReLU',
  relu6: 'ReLU6',
  leakyRelu: 'leaky ReLU',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softmax: 'softmax',
  swish: 'swish',
  silu: 'swish',
  exponential: 'exponential',
  hardSigmoid: 'hard sigmoid',
  hardSwish: 'hard swish',
  elu: 'ELU',
  selu: 'SELU',
  gelu: 'GELU',
  softplus: 'softplus',
  softsign: 'softsign',
  mish: 'mish',
  logSoftmax: 'log softmax',
  erf: 'erf',
  abs: 'absolute value',
  log: 'logarithm',
};

/** `3×3`; `3` of a signal. */
const sides = (size: Pair | number): string => [size].flat().join('×');

/** One number where both are equal; nothing where they are 1. */
function unless1(before: string, size: Pair | number): string {
  const [rows, columns] = typeof size === 'number' ? [size, size] : size;
  if (rows === 1 && columns === 1) return '';
  return before + (rows === columns ? String(rows) : `${rows}×${columns}`);
}

/** How a kernel moves over a picture, or along a signal. */
interface Kernel {
  readonly kernelSize: Pair | number;
  readonly dilationRate?: Pair | number;
}

const kernel = ({ kernelSize, dilationRate = 1 }: Kernel): string =>
  sides(kernelSize) + unless1(' dilated ', dilationRate);

/** `conv 3×3, 128 in 32 groups /2` */
const convolution =
  (name: string) =>
  (layer: Kernel & { readonly filters: number; readonly strides: Pair | number; readonly groups?: number }): string => {
    const { filters, strides, groups = 1 } = layer;
    const grouped = groups === 1 ? '' : ` in ${groups} groups`;
    return `${name} ${kernel(layer)}, ${filters}${grouped}${unless1(' /', strides)}`;
  };

/** `depthwise 3×3 ×2 /2` */
const depthwise = (layer: Kernel & { readonly depthMultiplier: number; readonly strides: Pair | number }): string => {
  const times = layer.depthMultiplier === 1 ? '' : ` ×${layer.depthMultiplier}`;
  return `depthwise ${kernel(layer)}${times}${unless1(' /', layer.strides)}`;
};

const pooling =
  (name: string) =>
  ({ poolSize, strides }: { readonly poolSize: Pair | number; readonly strides: Pair | number }): string =>
    `${name} ${sides(poolSize)}${unless1(' /', strides)}`;

const averagePooling = pooling('average pool');
const maxPooling = pooling('max pool');

/** How the layers of each class are drawn; a class without a row does not compile. */
const rows: LayerTexts = {
  Activation: ['activation', 'normalization', ({ activation }) => activationTexts[activation] || 'linear'],
  AdaptiveAveragePooling2D: ['main', 'pooling', ({ outputSize }) => `average pool to ${sides(outputSize)}`],
  Add: ['main', 'join', '+'],
  Affine: ['normalization', 'normalization', 'scale'],
  Average: ['main', 'join', 'mean'],
  AveragePooling1D: ['main', 'pooling', averagePooling],
  AveragePooling2D: ['main', 'pooling', ({ settings }) => averagePooling(settings)],
  AxisMatrix: ['main', 'other', ({ units }) => `matrix to ${units}`],
  BatchNormalization: ['normalization', 'normalization', 'BN'],
  CenterCrop: ['main', 'other', ({ height, width }) => `crop to ${height}×${width}`],
  Clip: ['activation', 'normalization', ({ minValue = '−∞', maxValue = '∞' }) => `clip to ${minValue} … ${maxValue}`],
  Concatenate: ['main', 'join', 'concatenate'],
  Conv1D: ['main', 'convolution', convolution('conv')],
  Conv1DTranspose: ['main', 'convolution', convolution('transposed conv')],
  Conv2D: ['main', 'convolution', convolution('conv')],
  Conv2DTranspose: ['main', 'convolution', convolution('transposed conv')],
  Cropping1D: ['main', 'other', 'crop'],
  Cropping2D: ['main', 'other', 'crop'],
  Dense: ['main', 'dense', ({ units }) => `dense ${units}`],
  DepthwiseConv1D: ['main', 'depthwise', depthwise],
  DepthwiseConv2D: ['main', 'depthwise', depthwise],
  Divide: ['main', 'join', '÷'],
  Dot: ['main', 'join', ({ normalize }) => (normalize ? 'cosine' : '·')],
  Dropout: ['dropout', 'other', ({ rate }) => `dropout ${rate}`],
  ELU: ['activation', 'normalization', 'ELU'],
  Flatten: ['main', 'other', 'flatten'],
  GlobalAveragePooling1D: ['main', 'pooling', 'global average pool'],
  GlobalAveragePooling2D: ['main', 'pooling', 'global average pool'],
  GlobalMaxPooling1D: ['main', 'pooling', 'global max pool'],
  GlobalMaxPooling2D: ['main', 'pooling', 'global max pool'],
  GroupNormalization: ['normalization', 'normalization', 'GN'],
  LayerNormalization: ['normalization', 'normalization', 'LN'],
  LeakyReLU: ['activation', 'normalization', 'leaky ReLU'],
  LocalResponseNormalization: ['normalization', 'normalization', 'LRN'],
  LocallyConnected2D: ['main', 'convolution', convolution('locally connected')],
  Matmul: ['main', 'join', '·'],
  Maximum: ['main', 'join', 'max'],
  MaxPooling1D: ['main', 'pooling', maxPooling],
  MaxPooling2D: ['main', 'pooling', ({ settings }) => maxPooling(settings)],
  Minimum: ['main', 'join', 'min'],
  Multiply: ['main', 'join', '×'],
  Normalization: ['main', 'other', ({ invert }) => (invert ? 'denormalize' : 'normalize')],
  PadChannels: ['main', 'other', 'pad channels'],
  Permute: ['main', 'other', 'permute'],
  Power: ['activation', 'normalization', ({ exponent }) => `to the power of ${exponent}`],
  PReLU: ['activation', 'normalization', 'PReLU'],
  Reduce: ['main', 'pooling', ({ operation, axes }) => `${operation} along ${axes.join(', ')}`],
  ReLU: ['activation', 'normalization', ({ maxValue = '' }) => `ReLU${maxValue}`],
  RepeatVector: ['main', 'other', ({ n }) => `repeat ${n} times`],
  Rescaling: ['main', 'other', 'rescale'],
  Reshape: ['main', 'other', 'reshape'],
  Resizing: ['main', 'pooling', ({ height, width }) => `resize to ${height}×${width}`],
  SeparableConv1D: ['main', 'depthwise', convolution('separable conv')],
  SeparableConv2D: ['main', 'depthwise', convolution('separable conv')],
  Slice: ['main', 'other', ({ size }) => `slice ${size.join('×')}`],
  Softmax: ['activation', 'normalization', 'softmax'],
  // Its rate differs from block to block of equal structure, which are to be folded all the same.
  StochasticDepth: ['dropout', 'other', 'stochastic depth'],
  Subtract: ['main', 'join', '−'],
  UnitNormalization: ['normalization', 'normalization', 'unit length'],
  UpSampling1D: ['main', 'pooling', ({ size }) => `enlarge ${size}`],
  UpSampling2D: ['main', 'pooling', ({ size }) => `enlarge ${sides(size)}`],
  ZeroPadding1D: ['main', 'other', 'pad'],
  ZeroPadding2D: ['main', 'other', 'pad'],
};

/** `GaussianNoise` → `gaussian noise` */
const inWords = (className: string): string =>
  className.replace(/[A-Z]/g, (letter, at) => (at ? ' ' : '') + letter.toLowerCase());

/** A layer's row; classes of the user's own are drawn under their names. */
function rowOf(layer: Layer): Row<Layer> {
  const className = classNameOf(layer);
  const row = className && rows[className];
  if (row) return row as Row<Layer>;
  return className ? ['dropout', 'other', inWords(className)] : ['main', 'other', layer.className];
}

/** How a layer is drawn: in which block, in which colour, with which words. */
export function layerText(layer: Layer): LayerText {
  const [role, kind, text] = rowOf(layer);
  const words = typeof text === 'string' ? text : text(layer);
  const activation = role === 'main' && classNameOf(layer) ? layer.config?.().activation : undefined;
  const behind = activation === undefined ? '' : activationTexts[activation as ActivationName];
  return { role, kind, parts: behind ? [words, behind] : [words] };
}
