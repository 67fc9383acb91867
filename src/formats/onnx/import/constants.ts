import { sizeOf, stridesOf, type Shape } from '../../../tensor/index.js';
import type { OnnxNode } from './onnxNode.js';
import type { ConstantValue } from './values.js';

/** Larger constants are not computed at import: no exporter's shapes need them, and a damaged file may ask for any. */
const largest = 2 ** 27;

type Numbers = ConstantValue['data'];
/** Computes a node whose inputs are all known at import. */
export type Fold = (node: OnnxNode, inputs: readonly ConstantValue[]) => ConstantValue;

/** A constant made of others; one that was an initializer stays known by its name. */
export function constant(
  shape: Shape,
  data: Numbers | readonly number[],
  elementType: number,
  from?: ConstantValue,
): ConstantValue {
  const numbers = Array.isArray(data) ? Float64Array.from(data as readonly number[]) : (data as Numbers);
  return {
    kind: 'constant',
    shape,
    data: numbers,
    elementType,
    name: from?.name ?? '',
    learned: from?.learned ?? false,
  };
}

/** How many numbers a constant has; refuses what cannot be computed at import. */
export function checkSize(node: OnnxNode, shape: Shape): number {
  const size = sizeOf(shape);
  node.expect(
    size <= largest && shape.every((n) => Number.isInteger(n) && n >= 0),
    `a constant of shape [${shape.join(', ')}] is none that can be computed at import`,
  );
  return size;
}

/** A constant's numbers, repeated to a shape that it stretches to. */
export function stretched(node: OnnxNode, { shape, data }: ConstantValue, to: Shape): Numbers {
  if (shape.join() === to.join()) return data;
  const size = checkSize(node, to);
  const padded = [...new Array<number>(to.length - shape.length).fill(1), ...shape];
  const from = stridesOf(padded).map((stride, axis) => (padded[axis] === 1 ? 0 : stride));
  const strides = stridesOf(to);
  const result = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let at = 0;
    for (let axis = 0; axis < to.length; axis++) at += (Math.floor(i / strides[axis]) % to[axis]) * from[axis];
    result[i] = data[at];
  }
  return result;
}
