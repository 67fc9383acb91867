import type { DataSet } from '../dataSet.js';
import { sizeOf } from '../../tensor/index.js';

/** Means and standard deviations of a data set, channel by channel. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Pictures read at a time. */
const atOnce = 64;

/**
 * Reads a data set once, or several times in different epochs, and gives each channel's mean and standard deviation.
 *
 * @param rounds how often, each time augmented differently; undefined: once, without augmentation
 */
export async function channelStatistics(set: DataSet, seed: number, rounds?: number): Promise<ChannelStatistics> {
  const row = sizeOf(set.inputShape);
  const channels = set.inputShape[2];
  const x = new Float32Array(Math.min(atOnce, set.size) * row);
  const y = new Int32Array(atOnce);
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  // Relative to a value of the first picture, so that small deviations are not lost in the squares.
  let centre: number[] | undefined;
  for (let epoch = 0; epoch < (rounds ?? 1); epoch++) {
    for (let begin = 0; begin < set.size; begin += atOnce) {
      const indices = Int32Array.from({ length: Math.min(atOnce, set.size - begin) }, (_, i) => begin + i);
      const part = x.subarray(0, indices.length * row);
      await set.fill(indices, part, y.subarray(0, indices.length), rounds === undefined ? undefined : { epoch, seed });
      centre ??= Array.from(part.subarray(0, channels));
      for (let c = 0; c < channels; c++) {
        const middle = centre[c];
        let sum = 0;
        let square = 0;
        for (let at = c; at < part.length; at += channels) {
          const value = part[at] - middle;
          sum += value;
          square += value * value;
        }
        sums[c] += sum;
        squares[c] += square;
      }
    }
  }
  const count = (set.size * (rounds ?? 1) * row) / channels;
  const means = Array.from(sums, (sum) => sum / count);
  return {
    mean: means.map((mean, c) => mean + (centre?.[c] ?? 0)),
    std: means.map((mean, c) => Math.sqrt(Math.max(0, squares[c] / count - mean * mean))),
  };
}
