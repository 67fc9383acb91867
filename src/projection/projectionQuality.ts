import { pauses } from '../platform/pauses.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectSeed, expectWhole } from '../tensor/check.js';
import { StriateError, type Tensor } from '../tensor/index.js';
import { Random } from '../tensor/random.js';
import { expectPoints, type Points } from './points.js';

/** Options of `projectionQuality`. */
export interface ProjectionQualityOptions {
  /** The classes of the points, for the accuracy by neighbours. */
  readonly labels?: ArrayLike<number>;
  /** How many neighbours count; 5 by default, as in scikit-learn, fewer where there are not ten points. */
  readonly neighbors?: number;
  /** Of the points that are looked at where all would take long; 0 by default. */
  readonly seed?: number;
}

const accepts = {
  where: 'projectionQuality',
  kinds: { labels: 'list', neighbors: 'number', seed: 'number' },
} as const satisfies AcceptedOptions<ProjectionQualityOptions>;

/** How far a projection may be believed. */
export interface ProjectionQuality {
  /** How many neighbours count. */
  readonly neighbors: number;
  /** How many points' neighbours were looked at: all, or a sample. */
  readonly looked: number;
  /** 1 where all neighbours in the picture are neighbours in full, 0.5 by chance (Venna & Kaski 2001). */
  readonly trustworthiness: number;
  /** The share of points whose neighbours in the picture are mostly of their class; undefined without labels. */
  readonly accuracy?: number;
  /** The same by the neighbours in full: what the projection could keep. */
  readonly fullAccuracy?: number;
}

/** Numbers that are compared at most, about a second's work; of more points a sample is looked at. */
const budget = 1e9;

/**
 * What a projection kept of its points' neighbourhoods: trustworthiness, as scikit-learn computes it, and how well neighbours
 * tell the class, in the picture and in full. The points themselves are not among their neighbours.
 *
 * @param points [N, D], as they were projected
 * @param projected [N, 2], as `project` gave them
 * @throws StriateError when there are too few points for so many neighbours, or not as many labels as points.
 *
 * @example
 * const { vectors, labels } = await embeddingsOf(model, test);
 * const { points } = await project(vectors);
 * const { trustworthiness, accuracy, fullAccuracy } = await projectionQuality(vectors, points, { labels });
 */
export async function projectionQuality(
  points: Tensor,
  projected: Tensor,
  options: ProjectionQualityOptions = {},
): Promise<ProjectionQuality> {
  const { where } = accepts;
  const { labels, neighbors: asked, seed = 0 } = expectOptions(accepts, options);
  expectSeed(where, seed);
  const [full, flat] = [expectPoints(where, points), expectPoints(where, projected)];
  const { count } = full;
  if (flat.count !== count || (labels && labels.length !== count)) {
    const received = `${count} points, ${flat.count} projected${labels ? `, ${labels.length} labels` : ''}`;
    throw new StriateError({ where, rule: 'needs as many projected points, and labels, as points', received });
  }
  // Of more, a neighbour would be wrong by fewer places than there are (scikit-learn has the same limit).
  const most = Math.ceil(count / 2) - 1;
  const k = expectWhole(where, 'neighbors', asked ?? Math.max(1, Math.min(5, most)), 1);
  if (k > most) {
    throw new StriateError({
      where,
      rule: `neighbors must be less than half of the ${count} points`,
      received: k,
      advice: 'give more pictures',
    });
  }
  const looked = sample(count, Math.max(100, Math.floor(budget / (count * full.width))), seed);
  const sums = { penalty: 0, flatRight: 0, fullRight: 0 };
  const [near, far] = [new Float64Array(count), new Float64Array(count)];
  const pause = pauses();
  for (const i of looked) {
    distancesFrom(full, i, near);
    distancesFrom(flat, i, far);
    const [inFull, inFlat] = [nearest(near, k), nearest(far, k)];
    const kept = new Set(inFull);
    for (const other of inFlat) if (!kept.has(other)) sums.penalty += rankOf(near, other) - k;
    if (labels) {
      sums.fullRight += Number(mostCommon(inFull, labels) === labels[i]);
      sums.flatRight += Number(mostCommon(inFlat, labels) === labels[i]);
    }
    await pause();
  }
  const worst = (looked.length * k * (2 * count - 3 * k - 1)) / 2;
  return {
    neighbors: k,
    looked: looked.length,
    trustworthiness: 1 - sums.penalty / worst,
    ...(labels && { accuracy: sums.flatRight / looked.length, fullAccuracy: sums.fullRight / looked.length }),
  };
}

/** Places of points to look at: all, or as many as allowed, in order. */
function sample(count: number, allowed: number, seed: number): Int32Array {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  return allowed >= count ? all : new Random([seed, 4]).shuffle(all).slice(0, allowed).sort();
}

/** Squared distances of one point from all; from itself it is farther than from any. */
function distancesFrom({ data, count, width }: Points, i: number, out: Float64Array): void {
  const own = Float64Array.from(data.subarray(i * width, (i + 1) * width));
  for (let j = 0, at = 0; j < count; j++) {
    let sum = 0;
    for (let c = 0; c < width; c++, at++) {
      const difference = data[at] - own[c];
      sum += difference * difference;
    }
    out[j] = sum;
  }
  out[i] = Infinity;
}

/** The places of the k smallest distances; of equal ones the earlier comes first. */
function nearest(distances: Float64Array, k: number): number[] {
  const found: number[] = [];
  for (let j = 0; j < distances.length; j++) {
    if (found.length === k && !(distances[j] < distances[found[k - 1]])) continue;
    if (found.length === k) found.pop();
    let at = found.length;
    while (at > 0 && distances[j] < distances[found[at - 1]]) at--;
    found.splice(at, 0, j);
  }
  return found;
}

/** 1 for the nearest. */
function rankOf(distances: Float64Array, other: number): number {
  const own = distances[other];
  let before = 0;
  for (let j = 0; j < distances.length; j++) {
    if (distances[j] < own || (distances[j] === own && j < other)) before++;
  }
  return before + 1;
}

/** The class that most have; where classes have equally many, that of the nearest. */
function mostCommon(places: readonly number[], labels: ArrayLike<number>): number {
  const votes = new Map<number, number>();
  for (const place of places) votes.set(labels[place], (votes.get(labels[place]) ?? 0) + 1);
  return labels[places.reduce((best, place) => (votes.get(labels[place])! > votes.get(labels[best])! ? place : best))];
}
