import { expectOneOf } from '../tensor/check.js';
import { sameShape, formatShape, sizeOf, StriateError, Tensor } from '../tensor/index.js';
import type { Subject } from './subject.js';

/** The baselines that have names. */
const named = ['zero', 'black', 'mean', 'blurred'] as const;

/**
 * What a picture is compared with: 'zero', zeros as the model takes them, which is the mean colour of the training data for most
 * models; 'black'; 'mean', the picture's own mean colour; 'blurred', the picture without its details; or numbers [H, W, C] as
 * the model takes them.
 */
export type Baseline = (typeof named)[number] | Tensor<'float32'>;

/** @throws StriateError when it is none. */
export function expectBaseline(where: string, baseline: Baseline): void {
  if (!(baseline instanceof Tensor)) expectOneOf(where, 'baseline', baseline, named);
}

/** The numbers [H, W, C] that one of a subject's pictures is compared with. */
export function baselineOf(baseline: Baseline, subject: Subject, picture: number): Float32Array {
  const shape = subject.pictureShape;
  if (baseline instanceof Tensor) {
    if (sameShape(baseline.shape, shape)) return baseline.data;
    throw new StriateError({
      where: 'explain',
      rule: `a baseline must have the picture's shape ${formatShape(shape)}`,
      received: formatShape(baseline.shape),
    });
  }
  const size = sizeOf(shape);
  const [height, width, channels] = shape;
  const x = subject.picture(picture);
  if (baseline === 'zero') return new Float32Array(size);
  if (baseline === 'black') return Float32Array.from({ length: size }, (_, i) => subject.black[i % channels]);
  if (baseline === 'blurred') return blurred(x, height, width, channels);
  const means = new Float64Array(channels);
  x.forEach((value, i) => (means[i % channels] += value / (height * width)));
  return Float32Array.from({ length: size }, (_, i) => means[i % channels]);
}

/** Three box blurs in each direction, which come close to a Gaussian of a tenth of the picture's side. */
export function blurred(x: Float32Array, height: number, width: number, channels: number): Float32Array {
  const radius = Math.max(1, Math.round(Math.min(height, width) / 10));
  let now: Float32Array = x;
  for (let turn = 0; turn < 3; turn++) {
    now = boxed(now, height, width * channels, width * channels, 1, radius);
    now = boxed(now, width, channels, height * channels, channels, radius, width);
  }
  return now;
}

/** One pass of a box blur along an axis of `length` places, `step` numbers apart; places beyond the border repeat it. */
function boxed(
  x: Float32Array,
  length: number,
  step: number,
  lines: number,
  inner: number,
  radius: number,
  perOuter?: number,
): Float32Array {
  const out = new Float32Array(x.length);
  const share = 1 / (2 * radius + 1);
  for (let line = 0; line < lines; line++) {
    const start = perOuter === undefined ? line : Math.floor(line / inner) * perOuter * inner + (line % inner);
    const at = (i: number): number => x[start + Math.min(Math.max(i, 0), length - 1) * step];
    let sum = 0;
    for (let i = -radius; i <= radius; i++) sum += at(i);
    for (let i = 0; i < length; i++) {
      out[start + i * step] = sum * share;
      sum += at(i + radius + 1) - at(i - radius);
    }
  }
  return out;
}
