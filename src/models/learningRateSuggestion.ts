import { StriateError } from '../tensor/index.js';

/** Learning rates that a curve of losses speaks for. */
export interface LearningRateSuggestion {
  /** Where the loss falls fastest, along its longest fall. */
  readonly steepest: number;
  /** Halfway along the longest fall, well before the loss rises again: the one to begin with. */
  readonly valley: number;
  /** A tenth of the rate at the lowest loss. */
  readonly minimum: number;
}

/** Fewer points than this are no curve. */
const fewest = 5;

/** The last points are where the loss leaves the picture. */
const leftOut = 5;

/**
 * What fastai's `lr_find` suggests: its `valley` and `minimum`, and its `steep`, looked for along the longest fall alone.
 *
 * @param smoothed the loss at each rate, as far as it was measured
 * @param steps how many rates were planned: the first tenth of them is left out, where smoothing has little to go by
 * @throws StriateError when the curve is too short or never falls.
 */
export function suggestLearningRates(
  learningRates: readonly number[],
  smoothed: readonly number[],
  steps: number,
): LearningRateSuggestion {
  const begin = Math.floor(steps / 10);
  const rates = learningRates.slice(begin, -leftOut);
  const losses = smoothed.slice(begin, -leftOut);
  if (losses.length < fewest) {
    throw new StriateError({
      where: 'findLearningRate',
      rule: `the loss diverged at step ${smoothed.length} of ${steps}, too early to suggest a rate`,
      advice: `begin with a lower startLearningRate than ${learningRates[0]}, or take more steps`,
    });
  }
  const fall = longestFall(losses);
  if (fall.length < 2) {
    throw new StriateError({
      where: 'findLearningRate',
      rule: `the loss fell at none of the rates from ${rates[0].toExponential(1)} to ${rates[rates.length - 1].toExponential(1)}`,
      advice: 'see whether any layer is trainable and whether the model has learned this data already',
    });
  }
  // The middle third of the fall, and the middle of that third.
  const third = (fall.end - fall.start) / 3;
  const valley = fall.start + Math.floor(third) + Math.floor(third / 2);
  return { steepest: rates[steepest(rates, losses, fall)], valley: rates[valley], minimum: rates[lowest(losses)] / 10 };
}

/**
 * Where the loss changes most towards lower values, by the logarithm of the rate: along a fall, because the means of few
 * losses at the beginning of a curve may change more than those at its end, for no reason but noise.
 */
function steepest(
  rates: readonly number[],
  losses: readonly number[],
  { start, end }: { readonly start: number; readonly end: number },
): number {
  let best = start;
  let slope = Infinity;
  for (let i = start; i < end; i++) {
    const here = (losses[i + 1] - losses[i]) / Math.log(rates[i + 1] / rates[i]);
    if (here < slope) [best, slope] = [i, here];
  }
  return best;
}

function lowest(losses: readonly number[]): number {
  return losses.reduce((best, loss, i) => (loss < losses[best] ? i : best), 0);
}

/**
 * The longest falling subsequence: noise between its points does not end it. As fastai does, its start is taken to be as
 * many points before its end as it has.
 */
function longestFall(losses: readonly number[]): { start: number; end: number; length: number } {
  const lengths = losses.map(() => 1);
  let end = 0;
  for (let i = 1; i < losses.length; i++) {
    for (let j = 0; j < i; j++) {
      if (losses[i] < losses[j] && lengths[i] <= lengths[j]) lengths[i] = lengths[j] + 1;
    }
    if (lengths[i] > lengths[end]) end = i;
  }
  return { start: Math.max(0, end - lengths[end]), end, length: lengths[end] };
}
