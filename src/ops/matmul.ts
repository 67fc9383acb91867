import { defineOperator } from '../graph/index.js';
import { formatShape, StriateError } from '../tensor/index.js';
import { expectFloats, expectRank } from './rules.js';

/** Which operands are read transposed. */
export interface MatmulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The matrix product. a: [M, K] (or [K, M] with `transposeA`), b: [K, N] (or [N, K] with `transposeB`) → [M, N]. */
export const matmul = defineOperator<MatmulAttributes>({
  name: 'matmul',
  scores: 'gives',
  products: true,
  infer([a, b], attributes, name) {
    expectRank(a, 2, 'the first matrix', name);
    expectRank(b, 2, 'the second matrix', name);
    expectFloats([a, b], name);
    const [rows, inner] = oriented(a.shape, attributes.transposeA);
    const [otherInner, columns] = oriented(b.shape, attributes.transposeB);
    if (inner !== otherInner) {
      throw new StriateError({
        where: name,
        rule: "the first matrix's columns must be as many as the second's rows",
        received: `${formatShape(a.shape)}${attributes.transposeA ? ' transposed' : ''} and ${formatShape(b.shape)}${attributes.transposeB ? ' transposed' : ''}`,
      });
    }
    return { shape: [rows, columns], dtype: 'float32' };
  },
  flops: ([a], { transposeA }, { shape }) => 2 * shape[0] * shape[1] * oriented(a.shape, transposeA)[1],
  gradient({ inputs: [a, b], attributes: { transposeA, transposeB }, gradient, wanted }) {
    const product = (left: typeof a, transposeLeft: boolean, right: typeof a, transposeRight: boolean): typeof a =>
      matmul(left, right, { transposeA: transposeLeft, transposeB: transposeRight });
    // With Y = AB: dA = dY·Bᵀ and dB = Aᵀ·dY; an operand that was read transposed gets the transposed product.
    const gradientOfA = (): typeof a =>
      transposeA ? product(b, transposeB, gradient, true) : product(gradient, false, b, !transposeB);
    const gradientOfB = (): typeof a =>
      transposeB ? product(gradient, true, a, transposeA) : product(a, !transposeA, gradient, false);
    return [wanted[0] ? gradientOfA() : undefined, wanted[1] ? gradientOfB() : undefined];
  },
  reference: 'beside',
});

function oriented([rows, columns]: readonly number[], transposed: boolean): readonly [number, number] {
  return transposed ? [columns, rows] : [rows, columns];
}
