import { withForeignNames } from '../tensor/index.js';
import { expectOptions } from '../tensor/acceptedOptions.js';
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
import { expectLossName, shortNames, type LossName } from './lossNames.js';
import { categoricalHinge, hinge, squaredHinge } from './marginLosses.js';
import { own, type LossFunction } from './ownLoss.js';
import { cosineSimilarity, dice, klDivergence, tversky } from './similarityLosses.js';

/** A loss that takes no options, and says so to those who give it some. */
function plain(where: string, make: () => Loss): () => Loss {
  const factory = (options: object = {}): Loss => {
    expectOptions({ where, kinds: {} }, options);
    return make();
  };
  // Given without being called (`loss: losses.poisson`), it is known by its name.
  return Object.defineProperty(factory, 'name', { value: where });
}

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
export const losses = withForeignNames(
  'losses',
  {
    sparseCategoricalCrossentropy,
    categoricalCrossentropy,
    binaryCrossentropy,
    binaryFocalCrossentropy,
    categoricalFocalCrossentropy,
    meanSquaredError: plain('meanSquaredError', meanSquaredError),
    meanAbsoluteError: plain('meanAbsoluteError', meanAbsoluteError),
    meanAbsolutePercentageError: plain('meanAbsolutePercentageError', meanAbsolutePercentageError),
    meanSquaredLogarithmicError: plain('meanSquaredLogarithmicError', meanSquaredLogarithmicError),
    huber,
    logCosh: plain('logCosh', logCosh),
    poisson: plain('poisson', poisson),
    hinge: plain('hinge', hinge),
    squaredHinge: plain('squaredHinge', squaredHinge),
    categoricalHinge: plain('categoricalHinge', categoricalHinge),
    klDivergence: plain('klDivergence', klDivergence),
    cosineSimilarity: plain('cosineSimilarity', cosineSimilarity),
    dice,
    tversky,
    own,
  } as const satisfies Record<LossName | 'own', unknown>,
  {
    'mse MSE MSELoss': "write losses.meanSquaredError, or 'mse'",
    'mae MAE L1Loss': "write losses.meanAbsoluteError, or 'mae'",
    'bce BCELoss BCEWithLogitsLoss sigmoidCrossEntropy logLoss': 'write losses.binaryCrossentropy',
    'crossEntropy CrossEntropyLoss crossentropy NLLLoss':
      'write losses.sparseCategoricalCrossentropy for class numbers, losses.categoricalCrossentropy for one-hot targets',
    softmaxCrossEntropy: 'write losses.categoricalCrossentropy({ fromLogits: true })',
    'KLDivergence KLDivLoss kld': 'write losses.klDivergence',
    'huberLoss HuberLoss SmoothL1Loss': 'write losses.huber',
    'cosineDistance CosineEmbeddingLoss': 'write losses.cosineSimilarity',
    hingeLoss: 'write losses.hinge',
    absoluteDifference: 'write losses.meanAbsoluteError',
    'focal FocalLoss': 'write losses.categoricalFocalCrossentropy or losses.binaryFocalCrossentropy',
  },
);

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
  const name = Object.hasOwn(shortNames, loss) ? shortNames[loss as keyof typeof shortNames] : loss;
  expectLossName(name);
  return (losses[name] as (options: object) => Loss)(options);
}

/** Whether a function is one of the table's, given without being called. */
function isFactory(given: unknown): boolean {
  return given !== own && Object.values<unknown>(losses).includes(given);
}
