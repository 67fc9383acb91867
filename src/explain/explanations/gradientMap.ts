import type { AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectOptions } from '../../tensor/acceptedOptions.js';
import { zeros } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';

/** Options that class activation maps have in common. */
export interface ActivationMapOptions {
  /**
   * Leaves out what speaks against the target, as the papers do; true by default, but for the difference of two classes, of which
   * both sides count.
   */
  readonly relu?: boolean;
}

/** What a map is made of, for one picture: position `p`, channel `c` is number `p · channels + c`. */
export interface MapParts {
  /** What the layer gives. */
  readonly values: Float32Array;
  /** How the target's score changes with it. */
  readonly gradient: Float32Array;
  readonly positions: number;
  readonly channels: number;
}

/** The option's value, after a look at what was given; undefined where the target decides. */
export function takesRelu(where: string, options: ActivationMapOptions): boolean | undefined {
  const accepts: AcceptedOptions<ActivationMapOptions> = { where, kinds: { relu: 'boolean' } };
  return expectOptions(accepts, options).relu;
}

/** A method that makes its map of a layer's values and of their gradient: one pass forwards and one back to the layer. */
export function gradientMap(
  name: string,
  relu: boolean | undefined,
  mapOf: (parts: MapParts) => Float64Array,
): ExplanationMethod {
  return {
    name,
    at: 'layer',
    signed: relu === false,
    async attribute(subject) {
      const by = subject.map;
      const cut = relu ?? !subject.compares;
      const [height, width, channels] = by.shape;
      const positions = height * width;
      const map = zeros([subject.count, height, width]);
      for (const rows of subject.batches()) {
        const found = await subject.gradients(by, rows);
        rows.of.forEach((picture, row) => {
          const [from, to] = [row * positions * channels, (row + 1) * positions * channels];
          const values = found.value.subarray(from, to);
          const gradient = found.gradient.subarray(from, to);
          const numbers = mapOf({ values, gradient, positions, channels });
          map.data.set(cut ? numbers.map((value) => Math.max(0, value)) : numbers, picture * positions);
        });
      }
      return { map, signed: !cut };
    },
  };
}

/** The sum of a layer's channels, each times its weight, at every position. */
export function weightedChannels(
  { values, positions, channels }: Pick<MapParts, 'values' | 'positions' | 'channels'>,
  weights: ArrayLike<number>,
): Float64Array {
  const map = new Float64Array(positions);
  for (let p = 0; p < positions; p++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += weights[c] * values[p * channels + c];
    map[p] = sum;
  }
  return map;
}

/** The sum over all positions of what `of` gives for each number, channel by channel. */
export function channelSums(
  { positions, channels }: MapParts,
  of: (i: number, channel: number) => number,
): Float64Array {
  const sums = new Float64Array(channels);
  for (let p = 0, i = 0; p < positions; p++) for (let c = 0; c < channels; c++, i++) sums[c] += of(i, c);
  return sums;
}

/** The sum over all channels of what `of` gives for each number, position by position. */
export function positionSums({ positions, channels }: MapParts, of: (i: number) => number): Float64Array {
  const sums = new Float64Array(positions);
  for (let p = 0, i = 0; p < positions; p++) for (let c = 0; c < channels; c++, i++) sums[p] += of(i);
  return sums;
}
