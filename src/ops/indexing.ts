import { sizeOf, stridesOf, type Shape } from '../tensor/index.js';

/**
 * Where each element of a block lies when its axes are walked with given strides: element (i, j, …), in row-major order, at
 * start + i·strides[0] + j·strides[1] + … All reference implementations that move or gather elements are built on it.
 *
 * @example
 * offsets([2, 3], [1, 2]); // the transpose of a [3, 2] block: 0, 2, 4, 1, 3, 5
 */
export function offsets(shape: Shape, strides: readonly number[], start = 0): number[] {
  let places = [start];
  shape.forEach((size, axis) => {
    const longer: number[] = [];
    for (const place of places) for (let i = 0; i < size; i++) longer.push(place + i * strides[axis]);
    places = longer;
  });
  return places;
}

/** Strides that read a block of shape `from` as if it had been broadcast to `to`: 0 along repeated axes. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]));
}

/** For every element of a block, the element of its reduction over `axes` that it falls into. */
export function reducedOffsets(shape: Shape, axes: readonly number[]): number[] {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return offsets(shape, broadcastStrides(kept, shape));
}

/** How many elements of a block fall into each element of its reduction over `axes`. */
export function reducedCount(shape: Shape, axes: readonly number[]): number {
  return sizeOf(axes.map((axis) => shape[axis]));
}
