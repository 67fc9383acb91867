import type { Keypoint } from 'striate';
import type { Corners, Extent, LabelledBox, Spot } from './boxes.js';

/** How a point may be: not placed, hidden behind something, or to be seen; by COCO's numbers. */
export const [unplaced, hidden, seen] = [0, 1, 2] as const;

/** How many pixels a box reaches beyond points that lie outside it. */
const margin = 4;

/** A thing's points, one for each name. */
export const pointsOf = (thing: Pick<LabelledBox, 'points'> | undefined, count: number): readonly Keypoint[] =>
  Array.from({ length: count }, (_, i) => thing?.points?.[i] ?? [0, 0, unplaced]);

/** The first of a thing's points that is not placed yet; −1 where all are. */
export const nextPoint = (thing: Pick<LabelledBox, 'points'> | undefined, count: number): number =>
  pointsOf(thing, count).findIndex(([, , how]) => how === unplaced);

/** The placed point of a thing that is nearest to a place; −1 where none is so near. */
export function pointAt(thing: Pick<LabelledBox, 'points'> | undefined, [x, y]: Spot, within: number): number {
  let [best, least] = [-1, within];
  thing?.points?.forEach(([ownX, ownY, how], i) => {
    const distance = Math.hypot(ownX - x, ownY - y);
    if (how !== unplaced && distance <= least) [best, least] = [i, distance];
  });
  return best;
}

/** A thing with a point at a place of the picture; its box grows where the point lies outside it. */
export function withPoint(
  thing: Omit<LabelledBox, 'box'> & { readonly box?: Corners },
  point: number,
  [x, y]: Spot,
  how: typeof hidden | typeof seen,
  { width, height, count }: Extent & { readonly count: number },
): LabelledBox {
  const spot: Spot = [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))].map(
    (value) => Math.round(value * 10) / 10,
  ) as unknown as Spot;
  const { box = [spot[0], spot[1], spot[0], spot[1]] } = thing;
  const isInside = thing.box && spot[0] >= box[0] && spot[0] <= box[2] && spot[1] >= box[1] && spot[1] <= box[3];
  const grown: Corners = [
    Math.max(0, Math.min(box[0], Math.floor(spot[0] - margin))),
    Math.max(0, Math.min(box[1], Math.floor(spot[1] - margin))),
    Math.min(width, Math.max(box[2], Math.ceil(spot[0] + margin))),
    Math.min(height, Math.max(box[3], Math.ceil(spot[1] + margin))),
  ];
  // A mask's box is that of its pixels, wherever points are.
  const own = isInside || thing.mask ? box : grown;
  return { ...thing, box: own, points: pointsOf(thing, count).with(point, [...spot, how]) };
}

/** A thing whose point is another way: hidden, to be seen, or not placed. */
export function withPointAs(thing: LabelledBox, point: number, how: number, count: number): LabelledBox {
  const points = pointsOf(thing, count);
  const [x, y] = points[point];
  const next = points.with(point, how === unplaced ? [0, 0, unplaced] : [x, y, how]);
  const { points: _, ...rest } = thing;
  return next.some(([, , own]) => own !== unplaced) ? { ...rest, points: next } : rest;
}
