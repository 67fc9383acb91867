import type { Random } from '../../tensor/index.js';
import { writeDigit } from './drawDigit.js';
import type { Ink } from './ink.js';
import { rasterize } from './rasterize.js';

/** The kinds of things that scenes are made of. */
export type SceneKind = 'shapes' | 'digits' | 'xo';

/** The classes of each kind. */
export const sceneClasses = {
  shapes: ['circle', 'square', 'triangle', 'star'],
  digits: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  xo: ['X', 'O'],
} as const satisfies Readonly<Record<SceneKind, readonly string[]>>;

/** The points of every thing: the middles of its sides as it was drawn upright, and its centre. */
export const scenePoints = ['top', 'right', 'bottom', 'left', 'centre'] as const;

/** A thing's place. */
export interface ThingPlace {
  /** Its centre, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Half of its longer side, in pixels. */
  readonly reach: number;
  /** In radians, clockwise. */
  readonly angle: number;
}

/** Draws a class of a kind: how far each pixel is covered, from 0 to 1. Gives half of its width and height as it is upright. */
export type DrawThing = (
  index: number,
  place: ThingPlace,
  random: Random,
  canvas: { readonly width: number; readonly height: number; readonly data: Float32Array; readonly ink: Ink },
) => readonly [x: number, y: number];

/** Shapes without corners have so many. */
const roundCorners = 48;

/** The corners of shapes, from −1 to 1. */
const corners: Readonly<Record<(typeof sceneClasses.shapes)[number], readonly (readonly [number, number])[]>> = {
  circle: ring(roundCorners, () => 1),
  square: [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ],
  triangle: [
    [0, -1],
    [1, 1],
    [-1, 1],
  ],
  star: ring(10, (i) => (i % 2 === 0 ? 1 : 0.45)),
};

function ring(count: number, radius: (i: number) => number): [number, number][] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    return [radius(i) * Math.sin(angle), -radius(i) * Math.cos(angle)];
  });
}

/** Samples along each side of a pixel on the border of a shape. */
const samples = 4;

const drawShape: DrawThing = (index, { x, y, reach, angle }, _, { width, height, data }) => {
  const shape = corners[sceneClasses.shapes[index]];
  const [cos, sin] = [reach * Math.cos(angle), reach * Math.sin(angle)];
  const polygon = shape.map(([a, b]) => [x + a * cos - b * sin, y + a * sin + b * cos]);
  const down = polygon.map(([, py]) => py);
  const [top, bottom] = [Math.max(0, Math.floor(Math.min(...down))), Math.min(height, Math.ceil(Math.max(...down)))];
  for (let line = top * samples; line < bottom * samples; line++) {
    const at = (line + 0.5) / samples;
    const crossed: number[] = [];
    for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
      const [[ax, ay], [bx, by]] = [polygon[i], polygon[j]];
      if (ay > at !== by > at) crossed.push(((bx - ax) * (at - ay)) / (by - ay) + ax);
    }
    crossed.sort((a, b) => a - b);
    const row = Math.floor(line / samples) * width;
    for (let i = 0; i + 1 < crossed.length; i += 2) {
      const first = Math.max(0, Math.ceil(crossed[i] * samples - 0.5));
      const last = Math.min(width * samples, Math.ceil(crossed[i + 1] * samples - 0.5));
      for (let k = first; k < last; k++) data[row + Math.floor(k / samples)] += 1 / samples ** 2;
    }
  }
  return [reach, reach];
};

/** Draws strokes that lie in a box of any size: brought into the place, as thick as a pen of that size is. */
function drawInk(
  { x, y, reach, angle }: ThingPlace,
  random: Random,
  canvas: Parameters<DrawThing>[3],
): readonly [number, number] {
  const { ink, width, height, data } = canvas;
  const { left, top, right, bottom } = ink.bounds();
  const radius = reach * random.uniform(0.1, 0.2);
  const scale = (2 * (reach - radius)) / Math.max(right - left, bottom - top, 1e-6);
  ink.transform(1, 0, 0, 1, -(left + right) / 2, -(top + bottom) / 2);
  const [cos, sin] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  ink.transform(cos, -sin, sin, cos, x, y);
  ink.radius.fill(radius, 0, ink.length);
  rasterize(ink, width, height, 1, data);
  return [((right - left) * scale) / 2 + radius, ((bottom - top) * scale) / 2 + radius];
}

/** How each kind is drawn. */
export const drawThing: Readonly<Record<SceneKind, DrawThing>> = {
  shapes: drawShape,
  digits(index, place, random, canvas) {
    writeDigit(canvas.ink, index, random);
    return drawInk(place, random, canvas);
  },
  xo(index, place, random, canvas) {
    const { ink } = canvas;
    ink.clear();
    if (index === 0) {
      ink.line(-1, -1, 1, 1);
      ink.line(1, -1, -1, 1);
    } else
      ink.curve(
        ring(13, () => 1)
          .concat([[0, -1]])
          .flat(),
      );
    return drawInk(place, random, canvas);
  },
};
