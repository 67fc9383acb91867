import type { MatmulAttributes } from '../../../ops/matmul.js';
import type { Lowering } from '../lowering.js';
import { emitCopy } from './movement.js';
import { emitConvolution, emitFilterGradient, epilogueOf, type Sweep } from './convolution.js';

/** Rows of a matrix as the pixels of one picture with a 1×1 window. */
function rowSweep(rows: number, inner: number, width: number): Sweep {
  return {
    images: 1,
    inHeight: rows,
    inWidth: 1,
    inChannels: inner,
    groups: 1,
    taps: [{ row: 0, column: 0, weights: 0 }],
    origin: [0, 0],
    step: [1, 1],
    grid: [rows, 1],
    out: { origin: 0, row: width, column: width, image: 0 },
  };
}

/**
 * A matrix product is a 1×1 convolution over the rows of a, and aᵀ·b is a filter gradient: the sum over rows of the outer
 * products of a's and b's rows.
 */
export const matmul: Lowering<MatmulAttributes> = (context, node) => {
  const [a, b] = node.inputs;
  const { transposeA, transposeB } = node.attributes;
  const [rows, width] = node.type.shape;
  const inner = transposeA ? a.type.shape[0] : a.type.shape[1];
  if (transposeA && !transposeB && !context.epilogue) {
    const sweep = rowSweep(inner, rows, width);
    emitFilterGradient(context, context.block(a), context.block(b), context.block(node), sweep, width);
    return;
  }
  let left = context.block(a);
  if (transposeA) {
    left = context.temporary(4 * rows * inner, 'transposed left operand');
    emitCopy(context, context.block(a), left, [rows, inner], [1, rows]);
  }
  emitConvolution(
    context,
    left,
    context.block(b),
    context.block(node),
    rowSweep(rows, inner, width),
    transposeB
      ? { outputs: width, inputStride: 1, outputStride: inner, groupStride: 0 }
      : { outputs: width, inputStride: width, outputStride: 1, groupStride: 0 },
    epilogueOf(context),
  );
};
