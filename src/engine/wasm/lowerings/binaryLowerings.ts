import type { Node, OperatorNode } from '../../../graph/index.js';
import { broadcastStrides } from '../../../ops/indexing.js';
import { sizeOf } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering, type LoweringContext } from '../lowering.js';
import type { Argument, KernelName } from '../step.js';
import { mergeAxes, rowsTogether, splitAxes, type Axis } from './axes.js';

/** y = op(a, b) with broadcasting. */
function emitBinary(context: LoweringContext, kernel: KernelName, node: OperatorNode, a: Node, b: Node): void {
  const { shape } = node.type;
  const count = sizeOf(shape);
  if (count === 0) return;
  let axes = mergeAxes(shape, [broadcastStrides(a.type.shape, shape), broadcastStrides(b.type.shape, shape)]);
  const operands: Argument[] = [context.block(a), context.block(b)];

  // A short last axis that one operand repeats (3 colour channels): write the operand out a few times, for longer rows.
  const repeated = shortPeriod(axes);
  if (repeated !== undefined) {
    const [rows, row] = axes;
    const together = rowsTogether(rows.size, row.size, 256);
    if (together > 1) {
      const long = context.temporary(4 * row.size * together, 'repeated operand');
      context.step('repeat', [operands[repeated], long, row.size, together], 1);
      operands[repeated] = long;
      const strides = rows.strides.map((stride) => stride * together);
      axes = [
        { size: rows.size / together, strides },
        { size: row.size * together, strides: row.strides },
      ];
    }
  }

  const { inner, middle, rank, outer } = splitAxes(axes);
  context.step(
    kernel,
    [
      [...operands, context.block(node), count, elementsPerTile, inner.size, middle.size],
      [inner.strides[0], middle.strides[0], inner.strides[1], middle.strides[1], rank, ...outer],
    ],
    tilesFor(count, elementsPerTile),
  );
}

/** Which operand, if one does, repeats a row of under 32 elements while the other is read straight on. */
function shortPeriod(axes: readonly Axis[]): number | undefined {
  if (axes.length !== 2 || axes[1].size >= 32) return undefined;
  const [rows, row] = axes;
  const straight = (operand: number): boolean => row.strides[operand] === 1 && rows.strides[operand] === row.size;
  const repeats = (operand: number): boolean => row.strides[operand] === 1 && rows.strides[operand] === 0;
  return [0, 1].find((operand) => repeats(operand) && straight(1 - operand));
}

const broadcasting =
  (kernel: KernelName): Lowering<object> =>
  (context, node) =>
    emitBinary(context, kernel, node, node.inputs[0], node.inputs[1]);

export const add = broadcasting('add');
export const sub = broadcasting('sub');
export const mul = broadcasting('mul');
export const div = broadcasting('div');
export const maximum = broadcasting('maximum');
export const minimum = broadcasting('minimum');
/** The bias is an operand that all axes but the last repeat. */
export const biasAdd = broadcasting('add');

export const equal: Lowering<object> = (context, node) => {
  const [a, b] = node.inputs;
  emitBinary(context, a.type.dtype === 'int32' ? 'equalInteger' : 'equal', node, a, b);
};
