import type { SymbolicTensor } from '../../../layers/index.js';
import { sizeOf, stridesOf, type Shape } from '../../../tensor/index.js';
import type { Constant } from '../tensors.js';
import type { Dims } from './dims.js';

/** Numbers that are known at import: weights, shapes, settings. */
export interface ConstantValue extends Constant {
  readonly kind: 'constant';
  /** The initializer that it comes from, where it is one or little changed. */
  readonly name: string;
  /** Whether it is an initializer, which training may change, and no constant of the computation. */
  readonly learned: boolean;
  /** Where each example of a batch has numbers of its own: how many examples these are for. */
  readonly examples?: number;
}

/** How the values of a flattened picture lie: a row of ours, and what ONNX's order of the same values is. */
export interface Flattened {
  /** Our shape before it was flattened, without the batch. */
  readonly shape: Shape;
  /** Its axes in ONNX's order. */
  readonly axes: readonly number[];
}

/** A value that is computed from the model's inputs: what ONNX takes it for, and what we have. */
export interface SymbolicValue {
  readonly kind: 'symbolic';
  readonly tensor: SymbolicTensor;
  /** ONNX's shape. */
  readonly dims: Dims;
  /**
   * Our axis i, the batch included as 0, is ONNX's axis order[i]: transposing only renumbers. `noAxis` where the
   * file has no axis for the batch.
   */
  readonly order: readonly number[];
  /** Whether the file has whole numbers here, by which it would divide otherwise. */
  readonly whole?: boolean;
  /** Where the last axis holds a flattened picture in our order. */
  readonly flattened?: Flattened;
}

/** What our batch is called in `order` where the file has no axis for it. */
export const noAxis = -1;

/** The value of a name in an ONNX graph. */
export type ImportedValue = ConstantValue | SymbolicValue;

/** ONNX's order of a picture, seen from ours. */
export const pictureOrder: readonly number[] = [0, 2, 3, 1];

/** For each of our values of a flattened axis, which of ONNX's it is. */
export function elementOrder({ shape, axes }: Flattened): Int32Array {
  const theirs = stridesOf(axes.map((axis) => shape[axis]));
  const strides = shape.map((_, axis) => theirs[axes.indexOf(axis)]);
  const order = new Int32Array(sizeOf(shape));
  const place = shape.map(() => 0);
  for (let i = 0, at = 0; i < order.length; i++) {
    order[i] = at;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++place[axis] < shape[axis]) break;
      at -= shape[axis] * strides[axis];
      place[axis] = 0;
    }
  }
  return order;
}

/** Numbers with their axes in another order: axis i of the result is axis permutation[i] of what is given. */
export function permuteData<T extends Float32Array | Float64Array>(
  data: T,
  shape: Shape,
  permutation: readonly number[],
): T {
  const strides = stridesOf(shape);
  const sizes = permutation.map((axis) => shape[axis]);
  const steps = permutation.map((axis) => strides[axis]);
  const result = new (data.constructor as new (length: number) => T)(data.length);
  const place = sizes.map(() => 0);
  for (let i = 0, at = 0; i < result.length; i++) {
    result[i] = data[at];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      at += steps[axis];
      if (++place[axis] < sizes[axis]) break;
      at -= sizes[axis] * steps[axis];
      place[axis] = 0;
    }
  }
  return result;
}

/** A constant's numbers as weights are kept. */
export function floats({ data }: Constant): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}
