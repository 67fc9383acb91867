import type { Interpolation } from './pictureGeometry.js';

/** A stretch of an axis, in pixels. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** What becomes of one axis. */
export interface AxisResizing {
  /** Pixels that there are. */
  readonly size: number;
  /** The part of them that becomes the target; may begin and end inside a pixel. */
  readonly from: Span;
  /** How many pixels that part becomes. */
  readonly target: number;
  /** Which of these are wanted. */
  readonly keep: Span;
}

/** An axis all of which becomes `target` pixels; of these, all are wanted unless `keep` says otherwise. */
export function wholeAxis(size: number, target: number, keep: Span = { start: 0, length: target }): AxisResizing {
  return { size, from: { start: 0, length: size }, target, keep };
}

/** Which pixels a wanted pixel is made of, and how much each counts. */
export interface ResamplingTable {
  /** The first pixel that counts, for each wanted one. */
  readonly starts: Int32Array;
  /** How many count from there on. */
  readonly counts: Int32Array;
  /** `longest` weights for each wanted pixel, in parts of 2²². */
  readonly weights: Int32Array;
  readonly longest: number;
}

/** Binary places of a weight, as in Pillow: with bytes, sums are exact in 32 bits, and halves round alike everywhere. */
export const weightPlaces = 22;

/** How far a filter reaches, in pixels of the coarser picture, and what it gives at a distance. */
interface Filter {
  readonly reach: number;
  weight(distance: number): number;
}

/** Keys's cubic with a = −0.5, which passes through the pixels and is exact for parabolas. */
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
 * The weights of one axis. Where it gets shorter, every pixel counts (the filter grows with the scale), as in Pillow, with
 * which torchvision's and timm's published weights were trained and tested.
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

/** The pixel that stands for each wanted one, where none are mixed. */
export function nearestPlaces({ size, from, target, keep }: AxisResizing): Int32Array {
  return Int32Array.from({ length: keep.length }, (_, i) => {
    const at = Math.floor(from.start + ((keep.start + i + 0.5) * from.length) / target);
    return Math.min(size - 1, Math.max(0, at));
  });
}
