import type { Lasso } from './state.js';

/** How often each class (row) was taken for each (column). */
export function confusionOf(labels: ArrayLike<number>, guesses: ArrayLike<number>, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]][guesses[i]]++;
  return counts;
}

/** A class that was taken for another one, and how often. */
export interface ConfusedPair {
  readonly truth: number;
  readonly guess: number;
  readonly count: number;
}

/** The pairs that were confused, the most frequent first; counts pairs, not classes, so that many classes take no more. */
export function confusedPairs(labels: ArrayLike<number>, guesses: ArrayLike<number>): ConfusedPair[] {
  const counts = new Map<string, { truth: number; guess: number; count: number }>();
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === guesses[i]) continue;
    const key = `${labels[i]},${guesses[i]}`;
    const pair = counts.get(key);
    if (pair) pair.count++;
    else counts.set(key, { truth: labels[i], guess: guesses[i], count: 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.truth - b.truth || a.guess - b.guess);
}

/** Whether a point lies inside a polygon: a ray from it crosses the sides an odd number of times. */
export function isInside(x: number, y: number, corners: Lasso): boolean {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [corners[i], corners[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Points in thousandths of the range that they take on each axis, y downwards. */
export function inThousandths(points: Float32Array): Float32Array {
  const placed = new Float32Array(points.length);
  for (const axis of [0, 1]) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < points.length; i += 2) {
      low = Math.min(low, points[i]);
      high = Math.max(high, points[i]);
    }
    for (let i = axis; i < points.length; i += 2) {
      const share = high > low ? (points[i] - low) / (high - low) : 0.5;
      placed[i] = 25 + 950 * (axis === 0 ? share : 1 - share);
    }
  }
  return placed;
}
