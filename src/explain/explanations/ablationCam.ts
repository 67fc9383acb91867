import type { ExplanationMethod } from '../explanationMethod.js';
import type { Subject } from '../subject.js';
import {
  layerMap,
  mapValues,
  takesRelu,
  weightedChannels,
  type ActivationMapOptions,
  type MapValues,
} from './layerMap.js';

/**
 * Ablation-CAM (Desai & Ramaswamy 2020): a channel weighs by the share of the target's score that is lost without it. One pass
 * through the layers behind the map for each channel.
 *
 * @example
 * await explain(squeezenet, 'elephants.jpg', { method: 'ablation-cam' });
 */
export function ablationCam(options: ActivationMapOptions = {}): ExplanationMethod {
  return layerMap('ablation-cam', takesRelu('ablationCam', options), async (subject, rows) => {
    const whole = await subject.scores(rows);
    const maps: Float64Array[] = [];
    for (const [row, map] of (await mapValues(subject, rows)).entries()) {
      const weights = await lostShares(subject, rows.of[row], map, whole[row]);
      maps.push(weightedChannels(map, weights));
    }
    return maps;
  });
}

/** The share of a picture's score that is lost without each channel of its map. */
async function lostShares(subject: Subject, picture: number, map: MapValues, whole: number): Promise<Float64Array> {
  const { values, positions, channels } = map;
  const batch = Math.min(subject.batchSize, channels);
  const data = new Float32Array(batch * values.length);
  // What a silent channel gives: 0 behind a rectifier, else the least number of the map.
  const least = values.reduce((a, b) => Math.min(a, b));
  // A difference below zero has lost something, too, where it becomes smaller still.
  const share = subject.compares ? Math.abs(whole) : whole;
  const lost = new Float64Array(channels);
  for (let first = 0; first < channels; first += batch) {
    const count = Math.min(batch, channels - first);
    for (let k = 0; k < count; k++) {
      data.set(values, k * values.length);
      for (let p = 0; p < positions; p++) data[k * values.length + p * channels + first + k] = least;
    }
    const scores = await subject.scoresBehind(subject.map, { data, of: Array<number>(count).fill(picture) });
    for (let k = 0; k < count; k++) lost[first + k] = (whole - scores[k]) / share;
    subject.onProgress(picture * channels + first + count, subject.count * channels);
  }
  return lost;
}
