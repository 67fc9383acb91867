import type { Random } from '../../tensor/index.js';
import { checkEach, number, type Check } from './optionChecks.js';
import type { Frame } from './affineMatrix.js';
import type { Rectangle } from './randomResizedCrop.js';

/** How pictures of a batch are mixed, with timm's names and meaning. */
export interface MixOptions {
  /** MixUp's alpha: shares are drawn from Beta(alpha, alpha); 0 (none) by default, 0.2 to 0.8 are usual. */
  readonly mixUp?: number;
  /** CutMix's alpha; 0 (none) by default, 1 is usual. */
  readonly cutMix?: number;
  /** The probability that a batch is mixed; 1 by default. */
  readonly mixProbability?: number;
  /** The probability of CutMix if both are enabled; 0.5 by default. */
  readonly mixSwitchProbability?: number;
}

const alpha = number(0, Infinity, 'a number of at least 0');
const probability = number(0, 1, 'a number from 0 to 1');

/** What the options of mixing must be. */
export const mixChecks = {
  mixUp: alpha,
  cutMix: alpha,
  mixProbability: probability,
  mixSwitchProbability: probability,
} as const satisfies Record<keyof MixOptions, Check>;

/** How the pictures of a batch are mixed: by a share of every value, or all but a rectangle. */
export interface DrawnMix {
  /** The share of a picture's own class in its target. */
  readonly share: number;
  /** What comes from the other picture; undefined for MixUp. */
  readonly rectangle: Rectangle | undefined;
}

/**
 * Throws where an option is unknown or out of range.
 *
 * @returns whether there is anything to mix
 */
export function checkMix(where: string, options: MixOptions): boolean {
  checkEach(where, options, mixChecks);
  return (options.mixUp ?? 0) > 0 || (options.cutMix ?? 0) > 0;
}

/** Draws how a batch is mixed; undefined if it is not. */
export function drawMix(options: MixOptions, { height, width }: Frame, random: Random): DrawnMix | undefined {
  const { mixUp = 0, cutMix = 0, mixProbability = 1, mixSwitchProbability = 0.5 } = options;
  if (!(random.uniform() < mixProbability)) return undefined;
  const cutting = cutMix > 0 && (mixUp === 0 || random.uniform() < mixSwitchProbability);
  const share = randomBeta(cutting ? cutMix : mixUp, random);
  if (!cutting) return { share, rectangle: undefined };
  const side = Math.sqrt(1 - share);
  const [top, bottom] = span(height, Math.trunc(height * side), random);
  const [left, right] = span(width, Math.trunc(width * side), random);
  const rectangle = { top, left, height: bottom - top, width: right - left };
  // The share is that of the clipped rectangle.
  return { share: 1 - (rectangle.height * rectangle.width) / (height * width), rectangle };
}

function span(length: number, cut: number, random: Random): [number, number] {
  const middle = random.integer(length);
  const half = Math.floor(cut / 2);
  return [Math.max(0, middle - half), Math.min(length, middle + half)];
}

/**
 * Mixes every picture of a batch with its mirror image in batch order (the first with the last), in place.
 *
 * @param x [count, height, width, channels]
 */
export function applyMix(
  { share, rectangle }: DrawnMix,
  x: Float32Array,
  count: number,
  shape: readonly number[],
): void {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  for (let i = 0; i < count >> 1; i++) {
    const own = i * size;
    const other = (count - 1 - i) * size;
    if (!rectangle) {
      for (let at = 0; at < size; at++) {
        const a = x[own + at];
        const b = x[other + at];
        x[own + at] = b + (a - b) * share;
        x[other + at] = a + (b - a) * share;
      }
      continue;
    }
    const { top, left } = rectangle;
    for (let row = top; row < top + rectangle.height; row++) {
      const from = (row * width + left) * channels;
      const to = from + rectangle.width * channels;
      const kept = x.slice(own + from, own + to);
      x.copyWithin(own + from, other + from, other + to);
      x.set(kept, other + from);
    }
  }
}

/** A number from Beta(alpha, alpha): x / (x + y) for two numbers from Gamma(alpha). */
function randomBeta(alpha: number, random: Random): number {
  const x = logGamma(alpha, random);
  const y = logGamma(alpha, random);
  // In logarithms: for a small alpha, both gammas may underflow.
  return 1 / (1 + Math.exp(y - x));
}

/** The logarithm of a number from Gamma(alpha, 1), after Marsaglia & Tsang (2000). */
function logGamma(alpha: number, random: Random): number {
  if (alpha < 1) return logGamma(alpha + 1, random) + Math.log(1 - random.uniform()) / alpha;
  const d = alpha - 1 / 3;
  for (;;) {
    const normal = random.normal();
    const root = 1 + normal / Math.sqrt(9 * d);
    if (root <= 0) continue;
    const v = root ** 3;
    if (Math.log(1 - random.uniform()) < 0.5 * normal * normal + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}
