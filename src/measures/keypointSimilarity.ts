import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, shown } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { areaOf, labelledPoints, type Annotation, type Keypoint } from '../geometry/annotation.js';
import type { Box } from '../geometry/index.js';

/** COCO's deviations of people's labels, by the square root of a person's area: nose, eyes, ears, shoulders, … ankles. */
const cocoSigmas: readonly number[] = [
  0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089,
];

/**
 * The deviations of points: those given, or COCO's for its seventeen points.
 *
 * @throws StriateError when there are others than points.
 */
export function sigmasFor(where: string, count: number, sigmas: readonly number[] | undefined): readonly number[] {
  const own = sigmas ?? (count === cocoSigmas.length ? cocoSigmas : undefined);
  if (own?.length === count && own.every((sigma) => sigma > 0)) return own;
  throw new StriateError({
    where,
    rule: `sigmas must be ${count} numbers above 0, one for each point`,
    received: own ? shown(own) : 'none',
    advice:
      'they say how exactly a point can be labelled, by the root of the area: in COCO from 0.025 (eyes) to 0.107 (hips)',
  });
}

/**
 * Object keypoint similarity as COCO defines it: the mean over labelled points of exp(−d² / (2 · area · (2 · sigma)²)), d the
 * distance in pixels; 1 where all points are right. Of a thing without labelled points, how near points are to its box, made
 * twice as large at each side.
 *
 * @param sigmas a point's deviation by the root of the area; COCO's if omitted and there are seventeen points
 * @throws StriateError when there are not as many points or sigmas as the thing has points.
 *
 * @example
 * const face = { label: 0, box: [0, 0, 10, 10], points: [[2, 3, 2], [8, 3, 2]] } as const;
 * objectKeypointSimilarity(face, [[2, 3, 1], [8, 4, 1]], [0.1, 0.1]); // 0.94
 */
export function objectKeypointSimilarity(
  thing: Annotation,
  found: readonly (readonly number[])[],
  sigmas?: readonly number[],
): number {
  const where = 'objectKeypointSimilarity';
  const { points = [], box } = thing;
  if (found.length !== points.length) {
    throw new StriateError({ where, rule: `the thing has ${points.length} points`, received: found.length });
  }
  const deviations = sigmasFor(where, points.length, sigmas);
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const labelled = labelledPoints(thing).length > 0;
  const beyond = (x: number, from: number, to: number): number => Math.max(0, from - x) + Math.max(0, x - to);
  const area = areaOf(thing) + 2 ** -52;
  let [sum, count] = [0, 0];
  points.forEach(([x, y, visibility], i) => {
    if (labelled && visibility === 0) return;
    const [ownX, ownY] = found[i];
    const dx = labelled ? ownX - x : beyond(ownX, box[0] - width, box[2] + width);
    const dy = labelled ? ownY - y : beyond(ownY, box[1] - height, box[3] + height);
    sum += Math.exp(-(dx ** 2 + dy ** 2) / (2 * deviations[i]) ** 2 / area / 2);
    count++;
  });
  return count > 0 ? sum / count : 0;
}

/** Options of `pck`. */
export interface PckOptions {
  /** How far off a point may be, as a share of the longer side of the thing's box; 0.1 by default. */
  readonly threshold?: number;
}

const accepts = { where: 'pck', kinds: { threshold: 'number' } } as const satisfies AcceptedOptions<PckOptions>;

/** The percentage of correct keypoints, as a share from 0 to 1. */
export interface Pck {
  /** Of all labelled points; NaN where there are none. */
  readonly pck: number;
  /** Of each point of the skeleton; NaN for one that is nowhere labelled. */
  readonly perPoint: Float64Array;
}

/** Whether a point lies within a share of its thing's box (of the longer side) of where it is. */
export function isNear([ownX, ownY]: Keypoint, [x, y]: readonly number[], box: Box, threshold: number): boolean {
  return Math.hypot(x - ownX, y - ownY) <= threshold * Math.max(box[2] - box[0], box[3] - box[1]);
}

/**
 * The percentage of correct keypoints: the share of labelled points that were found within a part of their thing's size (PCK,
 * Yang & Ramanan 2013).
 *
 * @param found for each thing its points [x, y, …]
 * @throws StriateError when there are not as many things, or points of one.
 *
 * @example
 * const face = { label: 0, box: [0, 0, 10, 10], points: [[2, 3, 2], [8, 3, 2]] } as const;
 * pck([face], [[[2, 3], [8, 5]]]).pck; // 0.5
 */
export function pck(
  things: readonly Annotation[],
  found: readonly (readonly (readonly number[])[])[],
  options: PckOptions = {},
): Pck {
  const { where } = accepts;
  const { threshold = 0.1 } = expectOptions(accepts, options);
  expectNumber(where, 'threshold', threshold, { above: 0 });
  if (things.length !== found.length) {
    throw new StriateError({
      where,
      rule: `there must be points of each of ${things.length} things`,
      received: found.length,
    });
  }
  const most = Math.max(0, ...things.map(({ points = [] }) => points.length));
  const [right, counted] = [new Float64Array(most), new Float64Array(most)];
  things.forEach(({ points = [], box }, thing) => {
    if (found[thing].length !== points.length) {
      throw new StriateError({
        where,
        rule: `thing ${thing} has ${points.length} points`,
        received: found[thing].length,
      });
    }
    points.forEach((point, i) => {
      if (point[2] === 0) return;
      counted[i]++;
      if (isNear(point, found[thing][i], box, threshold)) right[i]++;
    });
  });
  const total = (numbers: Float64Array): number => numbers.reduce((a, b) => a + b, 0);
  return { pck: total(right) / total(counted), perPoint: right.map((number, i) => number / counted[i]) };
}
