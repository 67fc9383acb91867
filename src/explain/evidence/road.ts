import { Random } from '../../tensor/index.js';
import { linearImputation } from './linearImputation.js';
import { scoresOf, type Exhibit } from './perturbed.js';

/** Remove and debias: what is left of the target's probability where pixels are replaced by what is around them. */
export interface Road {
  /** The shares of the pixels that are replaced. */
  readonly shares: readonly number[];
  /** The target's probability where the most important pixels are replaced. */
  readonly mostImportant: readonly number[];
  /** The target's probability where the least important pixels are replaced. */
  readonly leastImportant: readonly number[];
  /** Half the mean difference of the two, from −0.5 to 0.5: the larger, the better the map. */
  readonly score: number;
}

/** The noise upon imputed pixels, as a share of the deviation of the picture's numbers. */
const noise = 0.01;

/**
 * ROAD (Rong et al. 2022), combined as in `pytorch_grad_cam`: pixels are replaced by noisy linear imputation, the weighted mean of
 * their neighbours. Nothing of the removed pixels' shape is left for the model to see, which black pixels would show.
 */
export async function road(exhibit: Exhibit, shares: readonly number[], seed: number): Promise<Road> {
  const { x, order, subject, picture } = exhibit;
  const channels = x.length / order.length;
  const random = new Random([seed, picture]);
  const deviation = noise * deviationOf(x);
  const without = (places: Uint32Array): Float32Array => {
    const missing = new Uint8Array(order.length);
    for (const place of places) missing[place] = 1;
    const filled = linearImputation(x, missing, subject.pictureShape);
    return filled.map((value, i) => (missing[Math.floor(i / channels)] ? value + random.normal(0, deviation) : value));
  };
  const counts = shares.map((share) => Math.round(share * order.length));
  const probabilities = await scoresOf(exhibit, 2 * shares.length, (version, into) => {
    const count = counts[version % shares.length];
    into.set(without(version < shares.length ? order.subarray(0, count) : order.subarray(order.length - count)));
  });
  const mostImportant = Array.from(probabilities.subarray(0, shares.length));
  const leastImportant = Array.from(probabilities.subarray(shares.length));
  const difference = leastImportant.reduce((sum, value, i) => sum + value - mostImportant[i], 0);
  return { shares, mostImportant, leastImportant, score: difference / (2 * shares.length) };
}

function deviationOf(x: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of x) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / x.length - (sum / x.length) ** 2));
}
