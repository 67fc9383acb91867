import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectWhole } from '../../tensor/check.js';
import { sizeOf, zeros } from '../../tensor/index.js';
import { baselineOf, expectBaseline, type Baseline } from '../baseline.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import type { Subject } from '../subject.js';
import { gaussLegendre } from './gaussLegendre.js';
import { overChannels } from './overChannels.js';

/** Options of `explanations.integratedGradients`. */
export interface IntegratedGradientsOptions {
  /** Points on the way from the baseline to the picture; 50 by default. */
  readonly steps?: number;
  /** Where the way begins, or several such places, whose results are averaged; 'zero' by default. */
  readonly baseline?: Baseline | readonly Baseline[];
}

const accepts = {
  where: 'integratedGradients',
  kinds: { steps: 'number', baseline: 'string or list or object' },
} satisfies AcceptedOptions<IntegratedGradientsOptions>;

/**
 * Integrated gradients (Sundararajan et al. 2017): the gradient, averaged over the straight way from a baseline to the picture by
 * Gauss–Legendre quadrature, times the difference of the two. The sum of all numbers is the difference of the two scores, but
 * for an error that falls as steps are added (`gap`). Memory does not depend on the steps.
 *
 * @example
 * const method = explanations.integratedGradients({ steps: 200, baseline: ['black', 'blurred'] });
 * const { gap } = await explain(model, 'elephants.jpg', { method });
 */
export function integratedGradients(options: IntegratedGradientsOptions = {}): ExplanationMethod {
  const { steps = 50, baseline = 'zero' } = expectOptions(accepts, options);
  expectWhole('integratedGradients', 'steps', steps);
  const baselines = Array.isArray(baseline) ? (baseline as readonly Baseline[]) : [baseline as Baseline];
  for (const one of baselines) expectBaseline('integratedGradients', one);
  return {
    name: 'integrated-gradients',
    at: 'picture',
    signed: true,
    async attribute(subject) {
      const channels = zeros(subject.pictures.shape);
      const size = sizeOf(subject.pictureShape);
      const quadrature = gaussLegendre(steps);
      const gaps = [];
      for (let picture = 0; picture < subject.count; picture++) {
        const mean = new Float64Array(size);
        let gap = 0;
        for (const [turn, one] of baselines.entries()) {
          const from = baselineOf(one, subject, picture);
          const done = (picture * baselines.length + turn) * steps;
          const told = (points: number): void => {
            subject.onProgress(done + points, subject.count * baselines.length * steps);
          };
          const found = await integrate({ subject, picture, from, quadrature, told });
          for (let i = 0; i < size; i++) mean[i] += found[i] / baselines.length;
          gap = Math.max(gap, await gapOf(subject, picture, from, found));
        }
        channels.data.set(mean, picture * size);
        gaps.push(gap);
      }
      return { map: overChannels(channels.data, channels.shape, 'sum'), channels, gaps };
    },
  };
}

interface Path {
  readonly subject: Subject;
  readonly picture: number;
  readonly from: Float32Array;
  readonly quadrature: ReturnType<typeof gaussLegendre>;
  readonly told: (points: number) => void;
}

/** Walks one picture's way, a batch of points at a time. */
async function integrate({ subject, picture, from, quadrature, told }: Path): Promise<Float64Array> {
  const { points, weights } = quadrature;
  const size = sizeOf(subject.pictureShape);
  const x = subject.picture(picture);
  const batch = Math.min(subject.batchSize, points.length);
  const data = new Float32Array(batch * size);
  const sums = new Float64Array(size);
  for (let first = 0; first < points.length; first += batch) {
    const some = points.subarray(first, first + batch);
    some.forEach((share, k) => {
      for (let i = 0; i < size; i++) data[k * size + i] = from[i] + share * (x[i] - from[i]);
    });
    const rows = { data, of: Array<number>(some.length).fill(picture) };
    const sum = await subject.gradientSum(rows, weights.subarray(first, first + batch));
    for (let i = 0; i < size; i++) sums[i] += sum[i];
    told(first + some.length);
  }
  return sums.map((sum, i) => sum * (x[i] - from[i]));
}

/** How far the sum is from the difference of the scores, as a share of it. */
async function gapOf(subject: Subject, picture: number, from: Float32Array, found: Float64Array): Promise<number> {
  const size = from.length;
  const data = new Float32Array(2 * size);
  data.set(subject.picture(picture));
  data.set(from, size);
  const [there, here] = await subject.scores({ data, of: [picture, picture], own: 1 });
  const sum = found.reduce((a, b) => a + b, 0);
  return there === here ? Math.abs(sum) : Math.abs(sum - (there - here)) / Math.abs(there - here);
}
