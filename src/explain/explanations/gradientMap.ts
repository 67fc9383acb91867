import type { ExplanationMethod } from '../explanationMethod.js';
import { layerMap, mapValuesAt, type MapValues } from './layerMap.js';

/** What a map is made of, for one picture. */
export interface MapParts extends MapValues {
  /** How the target's score changes with what the layer gives. */
  readonly gradient: Float32Array;
}

/** A method that makes its map of a layer's values and of their gradient: one pass forwards and one back to the layer. */
export function gradientMap(
  name: string,
  relu: boolean | undefined,
  mapOf: (parts: MapParts) => Float64Array,
): ExplanationMethod {
  return layerMap(name, relu, async (subject, rows) => {
    const found = await subject.gradients(subject.map, rows);
    return rows.of.map((_, row) => {
      const { values: gradient } = mapValuesAt(subject, found.gradient, row);
      return mapOf({ ...mapValuesAt(subject, found.value, row), gradient });
    });
  });
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
