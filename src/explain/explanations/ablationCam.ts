import { zeros } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import { takesRelu, weightedChannels, type ActivationMapOptions } from './gradientMap.js';

/**
 * Ablation-CAM (Desai & Ramaswamy 2020): a channel weighs by the share of the target's score that is lost without it. One pass
 * through the layers behind the map for each channel.
 *
 * @example
 * await explain(squeezenet, 'elephants.jpg', { method: 'ablation-cam' });
 */
export function ablationCam(options: ActivationMapOptions = {}): ExplanationMethod {
  const relu = takesRelu('ablationCam', options);
  return {
    name: 'ablation-cam',
    at: 'layer',
    signed: relu === false,
    async attribute(subject) {
      const cut = relu ?? !subject.compares;
      const [height, width, channels] = subject.map.shape;
      const positions = height * width;
      const map = zeros([subject.count, height, width]);
      const batch = Math.min(subject.batchSize, channels);
      const data = new Float32Array(batch * positions * channels);
      for (const rows of subject.batches()) {
        const whole = await subject.scores(rows);
        const [values] = await subject.values([subject.map], rows);
        for (const [row, picture] of rows.of.entries()) {
          const one = values.subarray(row * positions * channels, (row + 1) * positions * channels);
          // What a silent channel gives: 0 behind a rectifier, else the least number of the map.
          const least = one.reduce((a, b) => Math.min(a, b));
          const weights = new Float64Array(channels);
          // A difference below zero has lost something, too, where it becomes smaller still.
          const share = subject.compares ? Math.abs(whole[row]) : whole[row];
          for (let first = 0; first < channels; first += batch) {
            const count = Math.min(batch, channels - first);
            for (let k = 0; k < count; k++) {
              data.set(one, k * one.length);
              for (let p = 0; p < positions; p++) data[k * one.length + p * channels + first + k] = least;
            }
            const scores = await subject.scoresBehind(subject.map, { data, of: Array<number>(count).fill(picture) });
            for (let k = 0; k < count; k++) weights[first + k] = (whole[row] - scores[k]) / share;
            subject.onProgress(picture * channels + first + count, subject.count * channels);
          }
          const found = weightedChannels({ values: one, positions, channels }, weights);
          map.data.set(cut ? found.map((value) => Math.max(0, value)) : found, picture * positions);
        }
      }
      return { map, signed: !cut };
    },
  };
}
