import { zeros } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import { overChannels } from './overChannels.js';

/**
 * Gradient × input (Shrikumar et al. 2016): what each number of the picture would add to the target's score if the model were
 * linear; summed over channels.
 *
 * @example
 * await explain(model, 'elephants.jpg', { method: 'gradient-times-input' });
 */
export function gradientTimesInput(): ExplanationMethod {
  return {
    name: 'gradient-times-input',
    at: 'picture',
    signed: true,
    async attribute(subject) {
      const channels = zeros(subject.pictures.shape);
      for (const rows of subject.batches()) {
        const { gradient, value } = await subject.gradients('picture', rows);
        channels.data.set(
          gradient.map((slope, i) => slope * value[i]),
          rows.start * (channels.size / subject.count),
        );
      }
      return { map: overChannels(channels.data, channels.shape, 'sum'), channels };
    },
  };
}
