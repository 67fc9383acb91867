import { RunLengthMask, type CocoRunLengths } from 'striate';
import { movedBox, type Extent, type LabelledBox, type Spot } from './boxes.js';

/** What the pointer leaves: the way of a round brush, or the corners of an area. */
export type Painted =
  | { readonly kind: 'stroke'; readonly path: readonly Spot[]; readonly size: number }
  | { readonly kind: 'area'; readonly corners: readonly Spot[] };

/** The pixels of a picture that were painted. */
export function paintedPixels(painted: Painted, { width, height }: Extent): RunLengthMask {
  if (painted.kind === 'area') return RunLengthMask.fromPolygons([painted.corners.flat()], height, width);
  const { path, size } = painted;
  const pixels = new Uint8Array(width * height);
  // Half a pixel at least, so that the thinnest brush leaves something.
  const radius = Math.max(size / 2, 0.71);
  path.forEach((to, i) => paintSegment(pixels, { width, height }, path[Math.max(0, i - 1)], to, radius));
  return RunLengthMask.fromArray(pixels, height, width);
}

/** Paints pixels whose middles are at most a radius from the line between two places. */
function paintSegment(pixels: Uint8Array, { width, height }: Extent, a: Spot, b: Spot, radius: number): void {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const range = (i: 0 | 1, most: number): [number, number] => [
    Math.max(0, Math.floor(Math.min(a[i], b[i]) - radius)),
    Math.min(most, Math.ceil(Math.max(a[i], b[i]) + radius)),
  ];
  const [[left, right], [top, bottom]] = [range(0, width), range(1, height)];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [px, py] = [x + 0.5 - a[0], y + 0.5 - a[1]];
      const share = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
      const [ox, oy] = [px - share * dx, py - share * dy];
      if (ox * ox + oy * oy <= radius * radius) pixels[y * width + x] = 1;
    }
  }
}

/** A thing's mask; undefined where it has none. */
export const maskOf = ({ mask }: { readonly mask?: CocoRunLengths }): RunLengthMask | undefined =>
  mask && RunLengthMask.fromCoco(mask);

/** A thing with these pixels, and the box around them; undefined where there are none. */
function withPixels(thing: Omit<LabelledBox, 'box'>, mask: RunLengthMask): LabelledBox | undefined {
  return mask.area === 0 ? undefined : { ...thing, box: mask.box, mask: mask.toCoco() };
}

/** A thing with more pixels; of a class alone, a new one. Undefined where nothing of it is in the picture. */
export function withPainted(
  thing: Omit<LabelledBox, 'box'>,
  painted: Painted,
  extent: Extent,
): LabelledBox | undefined {
  const before = maskOf(thing);
  const pixels = paintedPixels(painted, extent);
  return withPixels(thing, before ? RunLengthMask.union([before, pixels], extent.height, extent.width) : pixels);
}

/** A thing with fewer pixels; undefined where none are left. */
export function withoutPainted(thing: LabelledBox, painted: Painted, extent: Extent): LabelledBox | undefined {
  const before = maskOf(thing);
  return before ? withPixels(thing, before.without(paintedPixels(painted, extent))) : thing;
}

/** A thing moved by whole pixels, with its pixels and points; at the picture's edge it stops. */
export function movedThing(thing: LabelledBox, by: Spot, extent: Extent): LabelledBox {
  const box = movedBox(thing.box, by, extent);
  const [dx, dy] = [box[0] - thing.box[0], box[1] - thing.box[1]];
  const mask = maskOf(thing);
  return {
    ...thing,
    box,
    ...(mask && { mask: movedMask(mask, dx, dy).toCoco() }),
    ...(thing.points && {
      points: thing.points.map(([x, y, seen]) => (seen > 0 ? [x + dx, y + dy, seen] : [0, 0, 0])),
    }),
  };
}

function movedMask(mask: RunLengthMask, dx: number, dy: number): RunLengthMask {
  const { width, height } = mask;
  const [before, after] = [mask.toArray(), new Uint8Array(width * height)];
  before.forEach((inside, at) => {
    const [x, y] = [(at % width) + dx, Math.floor(at / width) + dy];
    if (inside && x >= 0 && y >= 0 && x < width && y < height) after[y * width + x] = 1;
  });
  return RunLengthMask.fromArray(after, height, width);
}
