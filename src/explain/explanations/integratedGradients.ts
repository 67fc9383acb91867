import { expectWhole } from '../../tensor/check.js';
import { sizeOf, zeros } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import type { Subject } from '../subject.js';
import { gaussLegendre } from './gaussLegendre.js';
import { overChannels } from './saliency.js';

/** Options of `explanations.integratedGradients`. */
export interface IntegratedGradientsOptions {
  /** Points on the way from the baseline to the picture; 50 by default. */
  readonly steps?: number;
}

/**
 * Integrated gradients (Sundararajan et al. 2017): the gradient, averaged over the straight way from a baseline to the picture by
 * Gauss–Legendre quadrature, times the difference of the two. The sum of all numbers is the difference of the two scores, but
 * for an error that falls as steps are added.
 *
 * @example
 * await explain(model, 'elephants.jpg', { method: explanations.integratedGradients({ steps: 200 }) });
 */
export function integratedGradients({ steps = 50 }: IntegratedGradientsOptions = {}): ExplanationMethod {
  expectWhole('integratedGradients', 'steps', steps);
  return {
    name: 'integrated-gradients',
    at: 'picture',
    signed: true,
    async attribute(subject) {
      const channels = zeros(subject.pictures.shape);
      const baseline = zeros(subject.pictures.shape).data;
      for (let picture = 0; picture < subject.count; picture++)
        await integrate(subject, picture, baseline, steps, channels.data);
      return { map: overChannels(channels, (a, b) => a + b), channels };
    },
  };
}

/** Walks one picture's way, a batch of points at a time, so that memory does not depend on their number. */
async function integrate(
  subject: Subject,
  picture: number,
  baseline: Float32Array,
  steps: number,
  out: Float32Array,
): Promise<void> {
  const { points, weights } = gaussLegendre(steps);
  const size = sizeOf(subject.pictureShape);
  const from = picture * size;
  const x = subject.pictures.data;
  const batch = Math.min(subject.batchSize, steps);
  const data = new Float32Array(batch * size);
  const sums = new Float64Array(size);
  for (let first = 0; first < steps; first += batch) {
    const count = Math.min(batch, steps - first);
    for (let k = 0; k < count; k++) {
      const share = points[first + k];
      for (let i = 0; i < size; i++) {
        data[k * size + i] = baseline[from + i] + share * (x[from + i] - baseline[from + i]);
      }
    }
    const { gradient } = await subject.gradients('picture', { data, of: Array<number>(count).fill(picture) });
    for (let k = 0; k < count; k++) {
      const weight = weights[first + k];
      for (let i = 0; i < size; i++) sums[i] += weight * gradient[k * size + i];
    }
    subject.onProgress(picture * steps + first + count, subject.count * steps);
  }
  for (let i = 0; i < size; i++) out[from + i] = sums[i] * (x[from + i] - baseline[from + i]);
}
