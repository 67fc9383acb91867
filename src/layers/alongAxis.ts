import type { GraphBuilder, Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { sizeOf, type Shape } from '../tensor/index.js';

/** A matrix [n, units] multiplied along one axis of a value, batch counted: [..., n, ...] → [..., units, ...]. */
export function matrixAlong(x: Node, axis: number, matrix: Node | Variable, units: number): Node {
  const { shape } = x.type;
  const rank = shape.length;
  const order = [...shape.map((_, i) => i).filter((i) => i !== axis), axis];
  const last = axis === rank - 1 ? x : ops.transpose(x, { permutation: order });
  const outer = last.type.shape.slice(0, -1);
  const rows = ops.reshape(last, { shape: [sizeOf(outer), shape[axis]] });
  const product = ops.matmul(rows, matrix, { transposeA: false, transposeB: false });
  const y = ops.reshape(product, { shape: [...outer, units] });
  if (axis === rank - 1) return y;
  return ops.transpose(y, { permutation: order.map((_, i) => order.indexOf(i)) });
}

/** A picture whose rows and columns are multiplied by matrices, each [from, to], where there is one. */
export function resizedBy(
  graph: GraphBuilder,
  x: Node,
  matrices: readonly (Float32Array | undefined)[],
  sizes: Shape,
  name: string,
): Node {
  return matrices.reduce<Node>((y, matrix, axis) => {
    if (!matrix) return y;
    const constant = graph.constant(matrix, [y.type.shape[axis + 1], sizes[axis]], name);
    return matrixAlong(y, axis + 1, constant, sizes[axis]);
  }, x);
}
