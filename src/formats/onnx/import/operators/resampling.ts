/** How the positions of a resized axis are made of the old ones: what ONNX's Resize says about one axis. */
export interface Resampling {
  readonly mode: string;
  /** `coordinate_transformation_mode`. */
  readonly rule: string;
  /** `nearest_mode`. */
  readonly rounding: string;
  readonly cubicCoefficient: number;
  readonly excludeOutside: boolean;
  readonly antialias: boolean;
  /** Where the region begins and ends, from 0 to 1, for `tf_crop_and_resize`. */
  readonly region: readonly [number, number];
}

/** The sizes of an axis before and after; `scale` need not be their quotient, as sizes are rounded down. */
export interface AxisSizes {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

type Coordinate = (x: number, sizes: AxisSizes, region: readonly [number, number]) => number;

const halfPixel: Coordinate = (x, { scale }) => (x + 0.5) / scale - 0.5;

/** Where a new position lies among the old ones, by rule. */
const coordinates: Readonly<Record<string, Coordinate>> = {
  half_pixel: halfPixel,
  pytorch_half_pixel: (x, sizes, region) => (sizes.to > 1 ? halfPixel(x, sizes, region) : 0),
  half_pixel_symmetric: (x, { from, to, scale }) => (from / 2) * (1 - to / (scale * from)) + (x + 0.5) / scale - 0.5,
  // The size counts before it is rounded down, as in ONNX's own tests.
  align_corners: (x, { from, scale }) => (scale * from === 1 ? 0 : (x * (from - 1)) / (scale * from - 1)),
  asymmetric: (x, { scale }) => x / scale,
  tf_half_pixel_for_nn: (x, { scale }) => (x + 0.5) / scale,
  tf_crop_and_resize: (x, { from, to }, [start, end]) =>
    to > 1 ? start * (from - 1) + (x * (end - start) * (from - 1)) / (to - 1) : 0.5 * (start + end) * (from - 1),
};

const roundings: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys (1981): the share of a position at this distance. */
function cubic(distance: number, a: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/** Whether ONNX knows mode, rule and rounding. */
export const isKnown = ({ mode, rule, rounding }: Resampling): boolean =>
  ['nearest', 'linear', 'cubic'].includes(mode) &&
  Object.hasOwn(coordinates, rule) &&
  Object.hasOwn(roundings, rounding);

/** The matrix that resizes an axis: a row for each old, a column for each new position. */
export function resamplingMatrix(sizes: AxisSizes, settings: Resampling): Float32Array {
  const { from, to } = sizes;
  const matrix = new Float32Array(from * to);
  for (let x = 0; x < to; x++) {
    const at = coordinates[settings.rule](x, sizes, settings.region);
    // What lies outside of the picture is the extrapolated value, which is 0.
    if (settings.rule === 'tf_crop_and_resize' && (at < 0 || at > from - 1)) continue;
    for (const { position, share } of sharesAt(at, sizes, settings)) matrix[position * to + x] += share;
  }
  return matrix;
}

function sharesAt(
  at: number,
  { from, scale }: AxisSizes,
  { mode, rounding, cubicCoefficient, excludeOutside, antialias }: Resampling,
): { readonly position: number; readonly share: number }[] {
  const inside = (position: number): number => Math.min(Math.max(position, 0), from - 1);
  if (mode === 'nearest') return [{ position: inside(roundings[rounding](at)), share: 1 }];
  const stretch = antialias ? Math.min(scale, 1) : 1;
  const reach = (mode === 'cubic' ? 2 : 1) / stretch;
  const weigh = (distance: number): number =>
    mode === 'cubic' ? cubic(distance * stretch, cubicCoefficient) : Math.max(0, 1 - Math.abs(distance * stretch));
  const shares: { position: number; share: number }[] = [];
  for (let i = Math.floor(at - reach) + 1; i <= Math.floor(at) + Math.ceil(reach); i++) {
    const outside = i < 0 || i >= from;
    if (!(outside && excludeOutside)) shares.push({ position: inside(i), share: weigh(i - at) });
  }
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  return shares.map(({ position, share }) => ({ position, share: share / total }));
}
