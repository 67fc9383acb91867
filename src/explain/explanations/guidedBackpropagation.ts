import { zeros } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import { overChannels } from './overChannels.js';

/**
 * Guided backpropagation (Springenberg et al. 2015): the gradient, of which rectifiers (ReLU) let only what is positive back.
 * Sharp, but it shows the picture's edges rather than the model's reasons: Adebayo et al. (2018) found it unchanged where
 * weights are random. Each number counts by its size, a pixel by the largest of its channels.
 *
 * @example
 * await explain(model, 'elephants.jpg', { method: 'guided-backpropagation' });
 */
export function guidedBackpropagation(): ExplanationMethod {
  return {
    name: 'guided-backpropagation',
    at: 'picture',
    signed: false,
    async attribute(subject) {
      const channels = zeros(subject.pictures.shape);
      for (const rows of subject.batches()) {
        const { gradient } = await subject.gradients('picture', rows, 'guided');
        channels.data.set(gradient, rows.start * (channels.size / subject.count));
      }
      const sizes = channels.data.map(Math.abs);
      const map = overChannels(sizes, channels.shape, 'largest');
      const notes = [
        'Guided backpropagation fails the sanity check of Adebayo et al. (2018): it shows edges of the picture, whatever the model has learned.',
      ];
      return { map, channels, notes };
    },
  };
}
