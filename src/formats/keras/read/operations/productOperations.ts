import { layers, type SymbolicTensor } from '../../../../layers/index.js';
import { sameShape, sizeOf } from '../../../../tensor/index.js';
import type { Composed, Operation } from './operation.js';

type Row = (op: Operation) => Composed;

/** A value with its own axes in another order, as numbers from 0. */
function turned(op: Operation, x: SymbolicTensor, order: readonly number[]): SymbolicTensor {
  const isPlain = order.every((axis, i) => axis === i);
  return isPlain ? x : op.put(layers.permute({ dims: order.map((axis) => axis + 1) }), x);
}

function reshaped(op: Operation, x: SymbolicTensor, targetShape: readonly number[]): SymbolicTensor {
  return sameShape(x.shape, targetShape) ? x : op.put(layers.reshape({ targetShape }), x);
}

/** The product over the last two axes; the axes before must be the same. */
const matmul: Row = (op) => {
  const [first, second] = op.inputs;
  if (op.inputs.length !== 2) return undefined;
  const matrix = (x: SymbolicTensor, isTransposed: boolean): SymbolicTensor => {
    const last = x.shape.length - 1;
    const order = x.shape.map((_, i) => (i === last ? last - 1 : i === last - 1 ? last : i));
    return isTransposed ? turned(op, x, order) : x;
  };
  if (first.shape.length < 2 || first.shape.length !== second.shape.length) return undefined;
  const a = matrix(first, op.flag('transpose_a adj_x', 2, false));
  const b = matrix(second, op.flag('transpose_b adj_y', 3, false));
  const fits = sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2)) && a.shape.at(-1) === b.shape.at(-2);
  return fits ? op.put(layers.matmul(), a, b) : undefined;
};

/** The letters of `ab,bc->ac`, with the batch's in front; undefined for other forms than two values' products. */
function lettersOf(
  subscripts: string,
  ranks: readonly number[],
): { readonly inputs: readonly string[]; readonly output: string } | undefined {
  const [left, right] = subscripts.replaceAll(' ', '').split('->');
  const inputs = left.split(',');
  const all = [...inputs, right ?? ''];
  const isPlain = all.every((letters) => /^[A-Za-z]+$/.test(letters) && new Set(letters).size === letters.length);
  const [batch] = left;
  const fits = inputs.length === ranks.length && inputs.every((letters, i) => letters.length === ranks[i]);
  if (right === undefined || !isPlain || !fits || !all.every((letters) => letters.startsWith(batch))) return undefined;
  const known = new Set(left);
  return Array.from(right).every((letter) => known.has(letter)) ? { inputs, output: right } : undefined;
}

/**
 * A product of two values by Einstein's rule: what both have and the result keeps are the positions of matrices, what both have
 * and the result drops is summed up.
 */
const einsum: Row = (op) => {
  const subscripts = op.text('subscripts equation', 0, '');
  const found = lettersOf(
    subscripts,
    op.inputs.map((x) => op.rank(x)),
  );
  if (!found || op.inputs.length > 2) return undefined;
  const { output } = found;
  const sizes = new Map<string, number>();
  for (const [i, letters] of found.inputs.entries()) {
    for (const [axis, size] of op.inputs[i].shape.entries()) {
      const letter = letters[axis + 1];
      if ((sizes.get(letter) ?? size) !== size) return undefined;
      sizes.set(letter, size);
    }
  }
  const shapeOf = (letters: string): number[] => Array.from(letters).map((letter) => sizes.get(letter)!);
  const order = (from: string, to: string): number[] => Array.from(to).map((letter) => from.indexOf(letter));
  // What one value alone has, and the result has not, is summed up first.
  const own = found.inputs.map((letters, i) => {
    const elsewhere = new Set(output + (found.inputs[1 - i] ?? ''));
    const axes = Array.from(letters).flatMap((letter, axis) => (elsewhere.has(letter) ? [] : [axis]));
    const x = op.inputs[i];
    return {
      x: axes.length ? op.put(layers.reduce({ operation: 'sum', axes }), x) : x,
      letters: Array.from(letters)
        .filter((letter) => elsewhere.has(letter))
        .join('')
        .slice(1),
    };
  });
  const wanted = output.slice(1);
  const [a, b] = own;
  if (!b) return turned(op, a.x, order(a.letters, wanted));
  const both = Array.from(a.letters).filter((letter) => b.letters.includes(letter));
  const kept = both.filter((letter) => wanted.includes(letter)).join('');
  const summed = both.filter((letter) => !wanted.includes(letter)).join('');
  const alone = (one: string, other: string): string =>
    Array.from(one)
      .filter((letter) => !other.includes(letter))
      .join('');
  const [rows, columns] = [alone(a.letters, b.letters), alone(b.letters, a.letters)];
  const [outer, inner, m, n] = [kept, summed, rows, columns].map((letters) => sizeOf(shapeOf(letters)));
  const left = reshaped(op, turned(op, a.x, order(a.letters, kept + rows + summed)), [outer, m, inner]);
  const right = reshaped(op, turned(op, b.x, order(b.letters, kept + summed + columns)), [outer, inner, n]);
  const product = reshaped(op, op.put(layers.matmul(), left, right), shapeOf(kept + rows + columns));
  return turned(op, product, order(kept + rows + columns, wanted));
};

/** Reads products of matrices, by Keras 3's class. */
export const productOperations = { Einsum: einsum, Matmul: matmul } satisfies Record<string, Row>;
