import { pauses } from '../platform/pauses.js';
import { Random } from '../tensor/random.js';
import type { Points } from './points.js';
import { symmetricEigen } from './symmetricEigen.js';

/** The directions in which points vary most. */
export interface PrincipalComponents {
  /** The mean of the points, D numbers. */
  readonly mean: Float64Array;
  /** Directions of length 1, D numbers each, the one of most variance first. */
  readonly directions: readonly Float64Array[];
  /** The variance along each, of N − 1 degrees of freedom. */
  readonly variances: Float64Array;
  /** The variance of all numbers together. */
  readonly totalVariance: number;
}

/** Vectors that are looked at beyond those that are asked for: they make the others exact sooner. */
const spare = 6;

/** Rows that are gone through before others may have their turn. */
const portion = 64;

/**
 * The principal components of points, exact to `tolerance`: the covariance is never made, only applied to a block of vectors,
 * and of all that it gave so far the best combinations are taken (block Krylov subspace; Golub & Van Loan, 10.3.6). Of each
 * direction the number farthest from 0 is positive, as in scikit-learn, so that pictures are not mirrored at random.
 *
 * @param count how many; at most the smaller of N and D
 * @param tolerance the largest error of a direction, as the covariance shows it, against the largest variance
 */
export async function principalComponents(
  points: Points,
  count: number,
  { seed, tolerance = 1e-9 }: { readonly seed: number; readonly tolerance?: number },
): Promise<PrincipalComponents> {
  const { width } = points;
  const mean = meanOf(points);
  const random = new Random([seed, 1]);
  const first = Array.from({ length: Math.min(width, count + spare) }, () =>
    Float64Array.from({ length: width }, () => random.normal()),
  );
  const known: Float64Array[] = [];
  const products: number[][] = [];
  let block = orthonormalized(first, known, 0);
  for (;;) {
    const images = await covarianceTimes(points, mean, block);
    for (const vector of block) known.push(vector);
    for (const image of images) products.push(known.map((vector) => dot(vector, image)));
    const { values, vectors } = symmetricEigen(products);
    const largest = Math.max(values[0], 0);
    const rest = images.map((image) => Float64Array.from(image));
    for (const image of rest) removeAll(image, known);
    // What the covariance does to the best combinations beyond what is known is their error.
    const start = known.length - block.length;
    const exact = vectors.slice(0, count).every((vector) => {
      const error = combined(rest, vector.subarray(start));
      return Math.sqrt(dot(error, error)) <= tolerance * largest;
    });
    block = exact || known.length >= width ? [] : orthonormalized(rest, known, largest * Number.EPSILON);
    if (block.length > 0) continue;
    const directions = vectors.slice(0, count).map((vector) => upright(combined(known, vector)));
    const variances = values.slice(0, count).map((value) => Math.max(0, value));
    return { mean, directions, variances, totalVariance: totalVarianceOf(points, mean) };
  }
}

/** Points in the directions of components: N × count numbers. */
export function alongComponents(points: Points, { mean, directions }: PrincipalComponents): Float64Array {
  const { data, count, width } = points;
  const out = new Float64Array(count * directions.length);
  const offsets = directions.map((direction) => dot(direction, mean));
  const row = new Float64Array(width);
  for (let i = 0; i < count; i++) {
    row.set(data.subarray(i * width, (i + 1) * width));
    directions.forEach((direction, c) => (out[i * directions.length + c] = dot(direction, row) - offsets[c]));
  }
  return out;
}

function meanOf({ data, count, width }: Points): Float64Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < count; i++) for (let k = 0; k < width; k++) mean[k] += data[i * width + k];
  return mean.map((sum) => sum / count);
}

function totalVarianceOf({ data, count, width }: Points, mean: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < count; i++) for (let k = 0; k < width; k++) sum += (data[i * width + k] - mean[k]) ** 2;
  return sum / (count - 1);
}

/** The covariance times each of some vectors, by two passes over each row of the points. */
async function covarianceTimes(
  { data, count, width }: Points,
  mean: Float64Array,
  vectors: readonly Float64Array[],
): Promise<Float64Array[]> {
  const images = vectors.map(() => new Float64Array(width));
  const offsets = vectors.map((vector) => dot(vector, mean));
  const totals = new Float64Array(vectors.length);
  const row = new Float64Array(width);
  const pause = pauses();
  for (let start = 0; start < count; start += portion) {
    for (let i = start; i < Math.min(start + portion, count); i++) {
      row.set(data.subarray(i * width, (i + 1) * width));
      for (let v = 0; v < vectors.length; v++) {
        const along = dot(vectors[v], row) - offsets[v];
        totals[v] += along;
        addScaled(images[v], row, along);
      }
    }
    await pause();
  }
  images.forEach((image, v) => {
    addScaled(image, mean, -totals[v]);
    for (let k = 0; k < width; k++) image[k] /= count - 1;
  });
  return images;
}

/** Vectors at right angles to each other and to those that are known; what is nothing but these is left out. */
function orthonormalized(
  vectors: readonly Float64Array[],
  known: readonly Float64Array[],
  negligible: number,
): Float64Array[] {
  const found: Float64Array[] = [];
  for (const vector of vectors) {
    const before = Math.sqrt(dot(vector, vector));
    removeAll(vector, [...known, ...found]);
    const length = Math.sqrt(dot(vector, vector));
    if (!(length > Math.max(negligible, 1e-12 * before))) continue;
    for (let k = 0; k < vector.length; k++) vector[k] /= length;
    // Once more: of a short rest the division enlarges what rounding left of the others.
    removeAll(vector, [...known, ...found]);
    const again = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < vector.length; k++) vector[k] /= again;
    found.push(vector);
  }
  return found;
}

function removeAll(vector: Float64Array, from: readonly Float64Array[]): void {
  for (const direction of from) addScaled(vector, direction, -dot(direction, vector));
}

function combined(vectors: readonly Float64Array[], shares: ArrayLike<number>): Float64Array {
  const out = new Float64Array(vectors[0]?.length ?? 0);
  vectors.forEach((vector, i) => addScaled(out, vector, shares[i]));
  return out;
}

/** Turned so that the number farthest from 0 is positive. */
function upright(direction: Float64Array): Float64Array {
  const farthest = direction.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return farthest < 0 ? direction.map((value) => -value) : direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = a.length & ~3;
  for (let k = 0; k < whole; k += 4) {
    s0 += a[k] * b[k];
    s1 += a[k + 1] * b[k + 1];
    s2 += a[k + 2] * b[k + 2];
    s3 += a[k + 3] * b[k + 3];
  }
  for (let k = whole; k < a.length; k++) s0 += a[k] * b[k];
  return s0 + s1 + (s2 + s3);
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let k = 0; k < to.length; k++) to[k] += factor * from[k];
}
