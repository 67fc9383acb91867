import type { Node } from '../graph/index.js';
import { abs, add, clip, div, exp, log, mul, square, sub } from '../ops/allOperators.js';
import { scaled } from '../ops/affine.js';
import { optionsFactory, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { expectSameShape, perExample, type Loss } from './loss.js';

/** What is added where a divisor or a logarithm's argument could be 0, as in Keras. */
const fuzz = 1e-7;

/** The mean, over an example's numbers, of a measure of prediction and target. prediction, target: [N, …] → [N]. */
function meanOf(
  name: string,
  measure: (prediction: Node, target: Node) => Node,
  config: Record<string, unknown> = {},
): Loss {
  return {
    name,
    targets: 'values',
    accuracy: 'categoricalAccuracy',
    fromLogits: false,
    config: () => config,
    emit(prediction, target) {
      expectSameShape(name, prediction, target);
      return perExample(measure(prediction, target));
    },
  };
}

/** The mean of a measure of prediction − target. */
const meanOfDifferences = (name: string, measure: (difference: Node) => Node, config = {}): Loss =>
  meanOf(name, (prediction, target) => measure(sub(prediction, target)), config);

/** Mean of squared differences (Keras's MeanSquaredError). */
export const meanSquaredError = (): Loss => meanOfDifferences('meanSquaredError', square);

/** Mean of absolute differences (Keras's MeanAbsoluteError). */
export const meanAbsoluteError = (): Loss => meanOfDifferences('meanAbsoluteError', abs);

/** Options of `huber`. */
export interface HuberOptions {
  /** Where squares become straight lines; 1 by default. */
  readonly delta?: number;
}

const huberAccepts = {
  where: 'huber',
  first: ['delta'],
  kinds: { delta: 'number' },
} as const satisfies AcceptedOptions<HuberOptions>;

/** Half the square of differences up to `delta`, a straight line beyond: with s = min(|d|, delta), s · |d| − s² / 2. */
export function huberOf(difference: Node, delta = 1): Node {
  const size = abs(difference);
  const small = clip(size, { min: 0, max: delta });
  return mul(small, sub(size, scaled(small, 0.5)));
}

/** Half the square of small differences, a straight line for large ones (Keras's Huber, PyTorch's HuberLoss). */
export const huber = optionsFactory(huberAccepts, (options: HuberOptions): Loss => {
  const { delta = 1 } = options;
  expectNumber('huber', 'delta', delta, { above: 0 });
  return meanOfDifferences('huber', (difference) => huberOf(difference, delta), { ...options });
});

/** Mean of log(cosh(difference)) (Keras's LogCosh), as |d| + log(1 + e^−2|d|) − log 2, which never overflows. */
export const logCosh = (): Loss =>
  meanOfDifferences('logCosh', (difference) => {
    const size = abs(difference);
    return add(size, scaled(log(scaled(exp(scaled(size, -2)), 1, 1)), 1, -Math.LN2));
  });

/** Mean of absolute differences in percent of the target (Keras's MeanAbsolutePercentageError). */
export const meanAbsolutePercentageError = (): Loss =>
  meanOf('meanAbsolutePercentageError', (prediction, target) => {
    const size = clip(abs(target), { min: fuzz, max: Infinity });
    return scaled(abs(div(sub(target, prediction), size)), 100);
  });

/** Mean of squared differences of log(1 + x) (Keras's MeanSquaredLogarithmicError). */
export const meanSquaredLogarithmicError = (): Loss =>
  meanOf('meanSquaredLogarithmicError', (prediction, target) => {
    const logarithm = (x: Node): Node => log(scaled(clip(x, { min: fuzz, max: Infinity }), 1, 1));
    return square(sub(logarithm(prediction), logarithm(target)));
  });

/** prediction − target · log(prediction), for numbers of events (Keras's Poisson). */
export const poisson = (): Loss =>
  meanOf('poisson', (prediction, target) => sub(prediction, mul(target, log(scaled(prediction, 1, fuzz)))));
