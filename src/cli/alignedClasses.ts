import type { DataSet } from '../data/dataSet.js';
import { RelabelledSet } from '../data/derivedSet.js';
import type { Model } from '../models/index.js';
import { StriateError } from '../tensor/index.js';
import { classNamesFor } from './classNames.js';
import { invocation } from './invocation.js';
import { listed } from './listed.js';
import { classesOf } from './modelArgument.js';

/** A data set whose labels are the model's class numbers. */
export interface AlignedClasses {
  readonly data: DataSet;
  /** A line for the user where names of classes do not agree. */
  readonly advice: string | undefined;
}

/**
 * Brings the classes of a data set and of a model together: by name, where the model knows all names of the data, in whatever
 * order and among however many others; otherwise by number.
 *
 * @param argument the model as given on the command line, for messages
 * @param file names of the model's classes, as for `--classes`
 * @throws StriateError when neither is possible, with what to do.
 */
export async function alignClasses(
  model: Model,
  data: DataSet,
  { argument, file }: { readonly argument: string; readonly file?: string | undefined },
): Promise<AlignedClasses> {
  const classes = classesOf(model);
  const own = file === undefined ? model.classNames : undefined;
  const names = own ?? (await classNamesFor(file, classes));
  const numbers = names && placesOf(data.classNames, names);
  if (names && numbers) {
    const same = numbers.every((number, i) => number === i) && names.length === data.classNames.length;
    return { data: same ? data : new RelabelledSet(data, numbers, names), advice: undefined };
  }
  if (classes !== data.classNames.length) throw misfit(classes, names, data, argument);
  const advice =
    names &&
    `The model calls its classes ${listed(names)}, the data ${listed(data.classNames)}: taken for the same in this order.`;
  return { data, advice };
}

/** Where each name stands among others, upper and lower case being the same; undefined where one is missing. */
export function placesOf(wanted: readonly string[], among: readonly string[]): number[] | undefined {
  const plain = (name: string): string => name.toLowerCase().replaceAll('_', ' ');
  const place = new Map(among.map((name, i) => [plain(name), i]));
  const found = wanted.map((name) => place.get(plain(name)));
  return found.every((at) => at !== undefined) && new Set(found).size === found.length ? found : undefined;
}

function misfit(classes: number, names: readonly string[] | undefined, data: DataSet, argument: string): StriateError {
  const missing = names && data.classNames.filter((name) => placesOf([name], names) === undefined);
  const known = missing
    ? `; it does not know ${listed(missing)}`
    : '; --classes FILE names its classes, if they include those of the data';
  return new StriateError({
    where: `the model tells ${classes} classes apart, but '${data.name}' has ${data.classNames.length} (${listed(data.classNames)})${known}. Choose other data or another model, or teach it these classes`,
    rule: `${invocation()} train --data ${data.name} --model ${argument}`,
  });
}
