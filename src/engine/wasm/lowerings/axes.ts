import type { Shape } from '../../../tensor/index.js';

/** An axis of a row-major result, and how far each operand moves, in elements, for a step along it. */
export interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** Leaves out axes of size 1 and joins neighbours along which every operand moves evenly: loops get fewer and longer. */
export function mergeAxes(shape: Shape, strides: readonly (readonly number[])[]): Axis[] {
  const merged: Axis[] = [];
  shape.forEach((size, i) => {
    if (size === 1) return;
    const own = strides.map((operand) => operand[i]);
    const last = merged.at(-1);
    if (last?.strides.every((stride, k) => stride === own[k] * size)) {
      merged[merged.length - 1] = { size: last.size * size, strides: own };
    } else {
      merged.push({ size, strides: own });
    }
  });
  return merged;
}

/** The last two axes by name, and the rest as the words that kernels/strided.ts reads: sizes, then strides. */
export function splitAxes(axes: readonly Axis[]): { inner: Axis; middle: Axis; rank: number; outer: number[] } {
  const one: Axis = { size: 1, strides: [0, 0] };
  const outer = axes.slice(0, -2);
  return {
    inner: axes.at(-1) ?? one,
    middle: axes.at(-2) ?? one,
    rank: outer.length,
    outer: outer.flatMap(({ size, strides }) => [size, ...strides]),
  };
}

/** The largest power of two that divides `rows` and makes rows of `width` elements no longer than `limit` together. */
export function rowsTogether(rows: number, width: number, limit: number): number {
  let together = 1;
  while (width * together * 2 <= limit && rows % (together * 2) === 0) together *= 2;
  return together;
}
