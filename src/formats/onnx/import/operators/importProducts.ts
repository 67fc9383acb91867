import { layers } from '../../../../layers/index.js';
import { sizeOf } from '../../../../tensor/index.js';
import { hasBatch } from '../dims.js';
import { permuteData, type ConstantValue, type ImportedValue, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { OnnxOperators } from '../onnxOperator.js';
import { batchAdvice } from '../importAdvice.js';
import { reshaped } from '../reshaped.js';
import { canonical, arrange, transposed, unbatched, whole } from '../valueLayout.js';
import { stretchedTo } from './alongAxis.js';
import { alike } from './broadcasting.js';
import { equationOf, foldEinsum, foldGemm, foldMatMul } from './foldProducts.js';
import { spread, sumOf } from './importArithmetic.js';
import { dense, gemmByConstant, matmulByConstant } from './importDense.js';
import { reducedBy } from './importReductions.js';

const swapped = (rank: number): number[] => [
  ...Array.from({ length: rank - 2 }, (_, axis) => axis),
  rank - 1,
  rank - 2,
];

/** Values with as many axes, none of which is left out for the batch where they differ in that. */
function deepened(node: OnnxNode, values: readonly [SymbolicValue, SymbolicValue]): readonly SymbolicValue[] {
  const rank = Math.max(...values.map(({ dims }) => dims.length));
  return values.map((value) => {
    if (value.dims.length === rank) return value;
    const all = whole(node, value);
    return reshaped(node, all, [...new Array<number>(rank - all.dims.length).fill(1), ...all.dims]);
  });
}

/** Where a factor is an input of the model, it may be meant as weights. */
function weightAdvice(factors: readonly SymbolicValue[]): string | undefined {
  const given = factors.flatMap(({ tensor }) => (tensor.source ? [] : [tensor.name])).at(-1);
  return given && `where the input '${given}' has weights, give its numbers as { constants: { '${given}': … } }`;
}

/** The product of two computed values over their last two axes, as attention has it. */
export function product(node: OnnxNode, one: SymbolicValue, other: SymbolicValue): SymbolicValue {
  const given = [one, other].map((value) => canonical(node, unbatched(node, value)));
  node.expect(
    given.every(({ dims }) => dims.length >= 2),
    'both factors must be matrices',
    { received: given.map((value) => node.shapeText(value)).join(' and ') },
  );
  const [left, right] = deepened(node, [given[0], given[1]]);
  const rank = left.dims.length;
  // The batch must be an axis in front of the matrices of both.
  const leads = left.order[0] === right.order[0] && left.order[0] < rank - 2;
  const [a, b] = leads ? [left, right] : alike(node, [whole(node, left), whole(node, right)]);
  const [rows, inner] = a.dims.slice(-2);
  const [otherInner, columns] = b.dims.slice(-2);
  const outer = a.dims.slice(0, -2).map((n, axis) => Math.max(n, b.dims[axis]));
  const fits = [a, b].every(({ dims }) => outer.every((n, axis) => dims[axis] === n || dims[axis] === 1));
  node.expect(
    fits && inner === otherInner && ![rows, inner, columns].some(hasBatch),
    `${node.shapeText(a)} and ${node.shapeText(b)} cannot be multiplied example by example`,
    { advice: weightAdvice([one, other]) ?? batchAdvice(node) },
  );
  const order = [a.order[0], ...a.dims.map((_, axis) => axis).filter((axis) => axis !== a.order[0])];
  const [first, second] = [a, b].map((value) =>
    arrange(node, stretchedTo(node, value, [...outer, ...value.dims.slice(-2)]), order),
  );
  const tensor = node.apply(layers.matmul(node.layerName()), first.tensor, second.tensor);
  return { kind: 'symbolic', tensor, dims: [...outer, rows, columns], order };
}

/** A constant that is one matrix, whatever axes of one position lie in front; undefined where it is several. */
function matrixOf(constant: ConstantValue): ConstantValue | undefined {
  const { shape } = constant;
  if (shape.length === 1) return { ...constant, shape: [1, ...shape] };
  return shape.slice(0, -2).every((n) => n === 1) ? { ...constant, shape: shape.slice(-2) } : undefined;
}

function matmul(node: OnnxNode): SymbolicValue {
  const [a, b] = [node.value(0), node.value(1)];
  if (a.kind === 'symbolic' && b.kind === 'symbolic') return product(node, a, b);
  if (a.kind === 'symbolic' && b.kind === 'constant') {
    const single = b.shape.length <= 1 || (matrixOf(b) !== undefined && b.shape.length <= a.dims.length);
    return single ? matmulByConstant(node, a, b) : product(node, a, spread(node, b, a));
  }
  const x = unbatched(node, node.symbolic(1));
  const factor = node.constant(0, 'the first factor');
  const matrix = factor.shape.length <= x.dims.length ? matrixOf(factor) : undefined;
  if (!matrix || x.dims.length < 2 || x.dims.slice(-2).some(hasBatch)) return product(node, spread(node, factor, x), x);
  // (A · X) transposed is X transposed times A transposed.
  const permutation = swapped(x.dims.length);
  const turned = transposed(node, canonical(node, x), permutation);
  const y = transposed(node, dense(node, turned, matrix, { turned: true }), permutation);
  return factor.shape.length === 1 ? reshaped(node, y, [...y.dims.slice(0, -2), y.dims[y.dims.length - 1]]) : y;
}

/** alpha · A · B + beta · C. */
function gemm(node: OnnxNode): SymbolicValue {
  const [a, b] = [node.value(0), node.value(1)];
  if (a.kind === 'symbolic' && b.kind === 'constant') return gemmByConstant(node);
  const turnedIf = (value: SymbolicValue, attribute: string): SymbolicValue =>
    node.int(attribute, 0) === 0 ? value : transposed(node, canonical(node, value), [1, 0]);
  const valueOf = (value: ImportedValue, like: ImportedValue): SymbolicValue =>
    value.kind === 'symbolic' ? value : spread(node, value, like as SymbolicValue);
  const y = product(node, turnedIf(valueOf(a, b), 'transA'), turnedIf(valueOf(b, a), 'transB'));
  const scaled = (value: SymbolicValue, scale: number, suffix: string): SymbolicValue =>
    scale === 1 ? value : node.like(value, layers.rescaling({ scale, ...node.layerName(suffix) }));
  const first = scaled(y, node.float('alpha', 1), 'alpha');
  const beta = node.float('beta', 1);
  if (!node.has(2) || beta === 0) return first;
  const c = node.value(2);
  return sumOf(
    node,
    first,
    c.kind === 'symbolic' ? scaled(c, beta, 'beta') : { ...c, data: c.data.map((n) => beta * n) },
  );
}

/** One operand of an Einsum: a value and the letters of its axes. */
interface Operand {
  readonly value: SymbolicValue;
  readonly letters: string;
}

/** A value's axes in another order, some of them put together. */
function regrouped(node: OnnxNode, { value, letters }: Operand, groups: readonly string[]): SymbolicValue {
  const order = Array.from(groups.join(''), (letter) => letters.indexOf(letter));
  const turned = transposed(node, canonical(node, value), order);
  const size = (letter: string): number => value.dims[letters.indexOf(letter)];
  const dims = groups.map((group) => sizeOf(Array.from(group, size)));
  return reshaped(node, turned, dims);
}

/** Axes that only one operand has and the result has not are summed up. */
function summed(node: OnnxNode, operand: Operand, kept: string): Operand {
  const axes = Array.from(operand.letters, (_, axis) => axis).filter((axis) => !kept.includes(operand.letters[axis]));
  if (axes.length === 0) return operand;
  const value = canonical(node, operand.value);
  node.expect(!axes.some((axis) => hasBatch(value.dims[axis])), 'it must not sum over the batch');
  return {
    value: reducedBy(node, value, 'sum', axes, false, 'sum'),
    letters: Array.from(operand.letters, (letter, axis) => (axes.includes(axis) ? '' : letter)).join(''),
  };
}

/** Sums of products by letters, as reshapes, transpositions and one product of matrices. */
function einsum(node: OnnxNode): SymbolicValue {
  const inputs = node.inputs();
  node.expect(inputs.length <= 2, 'an Einsum of more than two operands cannot be imported', {
    received: inputs.length,
    advice: 'write it as one after the other before export',
  });
  const ranks = inputs.map((value) => (value.kind === 'constant' ? value.shape : value.dims).length);
  const { operands, result } = equationOf(node, ranks);
  node.expect(
    operands.every((letters) => new Set(letters).size === letters.length),
    'an axis cannot be named twice in one operand',
    { received: `'${node.text('equation', '')}'` },
  );
  const given = inputs.map((value, i): Operand => {
    const letters = operands[i];
    if (value.kind === 'symbolic') return { value: unbatched(node, value), letters };
    const like = inputs[1 - i] as SymbolicValue;
    return spreadOperand(node, value, { value: like, letters: operands[1 - i] }, letters);
  });
  if (given.length === 1) {
    const one = summed(node, given[0], result);
    return regrouped(node, one, Array.from(result));
  }
  const [a, b] = given.map((operand, i) => summed(node, operand, result + given[1 - i].letters));
  const lettersOf = (keep: (letter: string) => boolean): string =>
    Array.from(new Set(a.letters + b.letters))
      .filter(keep)
      .join('');
  const inA = (letter: string): boolean => a.letters.includes(letter);
  const inB = (letter: string): boolean => b.letters.includes(letter);
  const inResult = (letter: string): boolean => result.includes(letter);
  const shared = lettersOf((letter) => inA(letter) && inB(letter) && inResult(letter));
  const inner = lettersOf((letter) => inA(letter) && inB(letter) && !inResult(letter));
  const [rows, columns] = [lettersOf((l) => inA(l) && !inB(l)), lettersOf((l) => inB(l) && !inA(l))];
  const left = regrouped(node, a, [...Array.from(shared), rows, inner]);
  const right = regrouped(node, b, [...Array.from(shared), inner, columns]);
  const y = product(node, left, right);
  const sizes = Array.from(rows, (l) => a.value.dims[a.letters.indexOf(l)]).concat(
    Array.from(columns, (l) => b.value.dims[b.letters.indexOf(l)]),
  );
  const split = reshaped(node, y, [...y.dims.slice(0, -2), ...sizes]);
  return regrouped(node, { value: split, letters: shared + rows + columns }, Array.from(result));
}

/** A constant operand as a value of each example, with the letter of the other's batch in front. */
function spreadOperand(node: OnnxNode, constant: ConstantValue, other: Operand, letters: string): Operand {
  const place = other.value.dims.findIndex(hasBatch);
  const letter = other.letters[place] ?? '';
  if (letter === '' || letters.includes(letter)) return { value: spread(node, constant, other.value), letters };
  const value = spread(node, { ...constant, shape: [1, ...constant.shape] }, other.value);
  return { value, letters: letter + letters };
}

/** An Einsum of a value and a constant that have no axis of the result in common: a dense layer. */
function einsumByConstant(node: OnnxNode): SymbolicValue | undefined {
  const inputs = node.inputs();
  const place = inputs.findIndex((value) => value.kind === 'constant');
  const constant = inputs[place];
  const x = inputs[1 - place];
  if (inputs.length !== 2 || constant?.kind !== 'constant' || x?.kind !== 'symbolic') return undefined;
  const ranks = inputs.map((value) => (value.kind === 'constant' ? value.shape : value.dims).length);
  const { operands, result } = equationOf(node, ranks);
  const [own, theirs] = [operands[1 - place], operands[place]];
  const pick = (letters: string, keep: (letter: string) => boolean): string =>
    Array.from(letters).filter(keep).join('');
  const inner = pick(own, (l) => theirs.includes(l));
  const rest = pick(own, (l) => !theirs.includes(l));
  const units = pick(theirs, (l) => !own.includes(l));
  const plain =
    new Set(own).size === own.length &&
    new Set(theirs).size === theirs.length &&
    inner !== '' &&
    ![...Array.from(inner)].some((l) => result.includes(l)) &&
    new Set(result).size === rest.length + units.length;
  if (!plain) return undefined;
  const value = unbatched(node, x);
  const rows = regrouped(node, { value, letters: own }, [...Array.from(rest), inner]);
  const permutation = Array.from(inner + units, (l) => theirs.indexOf(l));
  const sizes = permutation.map((axis) => constant.shape[axis]);
  const matrix = {
    ...constant,
    data: permuteData(constant.data, constant.shape, permutation),
    shape: [sizeOf(sizes.slice(0, inner.length)), sizeOf(sizes.slice(inner.length))],
  };
  const y = dense(node, rows, matrix, { turned: false });
  const split = reshaped(node, y, [...y.dims.slice(0, -1), ...sizes.slice(inner.length)]);
  return regrouped(node, { value: split, letters: rest + units }, Array.from(result));
}

/** Products of matrices. */
export const products = {
  Gemm: { import: gemm, fold: foldGemm },
  MatMul: { import: matmul, fold: foldMatMul },
  Einsum: { import: (node) => einsumByConstant(node) ?? einsum(node), fold: foldEinsum },
} as const satisfies OnnxOperators;
