import { predictsScores } from '../fit/predictsScores.js';
import type { Model } from '../models/index.js';
import type { Tensor } from '../tensor/index.js';
import { softmaxOf } from '../tensor/row.js';

/**
 * A model's outputs as probabilities, a row for each example. Scores get their softmax here; where one number separates two
 * classes, it is that of the second, and a score gets its sigmoid.
 */
export async function classProbabilities(model: Model, x: Tensor, batchSize: number): Promise<Float32Array[]> {
  return probabilityRows(await model.predict(x, { batchSize }), predictsScores(model));
}

/**
 * Outputs [N, classes] as probabilities.
 *
 * @param scores whether the outputs are scores
 */
export function probabilityRows({ shape, data }: Tensor<'float32'>, scores: boolean): Float32Array[] {
  const classes = shape[shape.length - 1];
  return Array.from({ length: shape[0] }, (_, i) => {
    const row = data.slice(i * classes, (i + 1) * classes);
    if (classes === 1) {
      const second = scores ? 1 / (1 + Math.exp(-row[0])) : row[0];
      return Float32Array.of(1 - second, second);
    }
    const sum = row.reduce((a, b) => a + b, 0);
    const distribution = Math.abs(sum - 1) < 1e-3 && row.every((value) => value >= 0);
    return distribution && !scores ? row : softmaxOf(row);
  });
}

/** The places of the largest values, largest first. */
export function topPlaces(row: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: row.length }, (_, i) => i)
    .sort((a, b) => row[b] - row[a] || a - b)
    .slice(0, count);
}
