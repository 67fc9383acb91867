import { cutAdvice, rawAdvice } from './importAdvice.js';
import type { OnnxOperators } from './onnxOperator.js';
import { activations } from './operators/importActivations.js';
import { arithmetic } from './operators/importArithmetic.js';
import { comparisons } from './operators/importComparisons.js';
import { constants } from './operators/importConstants.js';
import { convolutions } from './operators/importConvolutions.js';
import { foldArgument, foldNonZero, foldTopK } from './operators/foldIndexing.js';
import { foldDequantize, foldQuantize } from './operators/foldQuantization.js';
import { identities } from './operators/importIdentities.js';
import { normalizations } from './operators/importNormalizations.js';
import { paddings } from './operators/importPadding.js';
import { poolings } from './operators/importPoolings.js';
import { powers } from './operators/importPowers.js';
import { products } from './operators/importProducts.js';
import { reductions } from './operators/importReductions.js';
import { resizings } from './operators/importResizing.js';
import { shapings } from './operators/importShapings.js';
import { slicings } from './operators/importSlicings.js';

const controlFlow = {
  refusal: {
    rule: 'control flow (If, Loop, Scan) cannot be imported',
    advice: 'export by tracing, without torch.jit.script, or take the loop out of the model',
  },
};
const quantised = {
  refusal: {
    rule: 'quantised models cannot be imported',
    advice: 'export the model in float32, before it is quantised',
  },
};
const recurrent = { refusal: { rule: 'recurrent layers cannot be imported, only convolutional networks' } };
const sequence = { refusal: { rule: 'sequences cannot be imported', advice: 'export the model with fixed shapes' } };
const detection = {
  refusal: { rule: 'what a detector does behind its network cannot be imported', advice: rawAdvice },
};
const attention = {
  refusal: {
    rule: 'attention as an operator of its own cannot be imported',
    advice: 'export with opset_version=18, which writes it out as products and a softmax',
  },
};
const choice = { refusal: { rule: 'choosing or sorting classes is no layer', advice: cutAdvice } };

/** Operators that are refused for a reason. */
const refused = {
  Loop: controlFlow,
  Scan: controlFlow,
  QLinearConv: quantised,
  QLinearMatMul: quantised,
  ConvInteger: quantised,
  MatMulInteger: quantised,
  QuantizeLinear: { ...quantised, fold: foldQuantize },
  DynamicQuantizeLinear: quantised,
  DequantizeLinear: { ...quantised, fold: foldDequantize },
  RNN: recurrent,
  LSTM: recurrent,
  GRU: recurrent,
  SequenceAt: sequence,
  SequenceConstruct: sequence,
  SequenceEmpty: sequence,
  SequenceErase: sequence,
  SequenceInsert: sequence,
  SequenceLength: sequence,
  SequenceMap: sequence,
  SplitToSequence: sequence,
  ConcatFromSequence: sequence,
  Optional: sequence,
  OptionalGetElement: sequence,
  OptionalHasElement: sequence,
  NonMaxSuppression: detection,
  RoiAlign: detection,
  MaxRoiPool: detection,
  TopK: { ...choice, fold: foldTopK },
  NonZero: { ...detection, fold: foldNonZero },
  Attention: attention,
  RotaryEmbedding: attention,
  LinearAttention: attention,
  ArgMax: { ...choice, fold: foldArgument((a, b) => a > b) },
  ArgMin: { ...choice, fold: foldArgument((a, b) => a < b) },
  Hardmax: choice,
} as const satisfies OnnxOperators;

/** Every operator of ONNX of which something is known. */
export const onnxOperators: OnnxOperators = {
  ...activations,
  ...arithmetic,
  ...comparisons,
  ...constants,
  ...convolutions,
  ...identities,
  ...normalizations,
  ...paddings,
  ...poolings,
  ...powers,
  ...products,
  ...reductions,
  ...resizings,
  ...shapings,
  ...slicings,
  ...refused,
};
