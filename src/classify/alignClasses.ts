import type { DataSet } from '../data/dataSet.js';
import { RelabelledSet } from '../data/derivedSet.js';
import { matchClassNames } from '../data/matchClassNames.js';
import { classCount, type Model } from '../models/index.js';
import { StriateError } from '../tensor/index.js';
import { classNamesOf, otherNamesOf } from './classNames.js';

/** A data set whose labels are the model's class numbers. */
export interface AlignedClasses {
  readonly data: DataSet;
  /** The model's names of its classes, where it has some. */
  readonly names: readonly string[] | undefined;
  /** 'number' where the names differ, or the model has none, and there are equally many on both sides. */
  readonly matchedBy: 'name' | 'number';
}

/**
 * Brings the classes of a data set and of a model together: by name (`matchClassNames`), where the model knows all names of
 * the data, in whatever order and among however many others; by number where the two have no name in common. WordNet's
 * numbers (n02123045) are names of ImageNet's classes, too.
 *
 * @throws StriateError when neither is possible: there is another number of classes, only some names are known, or names
 * differ in their form alone.
 *
 * @example
 * const { data } = await alignClasses(model, test); // test has cats first, the model dogs
 * await model.evaluate(data);
 */
export async function alignClasses(model: Model, data: DataSet): Promise<AlignedClasses> {
  const names = await classNamesOf(model);
  const match = names && matchClassNames(data.classNames, names, await otherNamesOf(names, data.classNames));
  if (match?.complete) {
    const numbers = match.places.filter((place) => place !== undefined);
    const same = numbers.every((number, i) => number === i) && names!.length === numbers.length;
    return { data: same ? data : new RelabelledSet(data, numbers, names!), names, matchedBy: 'name' };
  }
  const isForeign = !match || (match.problems.length === 0 && match.places.every((place) => place === undefined));
  const counts = [classCount(model), data.classNames.length];
  if (isForeign && counts[0] === counts[1]) return { data, names, matchedBy: 'number' };
  const problems = match?.problems ?? [];
  const missing = match && data.classNames.filter((_, i) => match.places[i] === undefined);
  throw new StriateError({
    rule:
      (counts[0] === counts[1]
        ? `the model's classes are called ${listed(names!)}, those of '${data.name}' ${listed(data.classNames)}`
        : `the model tells ${counts[0]} classes apart, but '${data.name}' has ${counts[1]} (${listed(data.classNames)})`) +
      (problems.length > 0 ? `; ${problems.slice(0, shown).join('; ')}` : '') +
      (missing && problems.length < missing.length ? `; it does not know ${listed(missing)}` : ''),
    advice:
      (missing ? '' : 'name its classes, if they include those of the data; otherwise ') +
      'choose other data or another model, or teach it these classes',
  });
}

/** A sentence for the user where the names of classes that were brought together differ. */
export function differingNames({ data, names, matchedBy }: AlignedClasses): string | undefined {
  if (matchedBy === 'name' || !names) return undefined;
  return `The model calls its classes ${listed(names)}, the data ${listed(data.classNames)}: taken for the same in this order.`;
}

/** Names that are shown of a long list. */
const shown = 5;

/** Names in a sentence, the first of them where they are many: `cat, dog, bird, fish, horse and 3 more`. */
export function listed(names: readonly string[]): string {
  const rest = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
