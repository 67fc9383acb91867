import { matchClassNames } from '../data/matchClassNames.js';
import { StriateError } from '../tensor/index.js';
import type { Model } from './model.js';

/** How many classes a classifier distinguishes: a single output is enough for two. */
export function classCount({ outputShape }: Pick<Model, 'outputShape'>): number {
  const outputs = outputShape.at(-1) ?? 0;
  return outputs === 1 ? 2 : outputs;
}

/** How a model's classes are called. */
export interface KnownClasses {
  readonly classNames: readonly string[] | undefined;
  /** What each of them is called besides. */
  readonly otherNames?: readonly (string | undefined)[] | undefined;
}

/**
 * Whether a model tells these classes apart: they are its own in whatever order, or some of them, half of them at least. So a
 * folder of letters that lacks a few trains the model of all on, and two breeds make no use of ImageNet's thousand classes. A
 * model that does not name its classes must have as many.
 *
 * @throws StriateError when all of them could be, but some names differ in their form alone.
 */
export function distinguishes(
  model: Model,
  names: readonly string[],
  { classNames, otherNames }: KnownClasses = model,
): boolean {
  const count = classCount(model);
  if (model.outputShape.length !== 1 || names.length > count || 2 * names.length < count) return false;
  if (classNames === undefined) return count === names.length;
  const { places, complete, problems } = matchClassNames(names, classNames, otherNames);
  const unsure = places.filter((place) => place === undefined).length;
  if (complete || problems.length === 0 || problems.length < unsure) return complete;
  throw new StriateError({
    where: `model '${model.name}'`,
    rule: `its classes seem to be those of the data, but ${problems.slice(0, problemsShown).join('; ')}`,
  });
}

/** Names that differ in their form are named up to this many. */
const problemsShown = 5;
