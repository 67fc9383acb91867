import type { Node } from '../graph/index.js';
import { affine, clip, sigmoid, softmax, sub } from '../ops/allOperators.js';
import type { OptionKinds } from '../tensor/acceptedOptions.js';
import { StriateError } from '../tensor/index.js';
import type { Loss } from './loss.js';
import { endsInScores, logitsOf } from './scores.js';

/**
 * A number that is reported beside the loss, exact however the examples are cut into batches: the mean of one number an
 * example, or what `result` makes of sums over the examples. A metric of your own is an object of this type.
 *
 * @example
 * const largest: Metric = {
 *   name: 'meanLargest',
 *   emit: (prediction) => operators.reduceMax(prediction, { axes: [1], keepDims: false }),
 * };
 */
export interface Metric {
  /** What history and callbacks call it. */
  readonly name: string;
  /** Its name in the table of metrics, by which it is saved; undefined for one of your own. */
  readonly kind?: string;
  /**
   * Emits what is summed over examples: prediction [N, …], target as the loss takes it → [N]; or, where there is a `result`,
   * [N, K], K numbers an example.
   */
  emit(prediction: Node, target: Node, loss: Loss): Node;
  /** The value, from the K sums over the examples; the mean of one number an example where it is left out. */
  result?(sums: readonly number[], examples: number): number;
  /** The options it was made with, JSON values only. */
  config?(): Record<string, unknown>;
}

/** Options of every metric that has some. */
export interface MetricOptions {
  /** What history and callbacks call it; needed where one metric is asked for twice, with different options. */
  readonly name?: string;
}

/** The kinds of these options. */
export const metricOptionKinds = { name: 'string' } as const satisfies OptionKinds<MetricOptions>;

/** Scores that have the same largest class as the prediction; saves computing a softmax that only a metric would use. */
export function classScores(prediction: Node): Node {
  return logitsOf(prediction, softmax) ?? prediction;
}

/** The prediction as probabilities: where it ends in scores, they go through the activation that suits the loss. */
export function probabilities(prediction: Node, loss: Loss): Node {
  if (!(loss.fromLogits ?? endsInScores(prediction))) return prediction;
  return loss.accuracy === 'binaryAccuracy' ? sigmoid(prediction) : softmax(prediction);
}

/** 1 where x > 0, else 0, exactly: twice steep enough for the smallest float32. */
export function positive(x: Node): Node {
  const scale = 2 ** 100;
  const steep = clip(affine(x, { scale, offset: 0 }), { min: 0, max: 1 });
  return clip(affine(steep, { scale, offset: 0 }), { min: 0, max: 1 });
}

/** 1 where x > threshold, else 0, in float32. */
export function above(x: Node, threshold: number): Node {
  return positive(sub(x, threshold));
}

/** Throws unless the loss compares with the kind of targets that a metric needs. */
export function expectTargets(name: string, loss: Loss, targets: Loss['targets']): void {
  if (loss.targets !== targets) {
    const needs = targets === 'classes' ? 'class numbers' : 'one number per output';
    throw new StriateError({
      where: `metric '${name}'`,
      rule: `needs ${needs} as targets`,
      advice: `the loss '${loss.name}' takes the other kind`,
    });
  }
}

/** a / b, and 0 where b is 0. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
