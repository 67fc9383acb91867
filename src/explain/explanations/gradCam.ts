import { zeros } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';

/** Options of `explanations.gradCam`. */
export interface GradCamOptions {
  /** Leaves out what speaks against the target, as the paper does; true by default. */
  readonly relu?: boolean;
}

/**
 * Grad-CAM (Selvaraju et al. 2017): the channels of the model's last map, each weighted by the mean of the target's gradient
 * over its positions.
 *
 * @example
 * await explain(model, 'elephants.jpg', { method: explanations.gradCam({ relu: false }) });
 */
export function gradCam({ relu = true }: GradCamOptions = {}): ExplanationMethod {
  return {
    name: 'grad-cam',
    at: 'layer',
    signed: !relu,
    async attribute(subject) {
      const by = subject.map;
      const [height, width, channels] = by.shape;
      const positions = height * width;
      const map = zeros([subject.count, height, width]);
      for (const rows of subject.batches()) {
        const { gradient, value } = await subject.gradients(by, rows);
        rows.of.forEach((picture, row) => {
          const from = row * positions * channels;
          const weights = new Float64Array(channels);
          for (let i = 0; i < positions * channels; i++) weights[i % channels] += gradient[from + i] / positions;
          for (let at = 0; at < positions; at++) {
            let sum = 0;
            for (let c = 0; c < channels; c++) sum += weights[c] * value[from + at * channels + c];
            map.data[picture * positions + at] = relu ? Math.max(0, sum) : sum;
          }
        });
      }
      return { map };
    },
  };
}
