import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectWhole } from '../../tensor/check.js';
import { sizeOf, Tensor } from '../../tensor/index.js';
import { softmaxOf } from '../../tensor/row.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import { resizedMap } from '../resizedMap.js';
import type { Subject } from '../subject.js';
import { layerMap, mapValues, weightedChannels, type ActivationMapOptions } from './layerMap.js';

/** Options of `explanations.scoreCam`. */
export interface ScoreCamOptions extends ActivationMapOptions {
  /** How many channels are looked at, those that vary most first; all by default. */
  readonly channels?: number;
}

const accepts = {
  where: 'scoreCam',
  kinds: { relu: 'boolean', channels: 'number' },
} satisfies AcceptedOptions<ScoreCamOptions>;

/**
 * Score-CAM (Wang et al. 2020): each channel of the map is laid over the picture as a mask, and weighs by the softmax of the
 * target's scores for what is left. No gradients; one pass for each channel.
 *
 * @example
 * await explain(squeezenet, 'elephants.jpg', { method: explanations.scoreCam({ channels: 64 }) });
 */
export function scoreCam(options: ScoreCamOptions = {}): ExplanationMethod {
  const { relu = true, channels } = expectOptions(accepts, options);
  if (channels !== undefined) expectWhole('scoreCam', 'channels', channels);
  return layerMap('score-cam', relu, async (subject, rows) => {
    const maps: Float64Array[] = [];
    for (const [row, map] of (await mapValues(subject, rows)).entries()) {
      const chosen = mostVaried(map.values, map.channels, channels ?? map.channels);
      const shares = softmaxOf(await maskedScores(subject, rows.of[row], map.values, chosen));
      const weights = new Float64Array(map.channels);
      chosen.forEach((channel, i) => (weights[channel] = shares[i]));
      maps.push(weightedChannels(map, weights));
    }
    return maps;
  });
}

/** The target's score for a picture behind each of some channels, scaled to run from 0 to 1. */
async function maskedScores(
  subject: Subject,
  picture: number,
  values: Float32Array,
  chosen: readonly number[],
): Promise<Float64Array> {
  const [height, width, depth] = subject.map.shape;
  const [rows, columns, colours] = subject.pictureShape;
  const size = sizeOf(subject.pictureShape);
  const x = subject.picture(picture);
  const batch = Math.min(subject.batchSize, chosen.length);
  const data = new Float32Array(batch * size);
  const scores = new Float64Array(chosen.length);
  for (let first = 0; first < chosen.length; first += batch) {
    const some = chosen.slice(first, first + batch);
    some.forEach((channel, k) => {
      const channelMap = Float32Array.from({ length: height * width }, (_, p) => values[p * depth + channel]);
      // As PyTorch's upsampling layer, which the reference uses: corners lie on corners.
      const mask = resizedMap(new Tensor('float32', [height, width], channelMap), rows, columns, 'corners').data;
      const [least, most] = [mask.reduce((a, b) => Math.min(a, b)), mask.reduce((a, b) => Math.max(a, b))];
      for (let i = 0; i < size; i++) {
        data[k * size + i] = (x[i] * (mask[Math.floor(i / colours)] - least)) / (most - least + 1e-8);
      }
    });
    scores.set(await subject.scores({ data, of: some.map(() => picture) }), first);
    subject.onProgress(picture * chosen.length + first + some.length, subject.count * chosen.length);
  }
  return scores;
}

/** The channels whose numbers differ most, in the order of their places. */
function mostVaried(values: Float32Array, depth: number, count: number): number[] {
  const places = Array.from({ length: depth }, (_, channel) => channel);
  if (count >= depth) return places;
  const spread = places.map((channel) => {
    let [sum, squares, n] = [0, 0, 0];
    for (let i = channel; i < values.length; i += depth, n++) {
      sum += values[i];
      squares += values[i] ** 2;
    }
    return squares / n - (sum / n) ** 2;
  });
  return places
    .sort((a, b) => spread[b] - spread[a] || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}
