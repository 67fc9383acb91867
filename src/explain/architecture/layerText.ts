import type { Layer } from '../../layers/layer.js';

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

type Config = Readonly<Record<string, unknown>>;
type Row = readonly [role: LayerRole, kind: BlockKind, text: (config: Config) => string];

const activationTexts: Readonly<Record<string, string>> = {
  relu: 'ReLU',
  relu6: 'ReLU6',
  leakyRelu: 'leaky ReLU',
  silu: 'swish',
  hardSwish: 'hard swish',
  hardSigmoid: 'hard sigmoid',
};

const named = (activation: unknown): string => activationTexts[String(activation)] ?? String(activation);

/** [3, 3] → 3×3 */
const sides = (value: unknown): string =>
  Array.isArray(value) ? value.join('×') : `${String(value)}×${String(value)}`;

/** One number where both are equal; nothing where they are 1. */
function unless1(before: string, value: unknown): string {
  const [rows, columns] = Array.isArray(value) ? (value as unknown[]) : [value, value];
  if (rows === 1 && columns === 1) return '';
  return before + (rows === columns ? String(rows) : `${String(rows)}×${String(columns)}`);
}

const kernel = ({ kernelSize, dilationRate = 1 }: Config): string =>
  sides(kernelSize) + unless1(' dilated ', dilationRate);

/** `conv 3×3, 128 in 32 groups /2` */
const convolution =
  (name: string): Row[2] =>
  (config) => {
    const { filters, groups = 1, strides = 1 } = config;
    const grouped = groups === 1 ? '' : ` in ${String(groups)} groups`;
    return `${name} ${kernel(config)}, ${String(filters)}${grouped}${unless1(' /', strides)}`;
  };

const pooling =
  (name: string): Row[2] =>
  ({ poolSize, strides }) =>
    `${name} ${sides(poolSize)}${unless1(' /', strides)}`;

const always =
  (text: string): Row[2] =>
  () =>
    text;

/** The layers of the library by class; others are drawn under their class's name. */
const rows: Readonly<Record<string, Row>> = {
  Conv2D: ['main', 'convolution', convolution('conv')],
  Conv2DTranspose: ['main', 'convolution', convolution('transposed conv')],
  SeparableConv2D: ['main', 'depthwise', convolution('separable conv')],
  LocallyConnected2D: ['main', 'convolution', convolution('locally connected')],
  DepthwiseConv2D: [
    'main',
    'depthwise',
    (config) => `depthwise ${kernel(config)}${unless1(' ×', config.depthMultiplier)}${unless1(' /', config.strides)}`,
  ],
  Dense: ['main', 'dense', ({ units }) => `dense ${String(units)}`],
  MaxPooling2D: ['main', 'pooling', pooling('max pool')],
  AveragePooling2D: ['main', 'pooling', pooling('average pool')],
  AdaptiveAveragePooling2D: ['main', 'pooling', ({ outputSize }) => `average pool to ${sides(outputSize)}`],
  GlobalAveragePooling2D: ['main', 'pooling', always('global average pool')],
  GlobalMaxPooling2D: ['main', 'pooling', always('global max pool')],
  UpSampling2D: ['main', 'pooling', ({ size }) => `enlarge ${sides(size)}`],
  Add: ['main', 'join', always('+')],
  Multiply: ['main', 'join', always('×')],
  Concatenate: ['main', 'join', always('concatenate')],
  BatchNormalization: ['normalization', 'normalization', always('BN')],
  LocalResponseNormalization: ['normalization', 'normalization', always('LRN')],
  Activation: ['activation', 'normalization', ({ activation }) => named(activation)],
  ReLU: ['activation', 'normalization', ({ maxValue }) => `ReLU${typeof maxValue === 'number' ? maxValue : ''}`],
  LeakyReLU: ['activation', 'normalization', always('leaky ReLU')],
  Softmax: ['activation', 'normalization', always('softmax')],
  Dropout: ['dropout', 'other', ({ rate }) => `dropout ${String(rate)}`],
  // Its rate differs from block to block of equal structure, which are to be folded all the same.
  StochasticDepth: ['dropout', 'other', always('stochastic depth')],
  Flatten: ['main', 'other', always('flatten')],
  Reshape: ['main', 'other', always('reshape')],
  Permute: ['main', 'other', always('permute')],
  Rescaling: ['main', 'other', always('rescale')],
  ZeroPadding2D: ['main', 'other', always('pad')],
  PadChannels: ['main', 'other', always('pad channels')],
};

/** How a layer is drawn: in which block, in which colour, with which words. */
export function layerText(layer: Layer): LayerText {
  const config = layer.config?.() ?? {};
  const row = Object.hasOwn(rows, layer.className) ? rows[layer.className] : undefined;
  if (!row) return { role: 'main', kind: 'other', parts: [layer.className] };
  const [role, kind, text] = row;
  const { activation = 'linear' } = role === 'main' ? config : {};
  return { role, kind, parts: activation === 'linear' ? [text(config)] : [text(config), named(activation)] };
}
