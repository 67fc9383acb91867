import { StriateError, type Tensor } from '../tensor/index.js';
import { argMaxOf } from '../tensor/row.js';

/** How well vectors separate classes. */
export interface ClassSeparation {
  /** The share of the variance of the labels that a linear classifier explains on vectors that it was not fitted to; at most 1. */
  readonly explained: number;
  /** The share of such vectors that it puts into the right class. */
  readonly accuracy: number;
  /** What each vector takes away from `explained`. */
  readonly errors: readonly number[];
}

/**
 * Fits a linear classifier (ridge regression on vectors of length 1, with 0 and 1 for each class) to all vectors but one and
 * tries it on that one, for each of them. A few dozen examples are enough to compare what vectors are made by. All of it
 * follows from one N × N matrix: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, equation 7.64.
 *
 * @param vectors [N, D]; where one is not finite, nothing is explained
 * @param labels N class numbers
 * @throws StriateError when there are fewer than two classes.
 */
export function classSeparation(vectors: Tensor, labels: ArrayLike<number>): ClassSeparation {
  const [count, width] = vectors.shape;
  const classes = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  if (classes.length < 2) {
    throw new StriateError({
      where: 'classSeparation',
      rule: 'needs vectors of at least two classes',
      received: classes.length,
    });
  }
  const rows = Array.from({ length: count }, (_, i) => unit(vectors.data.subarray(i * width, (i + 1) * width)));
  const inverse = inverseOf(ridgeMatrix(rows));
  const targets = classes.map((label) => centred(Array.from(labels, (own) => (own === label ? 1 : 0))));
  const variance = targets.flat().reduce((sum, value) => sum + value * value, 0);
  if (!inverse) {
    return { explained: -Infinity, accuracy: 0, errors: Array.from({ length: count }, () => Infinity) };
  }
  let right = 0;
  const errors = Array.from({ length: count }, (_, i) => {
    const residuals = targets.map((target) => dot(inverse[i], target) / inverse[i][i]);
    const guesses = residuals.map((residual, c) => targets[c][i] - residual);
    if (classes[argMaxOf(guesses)] === labels[i]) right++;
    return dot(residuals, residuals) / variance;
  });
  return { explained: 1 - errors.reduce((a, b) => a + b, 0), accuracy: right / count, errors };
}

function unit(values: ArrayLike<number>): Float64Array {
  const row = Float64Array.from(values);
  const length = Math.sqrt(dot(row, row));
  return length === 0 ? row : row.map((value) => value / length);
}

/** Products of the vectors less their mean, scaled to a variance of 1, plus the identity. */
function ridgeMatrix(rows: readonly Float64Array[]): Float64Array[] {
  const mean = new Float64Array(rows[0].length);
  for (const row of rows) row.forEach((value, d) => (mean[d] += value / rows.length));
  for (const row of rows) row.forEach((value, d) => (row[d] = value - mean[d]));
  const variance = rows.reduce((sum, row) => sum + dot(row, row), 0) / rows.length;
  const scale = variance === 0 ? 0 : 1 / variance;
  return rows.map((a, i) => Float64Array.from(rows, (b, k) => scale * dot(a, b) + (i === k ? 1 : 0)));
}

/** By Gauss and Jordan: all pivots of such a matrix are at least 1. Undefined where numbers are not finite. */
function inverseOf(matrix: readonly Float64Array[]): Float64Array[] | undefined {
  const size = matrix.length;
  const work = matrix.map((row, i) => Float64Array.from({ length: 2 * size }, (_, k) => row[k] ?? +(k - size === i)));
  for (let pivot = 0; pivot < size; pivot++) {
    const top = work[pivot];
    const factor = 1 / top[pivot];
    if (!Number.isFinite(factor)) return undefined;
    for (let k = 0; k < top.length; k++) top[k] *= factor;
    for (const row of work) {
      const share = row[pivot];
      if (row === top || share === 0) continue;
      for (let k = 0; k < row.length; k++) row[k] -= share * top[k];
    }
  }
  return work.map((row) => row.slice(size));
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
