import { StriateError } from '../tensor/index.js';
import { nameAdvice } from '../tensor/spellings.js';
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropies.js';
import {
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
} from './differenceLosses.js';
import { binaryFocalCrossentropy, categoricalFocalCrossentropy } from './focalLosses.js';
import type { Loss } from './loss.js';
import { categoricalHinge, hinge, squaredHinge } from './marginLosses.js';
import { own, type LossFunction } from './ownLoss.js';
import { cosineSimilarity, dice, klDivergence, tversky } from './similarityLosses.js';

/**
 * The losses, by Keras's names in camelCase.
 *
 * Where the model ends in softmax or sigmoid, the cross-entropies take that activation's input instead, as Keras does:
 * the result is the same and does not lose precision. Where it ends in scores, they see that, too, unlike Keras's: see
 * `fromLogits`.
 *
 * @namespace
 * @example
 * model.compile({ optimizer: 'adam', loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
 */
export const losses = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalFocalCrossentropy,
  meanSquaredError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  huber,
  logCosh,
  poisson,
  hinge,
  squaredHinge,
  categoricalHinge,
  klDivergence,
  cosineSimilarity,
  dice,
  tversky,
  own,
} as const;

/** The name of a loss in the table. */
export type LossName = Exclude<keyof typeof losses, 'own'>;

/** A loss by name, an object, or a function of nodes, which is saved by its name. */
export type LossChoice = keyof typeof shortNames | LossName | Loss | LossFunction | (() => Loss);

/**
 * The loss that a name or object stands for.
 *
 * @throws StriateError when there is no loss of that name.
 */
export function resolveLoss(loss: LossChoice, options: Record<string, unknown> = {}): Loss {
  if (typeof loss === 'function')
    return isFactory(loss) ? (loss as (options: object) => Loss)(options) : own(loss as LossFunction);
  if (typeof loss !== 'string') return loss;
  if (Object.hasOwn(shortNames, loss)) return losses[shortNames[loss as keyof typeof shortNames]]();
  if (!isLossName(loss)) {
    throw new StriateError({
      where: 'compile',
      rule: `there is no loss '${loss as string}'`,
      advice: `${nameAdvice(loss, Object.keys(losses).filter(isLossName))}, or a function of nodes`,
    });
  }
  return (losses[loss] as (options: object) => Loss)(options);
}

/** Keras's short names; a model is saved with the long ones. */
export const shortNames = { mse: 'meanSquaredError', mae: 'meanAbsoluteError' } as const;

/** Whether a loss can be made by this name. */
export function isLossName(name: string): name is LossName {
  return name !== 'own' && Object.hasOwn(losses, name);
}

/** Whether a function is one of the table's, given without being called. */
function isFactory(given: unknown): boolean {
  return given !== own && Object.values<unknown>(losses).includes(given);
}
