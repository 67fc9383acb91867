import type { CocoRunLengths, Keypoint } from 'striate';

/** A box in pixels of its picture: left, top, right, bottom. */
export type Corners = readonly [left: number, top: number, right: number, bottom: number];

/** A thing in a picture: where it is, and the number of its class. */
export interface LabelledBox {
  readonly label: number;
  readonly box: Corners;
  /** Its pixels, where they were painted. */
  readonly mask?: CocoRunLengths;
  /** Its points, by the order of their names; those that are not placed have the visibility 0. */
  readonly points?: readonly Keypoint[];
}

/** A picture's size. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** A place in a picture, in its pixels. */
export type Spot = readonly [x: number, y: number];

/** What a box is resized by: corners and edges, by which of its sides they take along. */
export const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;

/** One of them. */
export type Handle = (typeof handles)[number];

/** Boxes have at least so many pixels on each side. */
export const leastSide = 2;

const between = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** The box between two places, cut at the picture's edges, in whole pixels; undefined where it is too small to be one. */
export function boxBetween(from: Spot, to: Spot, { width, height }: Extent): Corners | undefined {
  const x = [from[0], to[0]].map((one) => Math.round(between(one, 0, width)));
  const y = [from[1], to[1]].map((one) => Math.round(between(one, 0, height)));
  const box: Corners = [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
  return isLargeEnough(box) ? box : undefined;
}

/** Whether a box has enough pixels to be one. */
export function isLargeEnough([left, top, right, bottom]: Corners): boolean {
  return right - left >= leastSide && bottom - top >= leastSide;
}

/** A box moved by whole pixels; at the picture's edge it stops, with its size. */
export function movedBox([left, top, right, bottom]: Corners, [dx, dy]: Spot, { width, height }: Extent): Corners {
  const x = Math.round(between(dx, -left, width - right));
  const y = Math.round(between(dy, -top, height - bottom));
  return [left + x, top + y, right + x, bottom + y];
}

/** A box whose handle is moved; no side passes the one opposite it, or leaves the picture. */
export function resizedBox(box: Corners, handle: Handle, [dx, dy]: Spot, { width, height }: Extent): Corners {
  let [left, top, right, bottom] = box;
  if (handle.includes('w')) left = Math.round(between(left + dx, 0, right - leastSide));
  if (handle.includes('e')) right = Math.round(between(right + dx, left + leastSide, width));
  if (handle.includes('n')) top = Math.round(between(top + dy, 0, bottom - leastSide));
  if (handle.includes('s')) bottom = Math.round(between(bottom + dy, top + leastSide, height));
  return [left, top, right, bottom];
}

/** Where a handle of a box lies. */
export function handleSpot([left, top, right, bottom]: Corners, handle: Handle): Spot {
  const x = handle.includes('w') ? left : handle.includes('e') ? right : (left + right) / 2;
  const y = handle.includes('n') ? top : handle.includes('s') ? bottom : (top + bottom) / 2;
  return [x, y];
}

/** The thing of the smallest box around a place, which a click means; −1 where there is none. */
export function smallestAt(things: readonly LabelledBox[], [x, y]: Spot): number {
  const areaOf = ([left, top, right, bottom]: Corners): number => (right - left) * (bottom - top);
  return things.reduce((best, { box }, i) => {
    const isAround = x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
    return isAround && (best < 0 || areaOf(box) < areaOf(things[best].box)) ? i : best;
  }, -1);
}

/** A thing whose box is sound; otherwise none. */
export function boxOf(label: number, [left, top, right, bottom]: Corners, extent: Extent): readonly LabelledBox[] {
  const isSound = [label, left, top, right, bottom].every(Number.isFinite) && right > left && bottom > top;
  const box = isSound && label >= 0 ? boxBetween([left, top], [right, bottom], extent) : undefined;
  return box ? [{ label, box }] : [];
}
