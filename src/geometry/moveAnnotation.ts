import type { Annotation, Keypoint } from './annotation.js';
import { boxArea, boxAround, boxWithin, type Box } from './box.js';
import type { FrameSize, PlacedFrame } from './letterbox.js';
import { RunLengthMask } from './runLengthMask.js';

/** Where points of a picture go: x becomes a · x + b · y + c, and y becomes d · x + e · y + f. */
export type PlanarMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** The map of a picture that is scaled and moved. */
export function mapOfPlaced({ scaleX, scaleY, left, top }: PlacedFrame): PlanarMap {
  return [scaleX, 0, left, 0, scaleY, top];
}

/** What `second` does after `first`. */
export function composeMaps(second: PlanarMap, first: PlanarMap): PlanarMap {
  const [a, b, c, d, e, f] = second;
  const [g, h, i, j, k, l] = first;
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
}

/** What undoes a map. */
export function invertMap([a, b, c, d, e, f]: PlanarMap): PlanarMap {
  const determinant = a * e - b * d;
  const [p, q, r, s] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [p, q, -(p * c + q * f), r, s, -(r * c + s * f)];
}

/** Where a point goes. */
function mapPoint([a, b, c, d, e, f]: PlanarMap, x: number, y: number): readonly [number, number] {
  return [a * x + b * y + c, d * x + e * y + f];
}

/** The smallest upright box around where a box goes. */
function mapBox(map: PlanarMap, [x1, y1, x2, y2]: Box): Box {
  const corners = [mapPoint(map, x1, y1), mapPoint(map, x2, y1), mapPoint(map, x1, y2), mapPoint(map, x2, y2)];
  return boxAround(corners) ?? [0, 0, 0, 0];
}

/** The pixels of a frame whose centres come from a mask's pixels, inside a region. */
function mapMask(mask: RunLengthMask, map: PlanarMap, frame: FrameSize, region: Box): RunLengthMask {
  const pixels = mask.toArray();
  const out = new Uint8Array(frame.height * frame.width);
  const back = invertMap(map);
  const [left, top, right, bottom] = boxWithin(mapBox(map, mask.box), region);
  for (let y = Math.floor(top); y < Math.ceil(bottom); y++) {
    for (let x = Math.floor(left); x < Math.ceil(right); x++) {
      if (x + 0.5 < region[0] || x + 0.5 >= region[2] || y + 0.5 < region[1] || y + 0.5 >= region[3]) continue;
      const [ownX, ownY] = mapPoint(back, x + 0.5, y + 0.5);
      const [column, row] = [Math.floor(ownX), Math.floor(ownY)];
      if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) continue;
      out[y * frame.width + x] = pixels[row * mask.width + column];
    }
  }
  return RunLengthMask.fromArray(out, frame.height, frame.width);
}

/** Where things go, and what becomes of those that are cut. */
export interface Move {
  readonly map: PlanarMap;
  /** The size of the picture that they come into. */
  readonly frame: FrameSize;
  /** The part of it that shows them; all of it by default. */
  readonly region?: Box;
  /** Things of which a smaller share can be seen are left out. */
  readonly minVisibility: number;
  /** For each point the one that it becomes in a mirror: left eyes become right ones; itself by default. */
  readonly mirrored?: readonly number[];
}

/**
 * A thing where a picture's change has brought it, cut at the picture's border; undefined where too little of it can be seen.
 * Boxes of what was turned or cut are those of masks, where there are some.
 */
export function moveAnnotation(
  { label, box, mask, points, crowd, area }: Annotation,
  { map, frame, region = [0, 0, frame.width, frame.height], minVisibility, mirrored }: Move,
): Annotation | undefined {
  const determinant = map[0] * map[4] - map[1] * map[3];
  const whole = mapBox(map, box);
  const cut = boxWithin(whole, region);
  const moved = mask && mapMask(mask, map, frame, region);
  const upright = (map[1] === 0 && map[3] === 0) || (map[0] === 0 && map[4] === 0);
  const before = moved ? mask.area * Math.abs(determinant) : boxArea(whole);
  const share = Math.min(1, (moved ? moved.area : boxArea(cut)) / before);
  if (!(share >= minVisibility) || boxArea(cut) === 0 || moved?.area === 0) return undefined;
  const placed = points?.map(([x, y, visibility]): Keypoint => {
    const [ownX, ownY] = mapPoint(map, x, y);
    const inside = ownX >= region[0] && ownX < region[2] && ownY >= region[1] && ownY < region[3];
    return visibility > 0 && inside ? [ownX, ownY, visibility] : [0, 0, 0];
  });
  const ordered = placed && determinant < 0 && mirrored ? mirrored.map((other) => placed[other]) : placed;
  const uncut = cut.every((edge, i) => edge === whole[i]);
  return {
    label,
    box: moved && !(upright && uncut) ? moved.box : cut,
    ...(moved && { mask: moved }),
    ...(ordered && { points: ordered }),
    ...(crowd !== undefined && { crowd }),
    ...(area !== undefined && !moved && { area: area * Math.abs(determinant) * share }),
  };
}
