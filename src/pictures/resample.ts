import type { Interpolation, PictureSize } from './pictureGeometry.js';
import type { Pixels } from './pictureTransform.js';
import {
  nearestPlaces,
  resamplingTable,
  weightPlaces,
  wholeAxis,
  type AxisResizing,
  type ResamplingTable,
} from './resamplingTable.js';

/** How a picture's two axes are resampled. */
export interface Resizing {
  readonly rows: AxisResizing;
  readonly columns: AxisResizing;
  readonly interpolation: Interpolation;
}

/** A whole picture at another size. */
export function wholeAt(
  { height, width }: PictureSize,
  [targetHeight, targetWidth]: readonly [height: number, width: number],
  interpolation: Interpolation,
): Resizing {
  return { rows: wholeAxis(height, targetHeight), columns: wholeAxis(width, targetWidth), interpolation };
}

/**
 * Whether rows are made before columns: bytes stand between the two, so the order shows. Pillow 13 has rows first where they
 * become fewer by more than twice as many as the columns; parts of pictures, which it does not know, always have columns first.
 */
export function rowsFirst({ rows, columns }: Pick<Resizing, 'rows' | 'columns'>): boolean {
  const isWhole = ({ size, from }: AxisResizing): boolean => from.start === 0 && from.length === size;
  const fewer = rows.size - rows.target;
  return fewer > 0 && fewer > 2 * (columns.size - columns.target) && isWhole(rows) && isWhole(columns);
}

/** Added to a weighted sum of bytes so that the shift rounds. */
const half = 2 ** (weightPlaces - 1);

/**
 * A picture at another size, byte for byte as Pillow makes it; `PictureResampler` does the same faster, once it
 * is loaded.
 */
export function resample(pixels: Pixels, { rows, columns, interpolation }: Resizing): Pixels {
  const { channels } = pixels;
  const size = { height: rows.keep.length, width: columns.keep.length, channels };
  if (interpolation === 'nearest') {
    return { ...size, data: nearest(pixels, nearestPlaces(rows), nearestPlaces(columns)) };
  }
  const across = resamplingTable(columns, interpolation);
  const down = resamplingTable(rows, interpolation);
  if (rowsFirst({ rows, columns })) {
    const data = alongColumns(pixels.data, pixels.width * channels, 0, down);
    const low = { data, width: pixels.width, height: size.height, channels };
    return { ...size, data: alongRows(low, { start: 0, end: size.height }, across) };
  }
  const needed = neededRows(down);
  const wide = alongRows(pixels, needed, across);
  return { ...size, data: alongColumns(wide, size.width * channels, needed.start, down) };
}

/** The source rows that contribute. */
export function neededRows({ starts, counts }: ResamplingTable): { start: number; end: number } {
  const last = starts.length - 1;
  return { start: starts[0], end: starts[last] + counts[last] };
}

function alongRows(
  { data, width, channels }: Pixels,
  { start, end }: { start: number; end: number },
  { starts, counts, weights, longest }: ResamplingTable,
): Uint8ClampedArray {
  const columns = starts.length;
  const wide = new Uint8ClampedArray((end - start) * columns * channels);
  for (let y = start, to = 0; y < end; y++) {
    for (let x = 0; x < columns; x++) {
      const first = (y * width + starts[x]) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = half;
        for (let k = 0; k < counts[x]; k++) sum += weights[x * longest + k] * data[first + k * channels + c];
        wide[to++] = sum >> weightPlaces;
      }
    }
  }
  return wide;
}

function alongColumns(
  wide: ArrayLike<number>,
  row: number,
  from: number,
  { starts, counts, weights, longest }: ResamplingTable,
): Uint8ClampedArray {
  const result = new Uint8ClampedArray(starts.length * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < starts.length; y++) {
    sums.fill(half);
    for (let k = 0; k < counts[y]; k++) {
      const weight = weights[y * longest + k];
      const at = (starts[y] - from + k) * row;
      for (let i = 0; i < row; i++) sums[i] += weight * wide[at + i];
    }
    for (let i = 0; i < row; i++) result[y * row + i] = sums[i] >> weightPlaces;
  }
  return result;
}

function nearest({ data, width, channels }: Pixels, rows: Int32Array, columns: Int32Array): Uint8ClampedArray {
  const result = new Uint8ClampedArray(rows.length * columns.length * channels);
  let to = 0;
  for (const y of rows) {
    for (const x of columns) {
      const from = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) result[to++] = data[from + c];
    }
  }
  return result;
}
