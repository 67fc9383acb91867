import { nearestRows } from '../retrieval/nearestRows.js';
import type { Points } from './points.js';

/** The nearest other points of each point. */
export interface NearestOthers {
  /** N × k places among the points, the nearest first; of equally near ones the earlier comes first. */
  readonly indices: Int32Array;
  /** N × k Euclidean distances. */
  readonly distances: Float64Array;
  readonly k: number;
}

/** The k nearest other points of each point, exact; k is at most N − 1. */
export async function nearestOthers({ data, count, width }: Points, k: number): Promise<NearestOthers> {
  const found = await nearestRows(data, data, { width, k: k + 1, distance: 'l2' });
  const indices = new Int32Array(count * k);
  const distances = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    let to = i * k;
    for (let from = i * (k + 1); to < (i + 1) * k; from++) {
      // Where many are the same, a point need not be among its own nearest.
      if (found.indices[from] === i) continue;
      indices[to] = found.indices[from];
      distances[to++] = found.distances[from];
    }
  }
  return { indices, distances, k };
}
