import type { Reference } from '../graph/index.js';
import { sizeOf, stridesOf, type Shape } from '../tensor/index.js';
import type { ConcatAttributes } from './concat.js';
import { offsets } from './indexing.js';
import type { PadAttributes, SliceAttributes } from './slice.js';
import type { TransposeAttributes } from './transpose.js';

export const concatReference: Reference<ConcatAttributes> = (inputs, { axis }, y) => {
  const outer = sizeOf(y.shape.slice(0, axis));
  const row = y.data.length / outer;
  let start = 0;
  for (const { data } of inputs) {
    const part = data.length / outer;
    for (let i = 0; i < outer; i++) y.data.set(data.subarray(i * part, (i + 1) * part), i * row + start);
    start += part;
  }
};

export const padReference: Reference<PadAttributes> = ([x], { before, value }, y) => {
  y.data.fill(value);
  offsets(x.shape, stridesOf(y.shape), cornerOf(y.shape, before)).forEach((place, i) => (y.data[place] = x.data[i]));
};

export const sliceReference: Reference<SliceAttributes> = ([x], { begin }, y) => {
  offsets(y.shape, stridesOf(x.shape), cornerOf(x.shape, begin)).forEach((place, i) => (y.data[i] = x.data[place]));
};

export const transposeReference: Reference<TransposeAttributes> = ([x], { permutation }, y) => {
  const strides = stridesOf(x.shape);
  const from = offsets(
    y.shape,
    permutation.map((axis) => strides[axis]),
  );
  from.forEach((place, i) => (y.data[i] = x.data[place]));
};

/** The position of an element in a block. */
function cornerOf(shape: Shape, index: readonly number[]): number {
  return stridesOf(shape).reduce((place, stride, axis) => place + stride * index[axis], 0);
}
