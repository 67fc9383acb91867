import type { Shape, Tensor } from '../tensor/index.js';

/** Pictures in a row, each a version of one of the subject's: itself, a part of it, with noise, between it and black. */
export interface Rows {
  /** [R, H, W, C] as one; rows behind the last of `of` are padding, so that every step runs the same program. */
  readonly data: Float32Array;
  /** Which of the subject's pictures each row is a version of. */
  readonly of: readonly number[];
  /** How many of the first rows are the subject's pictures as they are, so that what the model says of them can be kept; 0 by default. */
  readonly own?: number;
}

/** The subject's pictures themselves, from the one at `start`. */
export type OwnRows = Rows & { readonly own: number; readonly start: number };

/** A result's rows, a copy of each. */
export function rowsIn({ shape: [rows, width], data }: Tensor): Float32Array[] {
  return Array.from({ length: rows }, (_, i) => (data as Float32Array).slice(i * width, (i + 1) * width));
}

/** The rows of a result that are not padding. */
export function taken({ data, shape }: Tensor, { of }: Rows): Float32Array {
  const width = data.length / shape[0];
  return (data as Float32Array).subarray(0, of.length * width);
}

/** Whole numbers from `start` to before `end`. */
export function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

/** Rows of a block of numbers, by their places. */
export function rowsOf(data: Float32Array, shape: Shape, places: readonly number[], size: number): Float32Array {
  const width = data.length / shape[0];
  const rows = new Float32Array(size * width);
  places.forEach((place, i) => rows.set(data.subarray(place * width, (place + 1) * width), i * width));
  return rows;
}
