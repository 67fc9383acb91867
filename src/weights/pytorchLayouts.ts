import { sizeOf, type Shape } from '../tensor/index.js';

/** Where the elements of a flattened picture stand in PyTorch's order: entry i for our element i; undefined: the same. */
export type ElementOrder = Int32Array | undefined;

/** How a weight of ours lies in PyTorch's tensor, both ways. */
export interface WeightLayout {
  /** PyTorch's shape for our shape. */
  shape(ours: Shape): Shape;
  /** Our elements from PyTorch's. */
  toOurs(pytorch: Float32Array, ours: Shape, order: ElementOrder): Float32Array;
  /** PyTorch's elements from ours. */
  toPytorch(ours: Float32Array, shape: Shape, order: ElementOrder): Float32Array;
}

/** Elements [a, b, c] written as [c, b, a]: every kernel is this, with its rows and columns taken as one axis. */
function reverseAxes(data: Float32Array, a: number, b: number, c: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let k = 0, to = 0; k < c; k++) {
    for (let j = 0; j < b; j++) {
      for (let i = 0; i < a; i++) result[to++] = data[(i * b + j) * c + k];
    }
  }
  return result;
}

/** Columns that are copied at once: as many floats as a cache line holds. */
const strip = 16;

/** A matrix of `rows` × `columns` to or from its transpose; our row r is PyTorch's column order[r]. */
function turn(data: Float32Array, rows: number, columns: number, order: ElementOrder, toOurs: boolean): Float32Array {
  const result = new Float32Array(data.length);
  for (let start = 0; start < columns; start += strip) {
    const end = Math.min(start + strip, columns);
    for (let row = 0; row < rows; row++) {
      const place = order ? order[row] : row;
      for (let column = start; column < end; column++) {
        const ours = row * columns + column;
        const pytorch = column * rows + place;
        if (toOurs) result[ours] = data[pytorch];
        else result[pytorch] = data[ours];
      }
    }
  }
  return result;
}

/** How large the window of a kernel [...window, a, b] is: of two axes for pictures, of one for signals. */
const windowOf = (shape: Shape): number => sizeOf(shape.slice(0, -2));

/** [kh, kw, C / groups, F] ↔ [F, C / groups, kh, kw]; a transposed convolution's [kh, kw, out, in] ↔ [in, out, kh, kw]. */
const kernel: WeightLayout = {
  shape: (ours) => [...ours.slice(-2).reverse(), ...ours.slice(0, -2)],
  toOurs: (data, ours) => reverseAxes(data, ours.at(-1)!, ours.at(-2)!, windowOf(ours)),
  toPytorch: (data, ours) => reverseAxes(data, windowOf(ours), ours.at(-2)!, ours.at(-1)!),
};

/** [kh, kw, C, m] ↔ [C · m, 1, kh, kw]. */
const depthwiseKernel: WeightLayout = {
  shape: (ours) => [sizeOf(ours.slice(-2)), 1, ...ours.slice(0, -2)],
  toOurs: (data, ours) => reverseAxes(data, sizeOf(ours.slice(-2)), 1, windowOf(ours)),
  toPytorch: (data, ours) => reverseAxes(data, windowOf(ours), 1, sizeOf(ours.slice(-2))),
};

/** [in, out] ↔ [out, in]. */
const matrix: WeightLayout = {
  shape: ([inputs, outputs]) => [outputs, inputs],
  toOurs: (data, [inputs, outputs], order) => turn(data, inputs, outputs, order, true),
  toPytorch: (data, [inputs, outputs], order) => turn(data, inputs, outputs, order, false),
};

/** The same numbers; what belongs to the elements of a flattened picture follows their order. */
const vector: WeightLayout = {
  shape: (ours) => ours,
  toOurs: (data, _, order) => (order ? data.map((_value, i) => data[order[i]]) : data.slice()),
  toPytorch(data, _, order) {
    const result = data.slice();
    order?.forEach((place, i) => (result[place] = data[i]));
    return result;
  },
};

/** One slope per channel, [1, 1, C] ↔ [C]; where every position has its own there is nothing like it in PyTorch. */
const slopes: WeightLayout = {
  ...vector,
  shape: (ours) => (ours.slice(0, -1).every((size) => size === 1) ? ours.slice(-1) : ours),
};

/** Layouts by what the weight is. */
export const layouts = { kernel, depthwiseKernel, matrix, vector, slopes } as const;
