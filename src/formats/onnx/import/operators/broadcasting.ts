import { type Shape } from '../../../../tensor/index.js';
import { batch, hasBatch } from '../dims.js';
import { elementOrder, noAxis, floats, permuteData, type ConstantValue, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import { reshaped } from '../reshaped.js';
import { arrange, batched, canonical, unbatched, whole } from '../valueLayout.js';
import { stretchedTo } from './alongAxis.js';

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
  const fits = leading.every((n) => n === 1) && shape.every((n, axis) => n === 1 || (n === dims[axis] && !hasBatch(n)));
  expectStretch(node, x, constant, fits);
  const data = permuteData(floats(constant), shape, order[0] === noAxis ? order.slice(1) : order);
  const ours = order.slice(1).map((axis) => shape[axis]);
  const whole = ours.at(-1) ?? 1;
  const turned = flattened && whole > 1 ? turn(data, elementOrder(flattened)) : data;
  const first = ours.findIndex((n) => n !== 1);
  return { shape: first === -1 ? [1] : ours.slice(first), data: turned };
}

function expectStretch(node: OnnxNode, x: SymbolicValue, { shape }: ConstantValue, fits: boolean): void {
  node.expect(
    fits,
    `a constant of shape [${shape.join(', ')}] and ${node.shapeText(x)} must stretch to each other, the same for every example`,
    // torchvision's detectors take [3, height, width].
    node.batchAxis && x.dims.length === 3
      ? { advice: 'if its input is one picture without an axis for a batch, say so: { batchAxis: false }' }
      : {},
  );
}

function turn(data: Float32Array, order: Int32Array): Float32Array {
  return new Float32Array(data.length).map((_, i) => data[order[i]]);
}

/**
 * A constant and a value that stretch to each other: the value with as many positions as the constant has, where it has one.
 */
export function alignStretched(
  node: OnnxNode,
  x: SymbolicValue,
  constant: ConstantValue,
): AlignedConstant & { readonly value: SymbolicValue } {
  const rank = Math.max(x.dims.length, constant.shape.length);
  const dims = rank === x.dims.length ? x.dims : [...new Array<number>(rank - x.dims.length).fill(1), ...x.dims];
  const shape = [...new Array<number>(rank - constant.shape.length).fill(1), ...constant.shape];
  const wanted = dims.map((n, axis) => (n === 1 ? shape[axis] : n));
  expectStretch(
    node,
    x,
    constant,
    shape.every((n, axis) => n === 1 || (n === wanted[axis] && !hasBatch(n))),
  );
  if (wanted.join() === x.dims.join()) return { value: x, ...alignConstant(node, x, constant) };
  const value = stretchedTo(node, canonical(node, reshaped(node, unbatched(node, x), dims)), wanted);
  return { value, ...alignConstant(node, value, constant) };
}

/** In a file without a batch, two values that both have an axis for it, or both none. */
export function alike(
  node: OnnxNode,
  values: readonly [SymbolicValue, SymbolicValue],
): readonly [SymbolicValue, SymbolicValue] {
  const [a, b] = values;
  if ((a.order[0] === noAxis) === (b.order[0] === noAxis)) return values;
  const both =
    a.dims.length === b.dims.length &&
    [a, b].every(({ dims, order }) => (order[0] === noAxis ? dims[0] === 1 || dims[0] === batch : order[0] === 0));
  return both ? [batched(node, a), batched(node, b)] : [whole(node, a), whole(node, b)];
}

/** The value with axes of one position in front, where the other has more axes. */
function deepened(node: OnnxNode, value: SymbolicValue, rank: number): SymbolicValue {
  const missing = rank - value.dims.length;
  // Otherwise the batch would be paired with another axis of the other value.
  if (missing <= 0 || value.order[0] !== noAxis) return value;
  return reshaped(node, value, [...new Array<number>(missing).fill(1), ...value.dims]);
}

/** Two values with their axes in the same order, and the shape that they stretch to. */
export function alignPair(
  node: OnnxNode,
  one: SymbolicValue,
  other: SymbolicValue,
): { readonly values: readonly [SymbolicValue, SymbolicValue]; readonly result: Omit<SymbolicValue, 'tensor'> } {
  const rank = Math.max(one.dims.length, other.dims.length);
  const [left, right] = alike(node, [one, other]);
  const [first, second] = [deepened(node, left, rank), deepened(node, right, rank)];
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
  return { values: [arranged(a), arranged(b)], result: { kind: 'symbolic', dims, order, flattened } };
}
