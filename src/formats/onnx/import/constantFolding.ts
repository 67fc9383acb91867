import { isWhole } from '../../../tensor/check.js';
import { broadcastShapes, sizeOf, stridesOf, type Shape } from '../../../tensor/index.js';
import { elementTypes, floatTypes } from '../proto.js';
import type { ConstantValue } from './importedValue.js';
import type { OnnxNode } from './onnxNode.js';
import type { FoldRule } from './onnxOperator.js';

type Numbers = ConstantValue['data'];

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
    shape.every((n) => isWhole(n, 0)) && node.reserve(size),
    `a constant of shape [${shape.join(', ')}] cannot be computed at import`,
    { advice: 'its constants take many times what the file holds: the file is damaged, or give their numbers in it' },
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

interface ElementwiseOptions {
  readonly type?: number;
  readonly wholes?: (a: number, b: number) => number;
}

function elementwiseOf(
  f: (a: number, b: number) => number,
  options: ElementwiseOptions,
  node: OnnxNode,
  a: ConstantValue,
  b: ConstantValue,
): ConstantValue {
  const shape = broadcastShapes(a.shape, b.shape);
  node.expect(shape !== undefined, `[${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not fit each other`);
  const [first, second] = [stretched(node, a, shape), stretched(node, b, shape)];
  const isWhole = !floatTypes.includes(a.elementType);
  const compute = isWhole && options.wholes ? options.wholes : f;
  const size = checkSize(node, shape);
  const data = isWhole ? new Float64Array(size) : new Float32Array(size);
  for (let i = 0; i < data.length; i++) data[i] = compute(first[i], second[i]);
  const source = a.learned ? a : b;
  return constant(shape, data, options.type ?? a.elementType, source);
}

/** Element by element with broadcasting; `wholes` is what whole numbers do instead, where they differ. */
export const elementwise =
  (f: (a: number, b: number) => number, options: ElementwiseOptions = {}) =>
  (node: OnnxNode, [a, b]: readonly ConstantValue[]): ConstantValue =>
    elementwiseOf(f, options, node, a, b);

/** Element by element. */
export const unary =
  (f: (x: number) => number, type?: number) =>
  (node: OnnxNode, [x]: readonly ConstantValue[]): ConstantValue => {
    checkSize(node, x.shape);
    return constant(x.shape, x.data.map(f), type ?? x.elementType, x);
  };

/** Element by element over any number of inputs. */
export const variadic =
  (f: (a: number, b: number) => number) =>
  (node: OnnxNode, inputs: readonly ConstantValue[]): ConstantValue =>
    inputs.reduce((a, b) => elementwiseOf(f, {}, node, a, b));

/** A comparison or a connection of truth values. */
export const truth = (f: (a: number, b: number) => boolean): FoldRule =>
  elementwise((a, b) => Number(f(a, b)), { type: elementTypes.bool });

/** Whole numbers, as shapes and counts are. */
export const wholeConstant = (shape: Shape, data: readonly number[]): ConstantValue =>
  constant(shape, data, elementTypes.int64);
