import { layers } from '../../../../layers/index.js';
import { broadcastShapes } from '../../../../tensor/index.js';
import { constant, elementwise, stretched, truth, unary } from '../constantFolding.js';
import type { ConstantValue, ImportedValue, SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { FoldRule, ImportRule, OnnxOperators } from '../onnxOperator.js';
import { differenceOf, largerOf, productOf, sumOfAny } from './importArithmetic.js';

/** 1 where a value is above 0, otherwise 0: by a line so steep that no float lies on it. */
export function stepOf(node: OnnxNode, x: SymbolicValue, suffix = 'step'): SymbolicValue {
  const steep = node.like(x, layers.rescaling({ scale: 3e38, ...node.layerName(`${suffix}.steep`) }));
  return node.like(steep, layers.clip({ minValue: 0, maxValue: 1, ...node.layerName(suffix) }));
}

/** 1 less a value. */
export const complement = (node: OnnxNode, x: SymbolicValue, suffix = 'not'): SymbolicValue =>
  node.like(x, layers.rescaling({ scale: -1, offset: 1, ...node.layerName(suffix) }));

const mask = (x: SymbolicValue): SymbolicValue => ({ ...x, whole: true });

/** A value of which it is known that a layer computes it. */
export function computed(node: OnnxNode, value: ImportedValue): SymbolicValue {
  if (value.kind === 'symbolic') return value;
  throw node.refusal("one of its inputs must be computed from the model's input");
}

/** Whether the first input is above the second; `turned` the other way round, `negated` the opposite of that. */
const above =
  (turned: boolean, negated: boolean): ImportRule =>
  (node) => {
    const [a, b] = [node.value(0), node.value(1)];
    const difference = computed(node, turned ? differenceOf(node, b, a) : differenceOf(node, a, b));
    const step = stepOf(node, difference);
    return mask(negated ? complement(node, step) : step);
  };

/** Neither above nor below. */
function equal(node: OnnxNode): SymbolicValue {
  const difference = computed(node, differenceOf(node, node.value(0), node.value(1)));
  const distance = node.like(difference, layers.activation({ activation: 'abs', ...node.layerName('distance') }));
  return mask(complement(node, stepOf(node, distance)));
}

/** Infinities stand for what is masked; the largest float does as well, and times 0 it is 0. */
const finite = (n: number): number => Math.min(Math.max(n, -3.4028234e38), 3.4028234e38);

const withData = (c: ConstantValue, data: ConstantValue['data'] | Float64Array): ConstantValue => ({ ...c, data });

/** A condition as numbers: 1 where it holds, or where it does not. */
function share(node: OnnxNode, condition: ImportedValue, holds: boolean): ImportedValue {
  if (condition.kind === 'symbolic') {
    const plain = { ...condition, whole: false };
    return holds ? plain : complement(node, plain);
  }
  return withData(
    { ...condition, learned: false },
    Float32Array.from(condition.data, (n) => Number((n !== 0) === holds)),
  );
}

/** One of two values where a condition holds, the other where it does not. */
function where(node: OnnxNode): ImportedValue {
  const [condition, yes, no] = [node.value(0), node.value(1), node.value(2)];
  const part = (value: ImportedValue, holds: boolean): ImportedValue => {
    const factor = share(node, condition, holds);
    if (value.kind === 'symbolic') return productOf(node, value, factor);
    if (factor.kind === 'symbolic')
      return productOf(node, withData(value, Float32Array.from(value.data, finite)), factor);
    const shape = broadcastShapes(value.shape, factor.shape);
    node.expect(shape !== undefined, 'condition and values do not fit each other');
    const [numbers, shares] = [stretched(node, value, shape), stretched(node, factor, shape)];
    // Where it is not taken a constant is 0, also one that is infinite.
    return { ...value, shape, data: Float32Array.from(numbers, (n, i) => (shares[i] ? n : 0)) };
  };
  return sumOfAny(node, part(yes, true), part(no, false));
}

const foldWhere: FoldRule = (node: OnnxNode, [condition, a, b]) => {
  const shape = [condition, a, b].reduce<number[] | undefined>(
    (to, { shape: own }) => to && broadcastShapes(to, own),
    [],
  );
  node.expect(shape !== undefined, 'condition and values do not fit each other');
  const [choice, yes, no] = [condition, a, b].map((x) => stretched(node, x, shape));
  const data = Float64Array.from(choice, (c, i) => (c ? yes[i] : no[i]));
  return constant(shape, data, a.elementType);
};

const both: ImportRule = (node) => {
  const [a, b] = [node.value(0), node.value(1)];
  return mask(computed(node, productOf(node, a, b)));
};

const either: ImportRule = (node) => mask(computed(node, largerOf(node, node.value(0), node.value(1))));

/** Comparisons, truth values, and choices by them. */
export const comparisons = {
  Equal: { import: equal, fold: truth((a, b) => a === b), wholeNumbers: 'kept' },
  Greater: { import: above(false, false), fold: truth((a, b) => a > b), wholeNumbers: 'kept' },
  GreaterOrEqual: { import: above(true, true), fold: truth((a, b) => a >= b), wholeNumbers: 'kept' },
  Less: { import: above(true, false), fold: truth((a, b) => a < b), wholeNumbers: 'kept' },
  LessOrEqual: { import: above(false, true), fold: truth((a, b) => a <= b), wholeNumbers: 'kept' },
  And: { import: both, fold: truth((a, b) => a !== 0 && b !== 0), wholeNumbers: 'kept' },
  Or: { import: either, fold: truth((a, b) => a !== 0 || b !== 0), wholeNumbers: 'kept' },
  Xor: { fold: truth((a, b) => (a !== 0) !== (b !== 0)) },
  Not: {
    import: (node) => mask(complement(node, node.symbolic(0))),
    fold: unary((x) => Number(x === 0)),
    wholeNumbers: 'kept',
  },
  Where: { import: where, fold: foldWhere, wholeNumbers: 'cast' },
  Mod: {
    fold: (node, inputs: readonly ConstantValue[]) =>
      elementwise(node.int('fmod', 0) === 1 ? (a, b) => a % b : (a, b) => a - b * Math.floor(a / b))(node, inputs),
  },
} as const satisfies OnnxOperators;
