import type { Interpolation } from './pictureGeometry.js';

/** An interval of an axis, in pixels. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** How one axis is resampled. */
export interface AxisResizing {
  /** The number of source pixels. */
  readonly size: number;
  /** The part of the source that becomes the target; may begin and end inside a pixel. */
  readonly from: Span;
  /** The number of target pixels. */
  readonly target: number;
  /** Which of them are needed. */
  readonly keep: Span;
}

/** A whole axis resampled to `target` pixels, all of which are needed unless `keep` says otherwise. */
export function wholeAxis(size: number, target: number, keep: Span = { start: 0, length: target }): AxisResizing {
  return { size, from: { start: 0, length: size }, target, keep };
}

/** Which source pixels contribute to each target pixel, with their weights. */
export interface ResamplingTable {
  /** The first contributing source pixel of each target pixel. */
  readonly starts: Int32Array;
  /** How many contribute from there on. */
  readonly counts: Int32Array;
  /** `longest` weights for each target pixel, in units of 2⁻²². */
  readonly weights: Int32Array;
  readonly longest: number;
}

/** Fractional bits of a weight, as in Pillow: sums over bytes are exact in 32 bits, and rounding is the same everywhere. */
export const weightPlaces = 22;

/** A filter's support, in pixels of the coarser picture, and its weight at a distance. */
interface Filter {
  readonly reach: number;
  weight(distance: number): number;
}

/** Keys's cubic with a = −0.5, which interpolates the pixels and reproduces parabolas exactly. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

const filters = {
  bilinear: { reach: 1, weight: (x: number) => Math.max(0, 1 - x) },
  bicubic: { reach: 2, weight: cubic },
} as const satisfies Record<Exclude<Interpolation, 'nearest'>, Filter>;

/**
 * The weights of one axis. When downsampling, the filter grows with the scale (antialiasing), as in Pillow, with which
 * torchvision's and timm's published weights were trained and tested.
 */
export function resamplingTable(
  { size, from, target, keep }: AxisResizing,
  interpolation: Exclude<Interpolation, 'nearest'>,
): ResamplingTable {
  const filter = filters[interpolation];
  const scale = from.length / target;
  const spread = Math.max(scale, 1);
  const reach = filter.reach * spread;
  const longest = 2 * Math.ceil(reach) + 1;
  const starts = new Int32Array(keep.length);
  const counts = new Int32Array(keep.length);
  const weights = new Int32Array(keep.length * longest);
  const shares = new Float64Array(longest);
  for (let i = 0; i < keep.length; i++) {
    const centre = from.start + (keep.start + i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(size, Math.floor(centre + reach + 0.5));
    let total = 0;
    for (let at = first; at < end; at++) {
      total += shares[at - first] = filter.weight(Math.abs((at + 0.5 - centre) / spread));
    }
    starts[i] = first;
    counts[i] = end - first;
    for (let k = 0; k < end - first; k++) {
      weights[i * longest + k] = Math.round((shares[k] / total) * 2 ** weightPlaces);
    }
  }
  return { starts, counts, weights, longest };
}

/** The nearest source pixel of each target pixel; steps are added up as Pillow does it, whose rounding decides between two. */
export function nearestPlaces({ size, from, target, keep }: AxisResizing): Int32Array {
  const step = from.length / target;
  const places = new Int32Array(keep.length);
  for (let i = 0, at = from.start + step * 0.5; i < keep.start + keep.length; i++, at += step) {
    if (i >= keep.start) places[i - keep.start] = Math.min(size - 1, Math.max(0, Math.floor(at)));
  }
  return places;
}
