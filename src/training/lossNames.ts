import { StriateError } from '../tensor/index.js';
import { nameAdvice } from '../tensor/spellings.js';

/**
 * The losses that `compile` takes by name. It checks names by this list alone; what they stand for (`losses.ts`) is fetched by
 * the first program that needs it.
 */
export const lossNames = [
  'sparseCategoricalCrossentropy',
  'categoricalCrossentropy',
  'binaryCrossentropy',
  'binaryFocalCrossentropy',
  'categoricalFocalCrossentropy',
  'meanSquaredError',
  'meanAbsoluteError',
  'meanAbsolutePercentageError',
  'meanSquaredLogarithmicError',
  'huber',
  'logCosh',
  'poisson',
  'hinge',
  'squaredHinge',
  'categoricalHinge',
  'klDivergence',
  'cosineSimilarity',
  'dice',
  'tversky',
] as const;

/** The name of a loss in the table. */
export type LossName = (typeof lossNames)[number];

/** Keras's short names; a model is saved with the long ones. */
export const shortNames = { mse: 'meanSquaredError', mae: 'meanAbsoluteError' } as const satisfies Record<
  string,
  LossName
>;

/** Whether a loss can be made by this name. */
export function isLossName(name: string): name is LossName {
  return (lossNames as readonly string[]).includes(name);
}

/** @throws StriateError when there is no loss of that name. */
export function expectLossName(name: string): asserts name is LossName {
  if (isLossName(name)) return;
  throw new StriateError({
    where: 'compile',
    rule: `there is no loss '${name}'`,
    advice: `${nameAdvice(name, lossNames)}, or a function of nodes`,
  });
}

/** @throws StriateError when a loss of one's own has no name. */
export function expectOwnName(name: string): void {
  if (name !== '') return;
  throw new StriateError({
    where: 'compile',
    rule: 'a loss of your own needs a name, by which it is saved',
    received: 'a function without one',
    advice: "write losses.own(function, { name: 'mine' })",
  });
}

/**
 * Checks what `compile` is given as a loss, as far as it can be told without the losses themselves.
 *
 * @throws StriateError when there is no loss of that name, or a function has none.
 */
export function expectLossChoice(loss: string | { readonly name: string }): void {
  if (typeof loss === 'function') expectOwnName((loss as { readonly name: string }).name);
  else if (typeof loss === 'string' && !Object.hasOwn(shortNames, loss)) expectLossName(loss);
}
