import { activations } from './activations.js';
import { arithmetic } from './arithmetic.js';
import { branches } from './branches.js';
import { convolutions } from './convolution.js';
import { denseLayers } from './dense.js';
import { dropouts } from './dropout.js';
import type { Importers } from './importer.js';
import { normalizations } from './normalization.js';
import { paddings } from './padding.js';
import { poolings } from './pooling.js';
import { reductions } from './reductions.js';
import { resizings } from './resizing.js';
import { shapings } from './shaping.js';
import { slicings } from './slicing.js';

/** Every operator that can be imported. */
export const importers: Importers = {
  ...activations,
  ...arithmetic,
  ...branches,
  ...convolutions,
  ...denseLayers,
  ...dropouts,
  ...normalizations,
  ...paddings,
  ...poolings,
  ...reductions,
  ...resizings,
  ...shapings,
  ...slicings,
};

/** Operators that are refused for a reason, by pattern of their names: the rule and what to do. */
export const refusals: Readonly<Record<string, string>> = {
  'Loop|Scan':
    'control flow (If, Loop, Scan) cannot be imported; export by tracing, without torch.jit.script, or take the loop out of ' +
    'the model',
  'QLinear.*|Q(Gemm|Attention).*|.*Integer|(Dynamic)?QuantizeLinear|DequantizeLinear':
    'quantised models cannot be imported; export the model in float32, before it is quantised',
  'RNN|LSTM|GRU': 'recurrent layers cannot be imported, only convolutional networks',
  'Sequence.*|SplitToSequence|ConcatFromSequence|Optional.*':
    'sequences cannot be imported; export the model with fixed shapes',
  'NonMaxSuppression|RoiAlign|MaxRoiPool|TopK|NonZero':
    "what a detector does behind its network cannot be imported; give { outputs: ['…'] }, the values that come before it",
  '(Attention|MultiHeadAttention|RotaryEmbedding|LinearAttention)':
    'attention cannot be imported, only convolutional networks; export a model without transformer blocks',
  'ArgMax|ArgMin|ZipMap|Hardmax':
    "choosing a class is no layer; give { outputs: ['…'] }, the scores that come before it",
};
