import type { Random } from '../../../tensor/index.js';

/** A stroke as the points x, y, x, y, … that a smooth pen goes through; a point given twice is a corner. */
export type Stroke = number[];

/** A stroke as styles write it, a point or a few of them in a row: `[[x, y], [x, y, x, y], …]`. */
export type StrokeRows = readonly (number | readonly number[])[];

/** One way of writing a digit, in a box from (0, 0) at the top left to (1, 1); every call draws a different hand. */
export type Style = (random: Random) => readonly StrokeRows[];

/** A style and how often it is seen beside the digit's other styles. */
export interface WeightedStyle {
  readonly weight: number;
  readonly draw: Style;
}

/** Part of an ellipse from `start`, `sweep` radians long; `drift` is how much the radius has shrunk at the end. */
export function arc(
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  start: number,
  sweep: number,
  drift = 0,
  pieces = 10,
): Stroke {
  const points: Stroke = [];
  for (let i = 0; i <= pieces; i++) {
    const angle = start + (sweep * i) / pieces;
    const shrink = 1 - (drift * i) / pieces;
    points.push(cx + rx * shrink * Math.cos(angle), cy + ry * shrink * Math.sin(angle));
  }
  return points;
}
