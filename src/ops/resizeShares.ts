import type { CoordinateMode, NearestRounding, Resize2dAttributes } from './resize2d.js';

/** One old position that a new one is made of, and its share. */
export interface ResizeShare {
  readonly position: number;
  readonly share: number;
}

/** Where a new position lies among the old ones; quotients last, so that places that meet a centre do so exactly. */
const places: Readonly<Record<CoordinateMode, (o: number, from: number, to: number) => number>> = {
  halfPixel: (o, from, to) => ((2 * o + 1) * from - to) / (2 * to),
  pytorchHalfPixel: (o, from, to) => (to > 1 ? ((2 * o + 1) * from - to) / (2 * to) : 0),
  alignCorners: (o, from, to) => (to > 1 ? (o * (from - 1)) / (to - 1) : 0),
  asymmetric: (o, from, to) => (o * from) / to,
};

const roundings: Readonly<Record<NearestRounding, (place: number) => number>> = {
  roundPreferFloor: (place) => Math.ceil(place - 0.5),
  roundPreferCeil: (place) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** What each new position of an axis (0: rows, 1: columns) is made of: one old position, or two, whose shares add up to 1. */
export function resizeShares(
  { from, to, interpolation, coordinates, rounding }: Resize2dAttributes,
  axis: 0 | 1,
): readonly (readonly ResizeShare[])[] {
  const inside = (position: number): number => Math.min(Math.max(position, 0), from[axis] - 1);
  return Array.from({ length: to[axis] }, (_, o) => {
    const place = places[coordinates](o, from[axis], to[axis]);
    if (interpolation === 'nearest') return [{ position: inside(roundings[rounding](place)), share: 1 }];
    const before = Math.floor(place);
    const behind = place - before;
    const [first, second] = [inside(before), inside(before + 1)];
    if (behind === 0 || first === second) return [{ position: first, share: 1 }];
    return [
      { position: first, share: 1 - behind },
      { position: second, share: behind },
    ];
  });
}

/** The matrices, [from, to], that resize rows and columns; undefined where an axis stays as it is. */
export function resizeMatrices(attributes: Resize2dAttributes): readonly (Float32Array | undefined)[] {
  return ([0, 1] as const).map((axis) => {
    const [from, to] = [attributes.from[axis], attributes.to[axis]];
    if (from === to) return undefined;
    const matrix = new Float32Array(from * to);
    resizeShares(attributes, axis).forEach((own, o) => {
      for (const { position, share } of own) matrix[position * to + o] += share;
    });
    return matrix;
  });
}
