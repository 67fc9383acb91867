import type { Node } from '../graph/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf } from '../tensor/check.js';
import { sameShape, StriateError } from '../tensor/index.js';
import { perExample, type AccuracyName, type Loss } from './loss.js';
import { expectOwnName } from './lossNames.js';

/** A loss as a function of nodes, in Keras's order: what is compared with, what is predicted → numbers for each example. */
export type LossFunction = (yTrue: Node, yPred: Node) => Node;

/** Options of a loss of one's own. */
export interface OwnLossOptions {
  /** Under which it is saved; the function's by default. */
  readonly name?: string;
  /** What it is compared with: numbers of the prediction's shape, the default, or class numbers. */
  readonly targets?: Loss['targets'];
  /** What 'accuracy' stands for beside it. */
  readonly accuracy?: AccuracyName;
}

const accepts = {
  where: 'losses.own',
  kinds: { name: 'string', targets: 'string', accuracy: 'string' },
} as const satisfies AcceptedOptions<OwnLossOptions>;

const accuracies = Object.keys({
  sparseCategoricalAccuracy: true,
  categoricalAccuracy: true,
  binaryAccuracy: true,
} satisfies Record<AccuracyName, true>) as AccuracyName[];

/**
 * A loss from a function of nodes, whose result [N, …] is averaged over each example. It is saved by its name: `loadModel` needs it
 * again, as `customLosses`.
 *
 * @throws StriateError when the function has no name and none is given.
 *
 * @example
 * const cubed = losses.own((yTrue, yPred) => operators.abs(operators.sub(yTrue, yPred)), { name: 'absolute' });
 */
export function own(measure: LossFunction, options: OwnLossOptions = {}): Loss {
  const { name = measure.name, targets = 'values' } = expectOptions(accepts, options);
  expectOneOf('losses.own', 'targets', targets, ['values', 'classes']);
  const { accuracy = targets === 'classes' ? 'sparseCategoricalAccuracy' : 'categoricalAccuracy' } = options;
  expectOneOf('losses.own', 'accuracy', accuracy, accuracies);
  expectOwnName(name);
  return {
    name,
    targets,
    accuracy,
    fromLogits: undefined,
    own: true,
    config: () => ({}),
    emit(prediction, target) {
      const result: unknown = measure(target, prediction);
      const shape = isNode(result) ? result.type.shape : [];
      if (isNode(result) && sameShape(shape.slice(0, 1), prediction.type.shape.slice(0, 1))) return perExample(result);
      throw new StriateError({
        where: `loss '${name}'`,
        rule: `must give a node with a number for each of ${prediction.type.shape[0]} examples`,
        received: isNode(result) ? `[${shape.join(', ')}]` : typeof result,
      });
    },
  };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'graph' in value;
}
