import type { Callback } from '../../fit/index.js';
import { StriateError } from '../../tensor/index.js';

/** What errors of a training that diverged begin with. */
export const diverged = 'training diverged';

/** How many times the loss that training begins with is beyond anything that a training recovers from. */
const beyond = 1000;

/**
 * Ends a training at the first epoch whose loss is absurd. Weights in the millions are finite numbers, and yet nothing has been
 * learned: a frozen base keeps its own, so that no NaN comes of it.
 */
export function stopWhereDiverged(): Callback {
  let first: number | undefined;
  return {
    name: 'divergence',
    onTrainBatchEnd(_batch, { loss }) {
      first ??= loss;
    },
    onEpochEnd(epoch, { loss, valLoss = loss }, { learningRate }) {
      const worst = Math.max(loss, valLoss);
      // Cross-entropy begins near the logarithm of the number of classes; where it begins lower, 1 is still harmless.
      if (first === undefined || worst <= beyond * Math.max(first, 1)) return;
      throw new StriateError({
        where: diverged,
        rule: `the loss of epoch ${epoch + 1} is ${short(loss)}, on validation ${short(valLoss)}, and it began at ${short(first)}`,
        advice: `train with a lower learning rate (it was ${learningRate}); --find-lr suggests one`,
      });
    },
  };
}

const short = (value: number): string => (Math.abs(value) < 1e5 ? value.toFixed(2) : value.toExponential(1));
