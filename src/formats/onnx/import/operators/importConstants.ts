import { sizeOf, type Shape } from '../../../../tensor/index.js';
import { elementTypes } from '../../proto.js';
import { checkSize, constant, elementwise, unary, wholeConstant } from '../constantFolding.js';
import { batch, hasBatch, ofOneExample, type Dims } from '../dims.js';
import { batchAdvice } from '../importAdvice.js';
import type { ConstantValue, ImportedValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { FoldRule, OnnxOperators } from '../onnxOperator.js';
import {
  foldCompress,
  foldCumulative,
  foldEyeLike,
  foldGatherElements,
  foldOneHot,
  foldScatterElements,
  foldScatterND,
  foldTrilu,
  foldUnique,
} from './foldIndexing.js';
import { roundHalfEven } from './foldQuantization.js';

/** The numbers of a Constant node. */
function constantNode(node: OnnxNode): ConstantValue {
  const tensor = node.tensor('value');
  if (tensor) return { ...tensor, name: '' };
  const { float, int64 } = elementTypes;
  const scalarOr = (list: readonly number[] | undefined, single: number): [Shape, readonly number[]] =>
    list ? [[list.length], list] : [[], [single]];
  if (node.hasAttribute('value_float') || node.hasAttribute('value_floats')) {
    return constant(...scalarOr(node.floats('value_floats'), node.float('value_float', 0)), float);
  }
  if (node.hasAttribute('value_int') || node.hasAttribute('value_ints')) {
    return constant(...scalarOr(node.ints('value_ints'), node.int('value_int', 0)), int64);
  }
  throw node.refusal('its value must be a tensor or numbers', {
    received: 'a text or a sparse tensor',
    advice: 'replace it',
  });
}

/** A block of equal numbers; along the batch one is enough, as it stretches. */
const constantOfShape: FoldRule = (node, [sizes]) => {
  const value = node.tensor('value');
  const shape = ofOneExample(Array.from(sizes.data));
  const data = new Float32Array(checkSize(node, shape)).fill(value?.data[0] ?? 0);
  return constant(shape, data, value?.elementType ?? elementTypes.float);
};

/**
 * Where the places of a batch's elements are counted for a Gather, as PyTorch's newer exporter writes what only changes strides:
 * those of two examples, by which Gather knows what it is to take of each.
 */
function placesOfExamples(node: OnnxNode): ConstantValue | undefined {
  const value = wholeConstant([], [2]);
  let places: ConstantValue | undefined;
  const isReached = (reached: ConstantValue, user: string | undefined): boolean => {
    if (user !== 'Gather' || reached.shape[0] !== 2) return false;
    places = { ...reached, examples: 2 };
    return true;
  };
  const replace = node.replaceable({ input: 1, value, isReached });
  if (!replace || !places) return undefined;
  replace(places);
  return places;
}

const range: FoldRule = (node: OnnxNode, [start, limit, delta]) => {
  const [from, to, step] = [start.data[0], limit.data[0], delta.data[0]];
  const places = from === 0 && step === 1 && to === batch ? placesOfExamples(node) : undefined;
  if (places) return places;
  node.expect(!hasBatch(to), 'it counts the examples of a batch', { advice: batchAdvice(node) });
  const length = Math.max(0, Math.ceil((to - from) / step));
  const numbers = new Float64Array(checkSize(node, [length])).map((_, i) => from + i * step);
  return constant([length], numbers, start.elementType);
};

/** The sizes of the first input: known, but for the batch. */
function dimsOf(node: OnnxNode): Dims {
  const value = node.value(0);
  if (value.kind === 'constant') return value.shape;
  return node.batchAxis ? value.dims : ofOneExample(value.dims);
}

function shapeOf(node: OnnxNode): ConstantValue {
  const part = dimsOf(node).slice(node.int('start', 0), node.hasAttribute('end') ? node.int('end', 0) : undefined);
  return wholeConstant([part.length], part);
}

/** A condition that is known at import, as exporters leave it behind: the branch that is taken becomes part of the model. */
function branch(node: OnnxNode): readonly ImportedValue[] {
  const condition = node.value(0);
  if (condition.kind === 'constant') return node.branch(condition.data[0] ? 'then_branch' : 'else_branch');
  throw node.refusal('control flow (If, Loop, Scan) that depends on the picture cannot be imported', {
    advice: 'export by tracing, without torch.jit.script, or take the branch out of the model',
  });
}

/** What is known at import, and what only works on that. */
export const constants = {
  Constant: { import: constantNode },
  ConstantOfShape: { fold: constantOfShape },
  Range: { fold: range },
  Shape: { import: shapeOf, wholeNumbers: 'kept', takesConstants: true },
  Size: { import: (node) => wholeConstant([], [sizeOf(dimsOf(node))]), wholeNumbers: 'kept', takesConstants: true },
  If: { import: branch, takesConstants: true },
  Floor: { fold: unary(Math.floor) },
  Ceil: { fold: unary(Math.ceil) },
  Round: { fold: unary(roundHalfEven) },
  Sign: { fold: unary(Math.sign) },
  Sin: { fold: unary(Math.sin) },
  Cos: { fold: unary(Math.cos) },
  Tan: { fold: unary(Math.tan) },
  Asin: { fold: unary(Math.asin) },
  Acos: { fold: unary(Math.acos) },
  Atan: { fold: unary(Math.atan) },
  Sinh: { fold: unary(Math.sinh) },
  Cosh: { fold: unary(Math.cosh) },
  Asinh: { fold: unary(Math.asinh) },
  Acosh: { fold: unary(Math.acosh) },
  Atanh: { fold: unary(Math.atanh) },
  IsNaN: { fold: unary((x) => Number(Number.isNaN(x)), elementTypes.bool) },
  IsInf: {
    fold: (node, inputs) => {
      const [low, high] = [node.int('detect_negative', 1), node.int('detect_positive', 1)];
      const isInfinite = (x: number): boolean => (x === Infinity && high === 1) || (x === -Infinity && low === 1);
      return unary((x) => Number(isInfinite(x)), elementTypes.bool)(node, inputs);
    },
  },
  BitwiseAnd: { fold: elementwise((a, b) => Number(BigInt(a) & BigInt(b))) },
  BitwiseOr: { fold: elementwise((a, b) => Number(BigInt(a) | BigInt(b))) },
  BitwiseXor: { fold: elementwise((a, b) => Number(BigInt(a) ^ BigInt(b))) },
  BitShift: {
    fold: (node, inputs) => {
      const left = node.text('direction', 'LEFT') === 'LEFT';
      return elementwise((a, b) => (left ? a * 2 ** b : Math.floor(a / 2 ** b)))(node, inputs);
    },
  },
  GatherElements: { fold: foldGatherElements },
  Scatter: { fold: foldScatterElements },
  ScatterElements: { fold: foldScatterElements },
  ScatterND: { fold: foldScatterND },
  OneHot: { fold: foldOneHot },
  CumSum: { fold: foldCumulative(0, (total, x) => total + x) },
  CumProd: { fold: foldCumulative(1, (total, x) => total * x) },
  Trilu: { fold: foldTrilu },
  EyeLike: { fold: foldEyeLike },
  Compress: { fold: foldCompress },
  Unique: { fold: foldUnique },
} as const satisfies OnnxOperators;
