import { zeros } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import { overChannels } from './overChannels.js';

/**
 * The size of the target's gradient at each number of the picture (Simonyan et al. 2013); a pixel counts by the largest of its
 * channels, as in the paper.
 *
 * @example
 * const { map } = await explain(model, 'elephants.jpg', { method: explanations.saliency() });
 */
export function saliency(): ExplanationMethod {
  return {
    name: 'saliency',
    at: 'picture',
    signed: false,
    async attribute(subject) {
      const channels = zeros(subject.pictures.shape);
      for (const rows of subject.batches()) {
        const { gradient } = await subject.gradients('picture', rows);
        const start = rows.start * (channels.size / subject.count);
        for (let i = 0; i < gradient.length; i++) channels.data[start + i] = Math.abs(gradient[i]);
      }
      return { map: overChannels(channels.data, channels.shape, 'largest'), channels };
    },
  };
}
