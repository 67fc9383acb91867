import { baselineOf, type Baseline } from '../baseline.js';
import { scoresOf, type Exhibit } from './perturbed.js';

/** How the target's probability changes while a picture is changed pixel by pixel. */
export interface EvidenceCurve {
  /** The shares of the pixels that are changed, from 0 to 1. */
  readonly shares: readonly number[];
  /** The target's probability at each. */
  readonly probabilities: readonly number[];
  /** The area below the curve, by trapezoids. */
  readonly area: number;
}

/**
 * Insertion (RISE, Petsiuk et al. 2018): the most important pixels are put into a picture without details, the most important
 * first. A good map raises the probability early, so that the area is large.
 */
export function insertionCurve(exhibit: Exhibit, baseline: Baseline, steps: number): Promise<EvidenceCurve> {
  return curve(exhibit, baselineOf(baseline, exhibit.subject, exhibit.picture), exhibit.x, steps);
}

/**
 * Deletion (RISE, Petsiuk et al. 2018): the most important pixels are taken out, the most important first. A good map lowers the
 * probability early, so that the area is small.
 */
export function deletionCurve(exhibit: Exhibit, baseline: Baseline, steps: number): Promise<EvidenceCurve> {
  return curve(exhibit, exhibit.x, baselineOf(baseline, exhibit.subject, exhibit.picture), steps);
}

async function curve(exhibit: Exhibit, from: Float32Array, to: Float32Array, steps: number): Promise<EvidenceCurve> {
  const { order } = exhibit;
  const channels = from.length / order.length;
  const now = from.slice();
  const shares = Array.from({ length: steps + 1 }, (_, step) => step / steps);
  let changed = 0;
  const probabilities = await scoresOf(exhibit, steps + 1, (step, into) => {
    for (const end = Math.round(shares[step] * order.length); changed < end; changed++) {
      const at = order[changed] * channels;
      now.set(to.subarray(at, at + channels), at);
    }
    into.set(now);
  });
  return { shares, probabilities: Array.from(probabilities), area: areaBelow(shares, probabilities) };
}

/** The area below a line through points, by trapezoids. */
export function areaBelow(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2;
  return area;
}
