import type { DataSet } from '../data/dataSet.js';
import { RelabelledSet } from '../data/derivedSet.js';
import { classCount, type Model } from '../models/index.js';
import { placesOf } from '../models/classLabels.js';
import { StriateError } from '../tensor/index.js';
import { classNamesOf } from './classNames.js';

/** A data set whose labels are the model's class numbers. */
export interface AlignedClasses {
  readonly data: DataSet;
  /** The model's names of its classes, where it has some. */
  readonly names: readonly string[] | undefined;
  /** 'number' where the names differ, or the model has none, and there are equally many on both sides. */
  readonly matchedBy: 'name' | 'number';
}

/**
 * Brings the classes of a data set and of a model together: by name, where the model knows all names of the data, in whatever
 * order and among however many others; otherwise by number.
 *
 * @throws StriateError when neither is possible.
 *
 * @example
 * const { data } = await alignClasses(model, test); // test has cats first, the model dogs
 * await model.evaluate(data);
 */
export async function alignClasses(model: Model, data: DataSet): Promise<AlignedClasses> {
  const names = await classNamesOf(model);
  const numbers = names && placesOf(data.classNames, names);
  if (names && numbers) {
    const same = numbers.every((number, i) => number === i) && names.length === data.classNames.length;
    return { data: same ? data : new RelabelledSet(data, numbers, names), names, matchedBy: 'name' };
  }
  if (classCount(model) === data.classNames.length) return { data, names, matchedBy: 'number' };
  const missing = names && data.classNames.filter((name) => placesOf([name], names) === undefined);
  throw new StriateError({
    rule:
      `the model tells ${classCount(model)} classes apart, but '${data.name}' has ${data.classNames.length} ` +
      `(${listed(data.classNames)})${missing ? `; it does not know ${listed(missing)}` : ''}`,
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
