import { shown } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';

/** A box in pixels of a picture: its left, top, right and bottom edge. Pixel (0, 0) covers the box [0, 0, 1, 1]. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** Several boxes: a list of four numbers each, or 4 × N numbers behind one another. */
export type Boxes = readonly (readonly number[])[] | Float32Array | Float64Array;

/**
 * How four numbers describe a box: by its edges (`xyxy`), by its corner and size as COCO does (`xywh`), or by its centre and
 * size as YOLO does (`cxcywh`).
 */
export type BoxFormat = 'xyxy' | 'xywh' | 'cxcywh';

type Four = (a: number, b: number, c: number, d: number) => Box;

const toEdges: Readonly<Record<BoxFormat, Four>> = {
  xyxy: (x1, y1, x2, y2) => [x1, y1, x2, y2],
  xywh: (x, y, width, height) => [x, y, x + width, y + height],
  cxcywh: (x, y, width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
};

const fromEdges: Readonly<Record<BoxFormat, Four>> = {
  xyxy: (x1, y1, x2, y2) => [x1, y1, x2, y2],
  xywh: (x1, y1, x2, y2) => [x1, y1, x2 - x1, y2 - y1],
  cxcywh: (x1, y1, x2, y2) => [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1],
};

/** The formats that `boxConvert` knows. */
export const boxFormats: readonly BoxFormat[] = ['xyxy', 'xywh', 'cxcywh'];

/**
 * A box in another format.
 *
 * @throws StriateError when a format is unknown or the box has no four numbers.
 *
 * @example
 * boxConvert([10, 20, 30, 40], 'xywh', 'xyxy'); // [10, 20, 40, 60]
 */
export function boxConvert(box: readonly number[], from: BoxFormat, to: BoxFormat): Box {
  for (const format of [from, to]) {
    if (!Object.hasOwn(toEdges, format)) {
      throw new StriateError({
        where: 'boxConvert',
        rule: `a format must be one of ${boxFormats.join(', ')}`,
        received: shown(format),
      });
    }
  }
  const [a, b, c, d] = expectBox('boxConvert', box);
  return fromEdges[to](...toEdges[from](a, b, c, d));
}

/**
 * Four numbers.
 *
 * @throws StriateError otherwise.
 */
function expectBox(where: string, box: readonly number[]): Box {
  if (box.length === 4) return box as unknown as Box;
  throw new StriateError({ where, rule: 'a box has four numbers', received: shown(box) });
}

/** The area of a box; 0 where it is turned inside out. */
export function boxArea([x1, y1, x2, y2]: Box): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
}

/** The part of a box that lies in another; of a box outside, an edge of the other without area. */
export function boxWithin([x1, y1, x2, y2]: Box, [left, top, right, bottom]: Box): Box {
  const across = (x: number): number => Math.min(Math.max(x, left), right);
  const down = (y: number): number => Math.min(Math.max(y, top), bottom);
  return [across(x1), down(y1), across(x2), down(y2)];
}

/** The part of a box that lies in a picture; of a box outside, an edge of the picture without area. */
export function clipBox(box: Box, { width, height }: { readonly width: number; readonly height: number }): Box {
  return boxWithin(box, [0, 0, width, height]);
}

/** The smallest box around points [x, y, …]; undefined where there are none. */
export function boxAround(points: readonly (readonly number[])[]): Box | undefined {
  if (points.length === 0) return undefined;
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    x1 = Math.min(x1, x);
    y1 = Math.min(y1, y);
    x2 = Math.max(x2, x);
    y2 = Math.max(y2, y);
  }
  return [x1, y1, x2, y2];
}

/**
 * Boxes as numbers behind one another.
 *
 * @returns [4 × N]
 * @throws StriateError when they are no boxes.
 */
export function flatBoxes(where: string, boxes: Boxes): ArrayLike<number> {
  if (ArrayBuffer.isView(boxes)) {
    if (boxes.length % 4 === 0) return boxes;
    throw new StriateError({ where, rule: 'boxes are four numbers each', received: `${boxes.length} numbers` });
  }
  const flat = new Float64Array(boxes.length * 4);
  boxes.forEach((box, i) => flat.set(expectBox(where, box), i * 4));
  return flat;
}
