import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectNumber, expectSeed, expectWhole } from '../../tensor/check.js';
import { Random, sizeOf, zeros } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import { overChannels } from './overChannels.js';

/** Options of `explanations.smoothGrad`. */
export interface SmoothGradOptions {
  /** Noisy copies of each picture; 50 by default. */
  readonly samples?: number;
  /** The noise's standard deviation, as a share of the picture's range of numbers; 0.15 by default. */
  readonly stddev?: number;
  /** Averages the gradients' squares instead, which shows sizes alone; false by default. */
  readonly squared?: boolean;
  /** Seed of the noise; 0 by default. */
  readonly seed?: number;
}

const accepts = {
  where: 'smoothGrad',
  kinds: { samples: 'number', stddev: 'number', squared: 'boolean', seed: 'number' },
} satisfies AcceptedOptions<SmoothGradOptions>;

/**
 * SmoothGrad (Smilkov et al. 2017): the gradient, averaged over copies of the picture with Gaussian noise; a pixel counts by the
 * largest size among its channels.
 *
 * @example
 * await explain(model, 'elephants.jpg', { method: explanations.smoothGrad({ samples: 20, seed: 1 }) });
 */
export function smoothGrad(options: SmoothGradOptions = {}): ExplanationMethod {
  const { samples = 50, stddev = 0.15, squared = false, seed = 0 } = expectOptions(accepts, options);
  expectWhole('smoothGrad', 'samples', samples);
  expectNumber('smoothGrad', 'stddev', stddev, { least: 0 });
  expectSeed('smoothGrad', seed);
  return {
    name: 'smooth-grad',
    at: 'picture',
    signed: false,
    async attribute(subject) {
      const size = sizeOf(subject.pictureShape);
      const channels = zeros(subject.pictures.shape);
      const batch = Math.min(subject.batchSize, samples);
      const data = new Float32Array(batch * size);
      for (let picture = 0; picture < subject.count; picture++) {
        const x = subject.picture(picture);
        const range = x.reduce((a, b) => Math.max(a, b)) - x.reduce((a, b) => Math.min(a, b));
        const random = new Random([seed, picture]);
        const sums = new Float64Array(size);
        for (let first = 0; first < samples; first += batch) {
          const count = Math.min(batch, samples - first);
          for (let i = 0; i < count * size; i++) data[i] = x[i % size] + random.normal(0, stddev * range);
          const { gradient } = await subject.gradients('picture', { data, of: Array<number>(count).fill(picture) });
          for (let i = 0; i < count * size; i++) sums[i % size] += squared ? gradient[i] ** 2 : gradient[i];
          subject.onProgress(picture * samples + first + count, subject.count * samples);
        }
        channels.data.set(
          sums.map((sum) => sum / samples),
          picture * size,
        );
      }
      const sizes = channels.data.map(Math.abs);
      return { map: overChannels(sizes, channels.shape, 'largest'), channels };
    },
  };
}
