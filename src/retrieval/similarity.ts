import { pauses } from '../platform/pauses.js';

/** Rows that are found most similar to a query, the most similar first. */
export interface RankedRows {
  /** Of equally similar rows the earlier comes first. */
  readonly rows: Int32Array;
  /** Products of the unit vectors, from −1 to 1. */
  readonly similarities: Float32Array;
}

/** Products that are computed before others may have their turn: a few milliseconds. */
const portion = 2 ** 22;

/** Up to this many neighbours are found by insertion; more by sorting all rows. */
const insertedAtMost = 128;

/**
 * The k rows most similar to one query, by comparing it with every one of them: exact, whatever the vectors are like.
 *
 * @param rows count × width numbers, each row of length 1
 * @param query width numbers, of length 1
 */
export async function mostSimilar(
  rows: Float32Array,
  count: number,
  query: Float32Array,
  k: number,
): Promise<RankedRows> {
  const width = query.length;
  const similarities = new Float32Array(count);
  const pause = pauses();
  const step = Math.max(4, Math.floor(portion / width));
  for (let start = 0; start < count; start += step) {
    products(rows, start, Math.min(start + step, count), query, similarities);
    await pause();
  }
  const kept = Math.min(k, count);
  const order = kept <= insertedAtMost ? firstByInsertion(similarities, kept) : sorted(similarities).slice(0, kept);
  return { rows: order, similarities: Float32Array.from(order, (row) => similarities[row]) };
}

/** Products of rows `start` to `end` with the query; four rows at a time, so that each of its numbers is loaded once. */
function products(rows: Float32Array, start: number, end: number, query: Float32Array, out: Float32Array): void {
  const width = query.length;
  let row = start;
  for (; row + 4 <= end; row += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    const first = row * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    for (let i = 0; i < width; i++) {
      const q = query[i];
      a += rows[first + i] * q;
      b += rows[second + i] * q;
      c += rows[third + i] * q;
      d += rows[fourth + i] * q;
    }
    out[row] = within(a);
    out[row + 1] = within(b);
    out[row + 2] = within(c);
    out[row + 3] = within(d);
  }
  for (; row < end; row++) {
    let sum = 0;
    for (let i = 0, at = row * width; i < width; i++, at++) sum += rows[at] * query[i];
    out[row] = within(sum);
  }
}

/** Rounding may lead a hair beyond what a cosine can be. */
function within(cosine: number): number {
  return cosine > 1 ? 1 : cosine < -1 ? -1 : cosine;
}

/** The places of the k largest values, the largest first. */
function firstByInsertion(values: Float32Array, k: number): Int32Array {
  const places = new Int32Array(k);
  let found = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (found === k && (k === 0 || !(value > values[places[k - 1]]))) continue;
    let at = found < k ? found++ : k - 1;
    for (; at > 0 && value > values[places[at - 1]]; at--) places[at] = places[at - 1];
    places[at] = i;
  }
  return places;
}

/** All places, the largest value first. */
function sorted(values: Float32Array): Int32Array {
  return Int32Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
}

/**
 * Writes a vector at length 1 to `out` from `offset`; a vector of zeros, which has no direction, stays as it is and is
 * similar to nothing.
 *
 * @returns whether all its numbers are finite
 */
export function writeUnit(vector: ArrayLike<number>, out: Float32Array, offset: number): boolean {
  // Divided by the largest first: squares of large numbers would not be finite any more, those of tiny ones 0.
  let largest = 0;
  for (let i = 0; i < vector.length; i++) {
    if (!Number.isFinite(vector[i])) return false;
    largest = Math.max(largest, Math.abs(vector[i]));
  }
  const scale = largest > 0 ? largest : 1;
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += (vector[i] / scale) ** 2;
  const length = squares > 0 ? Math.sqrt(squares) : 1;
  for (let i = 0; i < vector.length; i++) out[offset + i] = vector[i] / scale / length;
  return true;
}
