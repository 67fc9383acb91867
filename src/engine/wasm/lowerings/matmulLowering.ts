import type { MatmulAttributes } from '../../../ops/matmul.js';
import type { OperatorNode } from '../../../graph/index.js';
import { activationCodes } from '../fusion.js';
import type { Lowering, LoweringContext } from '../lowering.js';
import { emitCopy } from './movementLowerings.js';
import { emitConvolution, emitFilterGradient, epilogueOf, type Sweep } from './emitConvolution.js';

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
  if (!transposeA && rows <= thinRows && inner * width >= largeMatrix) {
    if (transposeB && inner % 4 === 0 && !context.epilogue) {
      emitThinTransposed(context, node, [rows, inner, width]);
      return;
    }
    if (!transposeB && width % 4 === 0) {
      emitThin(context, node, [rows, inner, width]);
      return;
    }
  }
  let left = context.block(a);
  if (transposeA) {
    left = context.temporary(4 * rows * inner, 'transposed left operand');
    emitCopy(context, context.block(a), left, [rows, inner], [1, rows]);
  }
  emitConvolution(
    context,
    left,
    b,
    context.block(node),
    rowSweep(rows, inner, width),
    transposeB
      ? { outputs: width, inputStride: 1, outputStride: inner, groupStride: 0 }
      : { outputs: width, inputStride: width, outputStride: 1, groupStride: 0 },
    epilogueOf(context),
  );
};

/** Products pair by pair, four rows of one at a time. */
export const batchMatmul: Lowering<object> = (context, node) => {
  const [a, b] = node.inputs;
  const [count, rows, columns] = node.type.shape;
  const inner = a.type.shape[2];
  context.step(
    'multiplyBatches',
    [context.block(a), context.block(b), context.block(node), rows, inner, columns],
    count * Math.ceil(rows / 4),
  );
};

/** Rows up to which reading the right operand is most of the work, where it has so many numbers. */
const thinRows = 16;
const largeMatrix = 2 ** 18;

/** Emits a · b for few rows of a; b is read once, where it lies, by a number of parts that follows from its size. */
function emitThin(
  context: LoweringContext,
  node: OperatorNode,
  [rows, inner, width]: readonly [number, number, number],
): void {
  const [a, b] = node.inputs;
  const innerPerPart = Math.max(32, Math.ceil(inner / 16 / 8) * 8);
  const partCount = Math.ceil(inner / innerPerPart);
  const parts = context.temporary(4 * partCount * 4 * Math.ceil(rows / 4) * width, 'parts of the product');
  const shape = [rows, inner, width, innerPerPart];
  context.step('multiplyThin', [context.block(a), context.block(b), parts, ...shape], partCount);
  const { bias, residual, activation } = epilogueOf(context);
  const columnsPerTile = 4 * Math.ceil(width / 16 / 4);
  context.step(
    'multiplyThinEnd',
    [
      [parts, context.block(node), bias ?? 0, residual ?? 0, activationCodes[activation]],
      [partCount, rows, width, columnsPerTile],
    ],
    Math.ceil(width / columnsPerTile),
  );
}

/** Emits a · bᵀ for few rows of a. */
function emitThinTransposed(
  context: LoweringContext,
  node: OperatorNode,
  [rows, inner, width]: readonly [number, number, number],
): void {
  const [a, b] = node.inputs;
  const columnsPerTile = Math.max(3, 3 * Math.ceil(width / 64 / 3));
  const scratch = context.scratch(192, 'sums');
  context.step(
    'multiplyThinTransposed',
    [context.block(a), context.block(b), context.block(node), rows, inner, width, columnsPerTile, scratch],
    Math.ceil(width / columnsPerTile),
  );
}
