import type { Node } from '../graph/index.js';
import { reduceMean } from '../ops/allOperators.js';
import { formatShape, sameShape, StriateError } from '../tensor/index.js';

/** The metrics that 'accuracy' can stand for. */
export type AccuracyName = 'sparseCategoricalAccuracy' | 'categoricalAccuracy' | 'binaryAccuracy';

/**
 * What training makes small. A loss of your own is an object of this type.
 *
 * @example
 * const squared = losses.meanSquaredError();
 * const doubled: Loss = {
 *   ...squared,
 *   name: 'doubled',
 *   emit(prediction, target) {
 *     const each = squared.emit(prediction, target);
 *     return operators.add(each, each);
 *   },
 * };
 */
export interface Loss {
  readonly name: string;
  /**
   * What it is compared with: `classes` are int32 class numbers [N, …] without the prediction's last axis; `values` are
   * float32 numbers of the prediction's shape.
   */
  readonly targets: 'classes' | 'values';
  /** Which metric 'accuracy' stands for beside this loss. */
  readonly accuracy: AccuracyName;
  /** Whether predictions are scores before softmax or sigmoid; undefined where the prediction's last operators tell. */
  readonly fromLogits: boolean | undefined;
  /** A label beside the classes that says that nothing is known, of losses that take class numbers. */
  readonly ignoredClass?: number;
  /** Whether it is the user's, whatever its name: it is then saved by name alone. */
  readonly own?: boolean;
  /** The options it was made with, JSON values only. */
  config(): Record<string, unknown>;
  /** Emits one loss per example: prediction [N, …], target → [N]. */
  emit(prediction: Node, target: Node): Node;
}

/** The range that probabilities are clipped to before their logarithm is taken, as in Keras. */
export const probabilityRange = { min: 1e-7, max: 1 - 1e-7 } as const;

/** Averages over every axis but the first: [N, …] → [N]. */
export function perExample(values: Node): Node {
  const rank = values.type.shape.length;
  if (rank <= 1) return values;
  const axes = Array.from({ length: rank - 1 }, (_, axis) => axis + 1);
  return reduceMean(values, { axes, keepDims: false });
}

/** Throws unless targets have the prediction's shape. */
export function expectSameShape(name: string, prediction: Node, target: Node): void {
  if (!sameShape(prediction.type.shape, target.type.shape)) {
    throw new StriateError({
      where: name,
      rule: `targets must have the prediction's shape ${formatShape(prediction.type.shape)}`,
      received: formatShape(target.type.shape),
    });
  }
}
