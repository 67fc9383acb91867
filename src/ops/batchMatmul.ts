import { defineOperator, type Node, type OperatorFunction } from '../graph/index.js';
import { formatShape, StriateError } from '../tensor/index.js';
import { expectFloats, expectRank } from './rules.js';
import { transpose } from './transpose.js';

const swapped = { permutation: [0, 2, 1] };

/** A matrix product for each pair of matrices. a: [B, M, K], b: [B, K, N] → [B, M, N]. */
export const batchMatmul: OperatorFunction<object> = defineOperator<object>({
  name: 'batchMatmul',
  scores: 'gives',
  products: true,
  infer([a, b], _, name) {
    expectRank(a, 3, 'the first list of matrices', name);
    expectRank(b, 3, 'the second list of matrices', name);
    expectFloats([a, b], name);
    const [count, rows, inner] = a.shape;
    const [otherCount, otherInner, columns] = b.shape;
    if (count !== otherCount || inner !== otherInner) {
      throw new StriateError({
        where: name,
        rule: "there must be as many matrices in both lists, the first ones' columns as many as the second ones' rows",
        received: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      });
    }
    return { shape: [count, rows, columns], dtype: 'float32' };
  },
  flops: ([a], _, { shape: [count, rows, columns] }) => 2 * count * rows * columns * a.shape[2],
  gradient({ inputs: [a, b], gradient, wanted }): readonly (Node | undefined)[] {
    // With Y = AB: dA = dY·Bᵀ and dB = Aᵀ·dY.
    return [
      wanted[0] ? batchMatmul(gradient, transpose(b, swapped)) : undefined,
      wanted[1] ? batchMatmul(transpose(a, swapped), gradient) : undefined,
    ];
  },
  reference: 'beside',
});
