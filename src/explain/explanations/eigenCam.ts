import type { ExplanationMethod } from '../explanationMethod.js';
import { layerMap, mapValues, takesRelu, type ActivationMapOptions, type MapValues } from './layerMap.js';

/**
 * Eigen-CAM (Muhammad & Yeasin 2020): where the map is most unlike its mean, whatever the target: its positions' coordinates on
 * the first principal component of its channels. The side with the larger numbers is positive.
 *
 * @example
 * await explain(squeezenet, 'elephants.jpg', { method: 'eigen-cam' });
 */
export function eigenCam(options: ActivationMapOptions = {}): ExplanationMethod {
  return layerMap(
    'eigen-cam',
    takesRelu('eigenCam', options) ?? true,
    async (subject, rows) => (await mapValues(subject, rows)).map(firstComponent),
    ['Eigen-CAM shows what stands out in the map; it does not know the target.'],
  );
}

/**
 * The rows' coordinates on their first principal component. Power iteration on the positions' Gram matrix, of which there are
 * fewer than channels; the vector is the component's, times its singular value.
 */
function firstComponent({ values, positions, channels }: MapValues): Float64Array {
  const centred = new Float64Array(values);
  for (let c = 0; c < channels; c++) {
    let mean = 0;
    for (let p = 0; p < positions; p++) mean += values[p * channels + c] / positions;
    for (let p = 0; p < positions; p++) centred[p * channels + c] -= mean;
  }
  const sums = Float64Array.from({ length: positions }, (_, p) =>
    values.subarray(p * channels, (p + 1) * channels).reduce((a, b) => a + b, 0),
  );
  const gram = new Float64Array(positions * positions);
  for (let p = 0; p < positions; p++) {
    for (let q = 0; q <= p; q++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += centred[p * channels + c] * centred[q * channels + c];
      gram[p * positions + q] = gram[q * positions + p] = sum;
    }
  }
  const average = sums.reduce((a, b) => a + b, 0) / positions;
  let vector = normalized(sums.map((sum) => sum - average));
  let value = 0;
  for (let step = 0; step < 1000; step++) {
    const next = new Float64Array(positions);
    for (let p = 0; p < positions; p++) {
      for (let q = 0; q < positions; q++) next[p] += gram[p * positions + q] * vector[q];
    }
    const length = Math.hypot(...next);
    if (length === 0) return new Float64Array(positions);
    const moved = normalized(next);
    const change = moved.reduce((most, x, p) => Math.max(most, Math.abs(x - vector[p])), 0);
    [vector, value] = [moved, length];
    if (change < 1e-10) break;
  }
  const along = vector.reduce((sum, x, p) => sum + x * (sums[p] - average), 0);
  const scale = Math.sqrt(value) * (along < 0 ? -1 : 1);
  return vector.map((x) => x * scale);
}

/** A vector of length 1; where all numbers are equal, one that points somewhere. */
function normalized(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((x) => x / length) : vector.map((_, i) => (i === 0 ? 1 : 0));
}
