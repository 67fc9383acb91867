import type { Node } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';

/** What a joint loss compares predictions with: one of its targets. */
export interface JointTarget {
  readonly name: string;
  /** Without the batch. */
  readonly shape: Shape;
  /** `classes` are int32 class numbers, of which any may stand for "does not count"; `values` are float32 numbers. */
  readonly kind: 'classes' | 'values';
}

/**
 * A loss of all outputs together, with targets of shapes of their own: what detectors are trained by. Its parts are added, each
 * times its `lossWeights`, and logged by their names. A part is one number for the whole batch, so that it may be divided by how many
 * things the batch holds. Auxiliary heads do not count in it.
 *
 * @example
 * const apart: JointLoss = {
 *   name: 'apart',
 *   targets: [{ name: 'place', shape: [2], kind: 'values' }],
 *   parts: ['distance'],
 *   emit([left, right], { place }) {
 *     const difference = operators.sub(operators.sub(left, right), place);
 *     return { distance: operators.reduceSum(operators.square(difference), { axes: [0, 1], keepDims: false }) };
 *   },
 * };
 */
export interface JointLoss {
  /** Under which it is saved: `loadModel` needs it again, as `customLosses`. */
  readonly name: string;
  readonly targets: readonly JointTarget[];
  /** What logs call its parts: `classification`, `boxRegression`. */
  readonly parts: readonly string[];
  /** Emits one number for each part, of the model's outputs [N, …] in order and of the targets [N, …] by name. */
  emit(predictions: readonly Node[], targets: Readonly<Record<string, Node>>): Readonly<Record<string, Node>>;
}

/** Whether what `compile` was given is a loss of all outputs together. */
export function isJointLoss(loss: unknown): loss is JointLoss {
  return typeof loss === 'object' && loss !== null && 'emit' in loss && 'parts' in loss;
}
