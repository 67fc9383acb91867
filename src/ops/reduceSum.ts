import { defineOperator, type Node, type OperatorFunction } from '../graph/index.js';
import { isWholes } from '../tensor/check.js';
import { broadcastShapes, formatShape, sameShape, type Shape, sizeOf, StriateError } from '../tensor/index.js';
import { broadcastStrides, offsets, reducedOffsets } from './indexing.js';
import { inferReduction, reducedShape, type ReductionAttributes } from './reduction.js';
import { reshape, type ShapeAttribute } from './reshape.js';
import { expectFloats, expectInputs } from './rules.js';

/** The sum over some axes. x: any shape → the shape without `axes` (with 1 in their place where keepDims). */
export const reduceSum: OperatorFunction<ReductionAttributes> = defineOperator<ReductionAttributes>({
  name: 'reduceSum',
  scores: 'passes',
  infer: inferReduction,
  flops: ([x]) => sizeOf(x.shape),
  gradient: ({ inputs: [x], attributes: { axes }, gradient }) => [spread(gradient, x.type.shape, axes)],
  reference([x], { axes }, y) {
    reducedOffsets(x.shape, axes).forEach((place, i) => (y.data[place] += x.data[i]));
  },
});

/** Repeats a block along axes of size 1 and new leading axes. x: a shape that broadcasts to `shape` → `shape`. */
export const broadcastTo: OperatorFunction<ShapeAttribute> = defineOperator<ShapeAttribute>({
  name: 'broadcastTo',
  scores: 'passes',
  infer(inputs, { shape }, name) {
    expectInputs(inputs, 1, name);
    expectFloats(inputs, name);
    const joint = broadcastShapes(inputs[0].shape, shape);
    if (!joint || !sameShape(joint, shape) || !isWholes(shape, 0)) {
      throw new StriateError({
        where: name,
        rule: `the input's axes must be 1 or those of ${formatShape(shape)}, counted from the last`,
        received: formatShape(inputs[0].shape),
      });
    }
    return { shape, dtype: 'float32' };
  },
  flops: () => 0,
  gradient: ({ inputs: [x], gradient }) => [reduceTo(gradient, x.type.shape)],
  reference([x], _, y) {
    offsets(y.shape, broadcastStrides(x.shape, y.shape)).forEach((place, i) => (y.data[i] = x.data[place]));
  },
});

/** Undoes a broadcast in a gradient: sums `node` down to `shape`, which broadcasts to the node's shape. */
export function reduceTo(node: Node, shape: Shape): Node {
  const from = node.type.shape;
  const missing = from.length - shape.length;
  const axes = from
    .map((_, axis) => axis)
    .filter((axis) => (axis < missing ? 1 : shape[axis - missing]) !== from[axis]);
  const sum = axes.length > 0 ? reduceSum(node, { axes, keepDims: false }) : node;
  return sameShape(sum.type.shape, shape) ? sum : reshape(sum, { shape });
}

/** Undoes a reduction in a gradient: repeats `node`, whatever its keepDims was, along `axes` of `shape`. */
export function spread(node: Node, shape: Shape, axes: readonly number[]): Node {
  const kept = reducedShape(shape, axes);
  const aligned = sameShape(node.type.shape, kept) ? node : reshape(node, { shape: kept });
  return sameShape(kept, shape) ? aligned : broadcastTo(aligned, { shape });
}
