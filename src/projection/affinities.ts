import type { NearestOthers } from './nearestOthers.js';

/** How much pairs of points belong together; all values sum to 1. */
export interface Affinities {
  /** The pairs of point i are those from starts[i] to starts[i + 1]. */
  readonly starts: Int32Array;
  /** The other point of each pair. */
  readonly others: Int32Array;
  readonly values: Float64Array;
}

/** Halvings of the interval that a point's precision is searched in, as scikit-learn's. */
const steps = 100;

/** How near an entropy must come to that of the perplexity, in nats. */
const tolerance = 1e-5;

/**
 * What t-SNE keeps (van der Maaten & Hinton 2008): each point gives its neighbours shares by a Gaussian, as narrow as leaves it
 * `perplexity` effective neighbours; a pair's value is the mean of what the two give each other.
 */
export function affinities({ indices, distances, k }: NearestOthers, perplexity: number): Affinities {
  const count = indices.length / k;
  const shares = new Float64Array(indices.length);
  for (let i = 0; i < count; i++) sharesOf(distances.subarray(i * k, (i + 1) * k), perplexity, shares.subarray(i * k));
  return symmetric(indices, shares, count, k);
}

/** Writes the shares of one point's neighbours. */
function sharesOf(distances: Float64Array, perplexity: number, out: Float64Array): void {
  const wanted = Math.log(perplexity);
  const k = distances.length;
  const squares = distances.map((distance) => distance * distance);
  // Only differences count, and without the least no power becomes 0 of all.
  const [nearest] = squares;
  const spread = squares.reduce((sum, square) => sum + square - nearest, 0) / k;
  let precision = spread > 0 ? 1 / spread : 1;
  let [least, most] = [0, Infinity];
  for (let step = 0; step < steps; step++) {
    let sum = 0;
    let weighted = 0;
    for (let j = 0; j < k; j++) {
      out[j] = Math.exp(-(squares[j] - nearest) * precision);
      sum += out[j];
      weighted += out[j] * (squares[j] - nearest);
    }
    const entropy = Math.log(sum) + (precision * weighted) / sum;
    for (let j = 0; j < k; j++) out[j] /= sum;
    if (Math.abs(entropy - wanted) <= tolerance) return;
    if (entropy > wanted) {
      least = precision;
      precision = most === Infinity ? precision * 2 : (precision + most) / 2;
    } else {
      most = precision;
      precision = (precision + least) / 2;
    }
  }
}

/** The mean of both directions of each pair, over all pairs. */
function symmetric(indices: Int32Array, shares: Float64Array, count: number, k: number): Affinities {
  const pairs = Array.from({ length: count }, () => new Map<number, number>());
  for (let i = 0; i < count; i++) {
    for (let at = i * k; at < (i + 1) * k; at++) {
      const other = indices[at];
      const share = shares[at] / (2 * count);
      pairs[i].set(other, (pairs[i].get(other) ?? 0) + share);
      pairs[other].set(i, (pairs[other].get(i) ?? 0) + share);
    }
  }
  const starts = new Int32Array(count + 1);
  pairs.forEach(({ size }, i) => (starts[i + 1] = starts[i] + size));
  const others = new Int32Array(starts[count]);
  const values = new Float64Array(starts[count]);
  pairs.forEach((own, i) => {
    let at = starts[i];
    for (const [other, share] of own) {
      others[at] = other;
      values[at++] = share;
    }
  });
  return { starts, others, values };
}
