import { zeros, type Tensor } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';

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
        channels.data.set(gradient.map(Math.abs), rows.start * (channels.size / subject.count));
      }
      return { map: overChannels(channels, (a, b) => Math.max(a, b)), channels };
    },
  };
}

/** [N, H, W, C] → [N, H, W]: one number for each pixel. */
export function overChannels({ shape, data }: Tensor, join: (a: number, b: number) => number): Tensor<'float32'> {
  const channels = shape[3];
  const map = zeros(shape.slice(0, 3));
  for (let i = 0; i < map.size; i++) {
    let joined = data[i * channels];
    for (let c = 1; c < channels; c++) joined = join(joined, data[i * channels + c]);
    map.data[i] = joined;
  }
  return map;
}
