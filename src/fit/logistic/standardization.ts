import type { Rows } from './products.js';

/** The mean and the standard deviation of each column of rows. */
export interface Moments {
  readonly mean: Float64Array;
  /** 1 for columns that are constant but for rounding. */
  readonly deviation: Float64Array;
}

/** A column varies by rounding alone where its deviation is below this share of its mean. */
const constantBelow = 1e-6;

/** The columns' moments, in float64, the variance from the deviations themselves. */
export function momentsOf({ data, count, width }: Rows): Moments {
  const mean = new Float64Array(width);
  for (let i = 0; i < count; i++) for (let j = 0; j < width; j++) mean[j] += data[i * width + j];
  for (let j = 0; j < width; j++) mean[j] /= count;
  const squares = new Float64Array(width);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < width; j++) {
      const away = data[i * width + j] - mean[j];
      squares[j] += away * away;
    }
  }
  const deviation = squares.map((sum, j) => {
    const found = Math.sqrt(sum / count);
    return found > constantBelow * Math.abs(mean[j]) ? found : 1;
  });
  return { mean, deviation };
}

/** Brings each column to mean 0 and deviation 1, in place; constant columns become zeros. */
export function standardize({ data, count, width }: Rows, { mean, deviation }: Moments): void {
  for (let i = 0; i < count; i++) {
    for (let j = 0, at = i * width; j < width; j++, at++) data[at] = (data[at] - mean[j]) / deviation[j];
  }
}

/**
 * The weights and biases that give on the columns as they were what the given ones give on standardized columns.
 *
 * @param parameters a vector for each score, one after another, then the biases
 * @returns a kernel [width, scores] and a bias [scores]
 */
export function unstandardized(
  parameters: Float64Array,
  { mean, deviation }: Moments,
): { kernel: Float64Array; bias: Float64Array } {
  const width = mean.length;
  const scores = parameters.length / (width + 1);
  const kernel = new Float64Array(width * scores);
  const bias = parameters.slice(scores * width);
  for (let k = 0; k < scores; k++) {
    for (let j = 0; j < width; j++) {
      const weight = parameters[k * width + j] / deviation[j];
      kernel[j * scores + k] = weight;
      bias[k] -= weight * mean[j];
    }
  }
  return { kernel, bias };
}
