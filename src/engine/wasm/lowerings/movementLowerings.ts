import type { ConcatAttributes } from '../../../ops/concat.js';
import { broadcastStrides } from '../../../ops/indexing.js';
import type { ShapeAttribute } from '../../../ops/reshape.js';
import type { PadAttributes, SliceAttributes } from '../../../ops/slice.js';
import type { TransposeAttributes } from '../../../ops/transpose.js';
import { sizeOf, stridesOf, type Shape } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering, type LoweringContext } from '../lowering.js';
import { float, type Argument, type Block } from '../step.js';
import { mergeAxes, splitAxes } from './axes.js';

/** y, row-major of a shape, gathered from x with strides of its own. */
export function emitCopy(
  context: LoweringContext,
  x: Argument,
  y: Argument,
  shape: Shape,
  strides: readonly number[],
): void {
  const count = sizeOf(shape);
  if (count === 0) return;
  const axes = mergeAxes(shape, [strides]);
  const [a, b] = axes.slice(-2);
  if (b && a.strides[0] === 1 && b.strides[0] === a.size && (axes.length === 2 || isStack(axes.slice(0, -2), count))) {
    // A transposed matrix, or a stack of them.
    const rowsPerTile = Math.max(4, 4 * Math.floor(elementsPerTile / b.size / 4));
    const tiles = Math.ceil(a.size / rowsPerTile);
    const matrices = count / (a.size * b.size);
    context.step('transpose', [x, y, a.size, b.size, rowsPerTile, tiles], matrices * tiles);
    return;
  }
  const { inner, middle, rank, outer } = splitAxes(axes);
  context.step(
    'copyStrided',
    [x, y, count, elementsPerTile, inner.size, middle.size, inner.strides[0], middle.strides[0], rank, ...outer],
    tilesFor(count, elementsPerTile),
  );
}

/** Whether the outer axes are one that steps from matrix to matrix. */
function isStack(
  outer: readonly { readonly size: number; readonly strides: readonly number[] }[],
  count: number,
): boolean {
  return outer.length === 1 && outer[0].strides[0] * outer[0].size === count;
}

export const reshape: Lowering<ShapeAttribute> = (context, node) => context.alias(node, node.inputs[0]);

export const stopGradient: Lowering<object> = (context, node) => context.alias(node, node.inputs[0]);

export const transpose: Lowering<TransposeAttributes> = (context, node) => {
  const [x] = node.inputs;
  const strides = stridesOf(x.type.shape);
  const permuted = node.attributes.permutation.map((axis) => strides[axis]);
  emitCopy(context, context.block(x), context.block(node), node.type.shape, permuted);
};

export const slice: Lowering<SliceAttributes> = (context, node) => {
  const [x] = node.inputs;
  const strides = stridesOf(x.type.shape);
  const offset = node.attributes.begin.reduce((sum, begin, axis) => sum + begin * strides[axis], 0);
  emitCopy(context, context.block(x).at(4 * offset), context.block(node), node.type.shape, strides);
};

export const broadcastTo: Lowering<ShapeAttribute> = (context, node) => {
  const [x] = node.inputs;
  const { shape } = node.type;
  emitCopy(context, context.block(x), context.block(node), shape, broadcastStrides(x.type.shape, shape));
};

export const concat: Lowering<ConcatAttributes> = (context, node) => {
  const { axis } = node.attributes;
  const { shape } = node.type;
  const rows = sizeOf(shape.slice(0, axis));
  const width = sizeOf(shape.slice(axis));
  let offset = 0;
  for (const input of node.inputs) {
    const length = sizeOf(input.type.shape.slice(axis));
    if (rows * length === 0) continue;
    const rowsPerTile = Math.max(1, Math.floor(elementsPerTile / length));
    context.step(
      'copyRows',
      [context.block(input), context.block(node).at(4 * offset), rows, rowsPerTile, length, length, width],
      tilesFor(rows, rowsPerTile),
    );
    offset += length;
  }
};

export const pad: Lowering<PadAttributes> = (context, node) => {
  const [x] = node.inputs;
  const { value } = node.attributes;
  const fill = x.type.dtype === 'int32' ? value : float(value);
  emitPad(context, context.block(x), context.block(node), x.type.shape, node.attributes, fill);
};

/** Emits y = x, of this shape, with `fill` around it. */
export function emitPad(
  context: LoweringContext,
  x: Block,
  y: Block,
  shape: Shape,
  { before, after }: Pick<PadAttributes, 'before' | 'after'>,
  fill: Argument,
): void {
  // An axis without padding is part of the axis before it.
  const axes: { size: number; before: number; length: number }[] = [{ size: 1, before: 0, length: 1 }];
  shape.forEach((length, i) => {
    const last = axes[axes.length - 1];
    if (before[i] === 0 && after[i] === 0) {
      axes[axes.length - 1] = { size: last.size * length, before: last.before * length, length: last.length * length };
    } else {
      axes.push({ size: before[i] + length + after[i], before: before[i], length });
    }
  });
  const row = axes[axes.length - 1];
  const outer = axes.slice(0, -1);
  const rows = outer.reduce((product, axis) => product * axis.size, 1);
  if (rows * row.size === 0) return;
  const rowsPerTile = Math.max(1, Math.floor(elementsPerTile / row.size));
  context.step(
    'pad',
    [
      [x, y, rows, rowsPerTile, fill],
      [row.before, row.length, row.size - row.before - row.length, outer.length],
      ...outer.flatMap((axis) => [axis.size, axis.before, axis.length]),
    ],
    tilesFor(rows, rowsPerTile),
  );
}
