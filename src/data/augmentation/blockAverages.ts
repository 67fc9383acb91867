import type { Affine } from './affineMatrix.js';

/** A picture to sample from; floats are on the scale of bytes. */
export interface Source {
  readonly data: Uint8Array | Uint8ClampedArray | Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** How many rows and columns of a picture one step of the result spans, as whole numbers of at least 1. */
export function reductionOf(m: Affine): readonly [rows: number, columns: number] {
  return [Math.max(1, Math.round(Math.hypot(m[0], m[1]))), Math.max(1, Math.round(Math.hypot(m[3], m[4])))];
}

/** Averages blocks of rows × columns pixels; the last blocks may be smaller. Writes into `out`. */
export function reduce(source: Source, rows: number, columns: number, out: Float32Array): Source {
  const { data, channels } = source;
  const height = Math.ceil(source.height / rows);
  const width = Math.ceil(source.width / columns);
  const length = width * channels;
  const sourceLength = source.width * channels;
  for (let y = 0; y < height; y++) {
    const to = y * length;
    const top = y * rows;
    const bottom = Math.min(source.height, top + rows);
    out.fill(0, to, to + length);
    for (let from = top; from < bottom; from++) {
      const line = from * sourceLength;
      for (let x = 0, at = to; x < source.width; at += channels) {
        const end = Math.min(source.width, x + columns);
        for (; x < end; x++) {
          const pixel = line + x * channels;
          for (let c = 0; c < channels; c++) out[at + c] += data[pixel + c];
        }
      }
    }
    const whole = 1 / ((bottom - top) * columns);
    for (let at = to; at < to + length; at++) out[at] *= whole;
    const last = source.width - (width - 1) * columns;
    if (last < columns) for (let c = 1; c <= channels; c++) out[to + length - c] *= columns / last;
  }
  return { data: out, height, width, channels };
}

/** The same matrix for the reduced picture. */
export function reducedMatrix(m: Affine, rows: number, columns: number): Affine {
  return [
    m[0] / rows,
    m[1] / rows,
    (m[2] + 0.5) / rows - 0.5,
    m[3] / columns,
    m[4] / columns,
    (m[5] + 0.5) / columns - 0.5,
  ] as unknown as Affine;
}
