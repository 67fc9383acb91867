import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import type { Annotation, Detection } from '../geometry/annotation.js';
import { boxIou } from '../geometry/boxOverlap.js';
import { expectDetections } from './evaluateDetections.js';

/** Options of `detectionConfusion`. */
export interface DetectionConfusionOptions {
  /** The names of the classes, in label order; numbers if omitted. */
  readonly classNames?: readonly string[];
  /** Boxes that overlap by at least this are of one thing; 0.5 by default. */
  readonly iouThreshold?: number;
  /** Detections of lower scores do not count; 0.5 by default. */
  readonly scoreThreshold?: number;
}

const accepts = {
  where: 'detectionConfusion',
  kinds: { classNames: 'list', iouThreshold: 'number', scoreThreshold: 'number' },
} as const satisfies AcceptedOptions<DetectionConfusionOptions>;

/** What things were taken for. */
export interface DetectionConfusion {
  readonly classNames: readonly string[];
  /** Of each class (rows), how many things were taken for each class (columns). */
  readonly counts: readonly Int32Array[];
  /** Of each class, how many things were not found. */
  readonly missed: Int32Array;
  /** Of each class, how many detections are of nothing. */
  readonly invented: Int32Array;
}

/**
 * Which classes are taken for which others: detections and things are matched by their boxes alone, those that overlap most
 * first, each once. Crowds are not counted.
 *
 * @throws StriateError when there are not as many pictures, or a class has no name.
 *
 * @example
 * const truth = [[{ label: 0, box: [10, 10, 60, 60] }]] as const;
 * const found = [[{ label: 1, score: 0.9, box: [12, 10, 60, 60] }]] as const;
 * detectionConfusion(truth, found, { classNames: ['cat', 'dog'] }).counts[0]; // [0, 1]: the cat was taken for a dog
 */
export function detectionConfusion(
  truth: readonly (readonly Annotation[])[],
  found: readonly (readonly Detection[])[],
  options: DetectionConfusionOptions = {},
): DetectionConfusion {
  const { where } = accepts;
  const { classNames, iouThreshold = 0.5, scoreThreshold = 0.5 } = expectOptions(accepts, options);
  expectNumber(where, 'iouThreshold', iouThreshold, { above: 0, most: 1 });
  expectNumber(where, 'scoreThreshold', scoreThreshold);
  const names = expectDetections(where, truth, found, classNames);
  const counts = names.map(() => new Int32Array(names.length));
  const [missed, invented] = [new Int32Array(names.length), new Int32Array(names.length)];
  truth.forEach((all, picture) => {
    const things = all.filter(({ crowd }) => !crowd);
    const detections = found[picture].filter(({ score }) => score >= scoreThreshold);
    const pairs = matchedBoxes(things, detections, iouThreshold);
    for (const [thing, detection] of pairs) counts[things[thing].label][detections[detection].label]++;
    const usedThings = new Set(pairs.map(([thing]) => thing));
    const usedDetections = new Set(pairs.map(([, detection]) => detection));
    things.forEach(({ label }, i) => (missed[label] += Number(!usedThings.has(i))));
    detections.forEach(({ label }, i) => (invented[label] += Number(!usedDetections.has(i))));
  });
  return { classNames: names, counts, missed, invented };
}

/**
 * Things and detections of one picture that belong together by their boxes alone: those that overlap most first, each once.
 *
 * @returns pairs of places in the two lists, with their overlap
 */
export function matchedBoxes(
  things: readonly Pick<Annotation, 'box'>[],
  detections: readonly Pick<Detection, 'box'>[],
  iouThreshold: number,
): readonly (readonly [thing: number, detection: number, iou: number])[] {
  const overlaps = boxIou(
    detections.map(({ box }) => box),
    things.map(({ box }) => box),
  );
  const near = [...overlaps.keys()].filter((at) => overlaps[at] >= iouThreshold);
  near.sort((a, b) => overlaps[b] - overlaps[a]);
  const [usedThings, usedDetections] = [new Set<number>(), new Set<number>()];
  return near.flatMap((at) => {
    const [detection, thing] = [Math.floor(at / things.length), at % things.length];
    if (usedThings.has(thing) || usedDetections.has(detection)) return [];
    usedThings.add(thing);
    usedDetections.add(detection);
    return [[thing, detection, overlaps[at]] as const];
  });
}
