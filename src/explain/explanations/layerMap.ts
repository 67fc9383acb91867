import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { zeros } from '../../tensor/index.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import type { OwnRows } from '../rows.js';
import type { Subject } from '../subject.js';

/** Options that class activation maps have in common. */
export interface ActivationMapOptions {
  /**
   * Leaves out what speaks against the target, as the papers do; true by default, but for the difference of two classes, of which
   * both sides count.
   */
  readonly relu?: boolean;
}

/** What a layer gives for one picture: position `p`, channel `c` is number `p · channels + c`. */
export interface MapValues {
  readonly values: Float32Array;
  readonly positions: number;
  readonly channels: number;
}

/** The option's value, after a look at what was given; undefined where the target decides. */
export function takesRelu(where: string, options: ActivationMapOptions): boolean | undefined {
  const accepts: AcceptedOptions<ActivationMapOptions> = { where, kinds: { relu: 'boolean' } };
  return expectOptions(accepts, options).relu;
}

/**
 * A method whose map lies over a layer's positions.
 *
 * @param relu whether what speaks against the target is left out; undefined: unless the target is the difference of two classes
 * @param mapsOf the map of each of the rows, before anything is left out
 */
export function layerMap(
  name: string,
  relu: boolean | undefined,
  mapsOf: (subject: Subject, rows: OwnRows) => Promise<readonly Float64Array[]>,
  notes: readonly string[] = [],
): ExplanationMethod {
  return {
    name,
    at: 'layer',
    signed: relu === false,
    async attribute(subject) {
      const cut = relu ?? !subject.compares;
      const [height, width] = subject.map.shape;
      const map = zeros([subject.count, height, width]);
      for (const rows of subject.batches()) {
        const found = await mapsOf(subject, rows);
        rows.of.forEach((picture, row) => {
          const numbers = cut ? found[row].map((value) => Math.max(0, value)) : found[row];
          map.data.set(numbers, picture * height * width);
        });
      }
      return { map, signed: !cut, notes };
    },
  };
}

/** What the subject's map holds for each of some pictures. */
export async function mapValues(subject: Subject, rows: OwnRows): Promise<MapValues[]> {
  const [values] = await subject.values([subject.map], rows);
  return rows.of.map((_, row) => mapValuesAt(subject, values, row));
}

/** One picture's part of numbers that have the shape of the subject's map. */
export function mapValuesAt({ map }: Subject, numbers: Float32Array, row: number): MapValues {
  const [height, width, channels] = map.shape;
  const positions = height * width;
  return {
    values: numbers.subarray(row * positions * channels, (row + 1) * positions * channels),
    positions,
    channels,
  };
}

/** The sum of a layer's channels, each times its weight, at every position. */
export function weightedChannels({ values, positions, channels }: MapValues, weights: ArrayLike<number>): Float64Array {
  const map = new Float64Array(positions);
  for (let p = 0; p < positions; p++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += weights[c] * values[p * channels + c];
    map[p] = sum;
  }
  return map;
}
