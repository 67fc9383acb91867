import { type Shape } from '../../../tensor/index.js';
import { arrange, canonical } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import { batch, elementOrder, floats, permuteData, type ConstantValue, type SymbolicValue } from '../values.js';

/** A constant as a layer's weight: numbers in our layout, the shape without the batch and without leading ones. */
export interface AlignedConstant {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/**
 * A constant that stretches to a value, in the layout of the value's tensor.
 *
 * @throws StriateError when it differs between the examples of a batch, or would stretch the value instead.
 */
export function alignConstant(node: OnnxNode, x: SymbolicValue, constant: ConstantValue): AlignedConstant {
  const { dims, order, flattened } = x;
  const extra = constant.shape.length - dims.length;
  const leading = constant.shape.slice(0, Math.max(0, extra));
  const shape = [...new Array<number>(Math.max(0, -extra)).fill(1), ...constant.shape.slice(Math.max(0, extra))];
  const fits = leading.every((n) => n === 1) && shape.every((n, axis) => n === 1 || (n === dims[axis] && n !== batch));
  node.expect(
    fits,
    `a constant of shape [${constant.shape.join(', ')}] must stretch to ${node.shapeText(x)}, the same for every example`,
  );
  const data = permuteData(floats(constant), shape, order);
  const ours = order.slice(1).map((axis) => shape[axis]);
  const whole = ours.at(-1) ?? 1;
  const turned = flattened && whole > 1 ? turn(data, elementOrder(flattened)) : data;
  const first = ours.findIndex((n) => n !== 1);
  return { shape: first === -1 ? [1] : ours.slice(first), data: turned };
}

function turn(data: Float32Array, order: Int32Array): Float32Array {
  return new Float32Array(data.length).map((_, i) => data[order[i]]);
}

/** Two values with their axes in the same order, and the shape that they stretch to. */
export function alignPair(
  node: OnnxNode,
  first: SymbolicValue,
  second: SymbolicValue,
): { readonly values: readonly [SymbolicValue, SymbolicValue]; readonly result: Omit<SymbolicValue, 'tensor'> } {
  const fits =
    first.dims.length === second.dims.length &&
    first.dims.every((n, axis) => n === second.dims[axis] || n === 1 || second.dims[axis] === 1);
  node.expect(fits, `${node.shapeText(first)} and ${node.shapeText(second)} do not stretch to each other`);
  const dims = first.dims.map((n, axis) => Math.max(n, second.dims[axis]));
  const same = JSON.stringify(first.flattened) === JSON.stringify(second.flattened);
  const [a, b] = same ? [first, second] : [canonical(node, first), canonical(node, second)];
  const wideAxes = ({ dims: sizes }: SymbolicValue): number => sizes.filter((n) => n !== 1).length;
  const { order, flattened } = wideAxes(a) >= wideAxes(b) ? a : b;
  const arranged = (value: SymbolicValue): SymbolicValue =>
    value.order.join() === order.join() ? value : arrange(node, value, order);
  return {
    values: [arranged(a), arranged(b)],
    result: { kind: 'symbolic', dims, order, ...(flattened && { flattened }) },
  };
}
