import type { MatchedPicture } from './averagePrecision.js';

/** Things of one class in one picture, and what was found there. */
export interface ClassInPicture {
  /** The areas of things, and whether each is passed over whatever its size. */
  readonly areas: readonly number[];
  readonly passedOver: readonly boolean[];
  readonly crowd: readonly boolean[];
  /** The detections' scores, falling, and their areas. */
  readonly scores: readonly number[];
  readonly foundAreas: readonly number[];
  /** [detections × things] */
  readonly overlaps: ArrayLike<number>;
}

/** Areas from and to which things count, both ends included. */
export type AreaRange = readonly [least: number, most: number];

/**
 * Gives each detection, by falling score, the thing that it overlaps most and that no other has, at every threshold, as COCO
 * does: things that count go before others; a crowd can be found many times; detections that have found no thing of theirs and lie outside
 * the range of sizes do not count.
 */
export function matchDetections(
  { areas, passedOver, crowd, scores, foundAreas, overlaps }: ClassInPicture,
  thresholds: ArrayLike<number>,
  [least, most]: AreaRange,
): MatchedPicture {
  const outside = (area: number): boolean => area < least || area > most;
  const skipped = areas.map((area, i) => passedOver[i] || outside(area));
  const order = areas.map((_, i) => i).sort((a, b) => Number(skipped[a]) - Number(skipped[b]));
  const matched = new Uint8Array(thresholds.length * scores.length);
  const ignored = new Uint8Array(thresholds.length * scores.length);
  for (let row = 0; row < thresholds.length; row++) {
    const taken = new Set<number>();
    for (let found = 0; found < scores.length; found++) {
      let best = Math.min(thresholds[row], 1 - 1e-10);
      let thing: number | undefined;
      for (const candidate of order) {
        if (taken.has(candidate) && !crowd[candidate]) continue;
        if (thing !== undefined && !skipped[thing] && skipped[candidate]) break;
        const overlap = overlaps[found * areas.length + candidate];
        if (overlap < best) continue;
        best = overlap;
        thing = candidate;
      }
      const at = row * scores.length + found;
      if (thing !== undefined) {
        taken.add(thing);
        matched[at] = 1;
      }
      ignored[at] = Number(thing === undefined ? outside(foundAreas[found]) : skipped[thing]);
    }
  }
  return { scores, matched, ignored, things: skipped.filter((skip) => !skip).length };
}
