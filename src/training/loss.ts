import type { GraphBuilder, Node } from '../graph/index.js';
import { operators } from '../ops/index.js';
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
 *   emit(graph, prediction, target) {
 *     const each = squared.emit(graph, prediction, target);
 *     return graph.add(operators.add, [each, each], {}, 'doubled');
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
  /** The options it was made with, JSON values only. */
  config(): Record<string, unknown>;
  /** Emits one loss per example: prediction [N, …], target → [N]. */
  emit(graph: GraphBuilder, prediction: Node, target: Node): Node;
}

/** The range that probabilities are clipped to before their logarithm is taken, as in Keras. */
export const probabilityRange = { min: 1e-7, max: 1 - 1e-7 } as const;

/**
 * The scores that an activation made this prediction of, or undefined where it is not that activation's output. Looks
 * through the reshape that a dense layer over pictures ends with.
 */
export function logitsOf(graph: GraphBuilder, prediction: Node, activation: 'softmax' | 'sigmoid'): Node | undefined {
  if (prediction.kind !== 'operator') return undefined;
  const [input] = prediction.inputs;
  if (prediction.operator.name === activation) return input;
  const { shape } = prediction.type;
  const sameLastAxis = shape.at(-1) === input?.type.shape.at(-1);
  if (prediction.operator.name !== 'reshape' || (activation === 'softmax' && !sameLastAxis)) return undefined;
  const logits = logitsOf(graph, input, activation);
  return logits && graph.add(operators.reshape, [logits], { shape }, prediction.name);
}

/** Averages over every axis but the first: [N, …] → [N]. */
export function perExample(graph: GraphBuilder, values: Node, name: string): Node {
  const rank = values.type.shape.length;
  if (rank <= 1) return values;
  const axes = Array.from({ length: rank - 1 }, (_, axis) => axis + 1);
  return graph.add(operators.reduceMean, [values], { axes, keepDims: false }, name);
}

/** Throws unless targets have the prediction's shape. */
export function expectSameShape(name: string, prediction: Node, target: Node): void {
  if (!sameShape(prediction.type.shape, target.type.shape)) {
    throw new StriateError(
      `${name}: targets must have the prediction's shape ${formatShape(prediction.type.shape)}; ` +
        `received ${formatShape(target.type.shape)}`,
    );
  }
}
