import { alignClasses as align, listed, placesOf } from '../classify/alignClasses.js';
import type { DataSet } from '../data/dataSet.js';
import type { Model } from '../models/index.js';
import { StriateError } from '../tensor/index.js';
import { invocation } from './invocation.js';

export { placesOf };

/** A data set whose labels are the model's class numbers. */
export interface AlignedClasses {
  readonly data: DataSet;
  /** A line for the user where names of classes do not agree. */
  readonly advice: string | undefined;
}

/**
 * `alignClasses` for commands, which say how to train a model that does not fit.
 *
 * @param argument the model as given on the command line
 */
export async function alignClasses(
  model: Model,
  data: DataSet,
  { argument }: { readonly argument: string },
): Promise<AlignedClasses> {
  const found = await align(model, data).catch((error: unknown) => {
    if (!(error instanceof StriateError)) throw error;
    throw error.advising(
      `${invocation()} train --data ${data.name} --model ${argument}; --classes FILE names a model's classes`,
    );
  });
  const { data: aligned, names, matchedBy } = found;
  if (matchedBy === 'name' || !names) return { data: aligned, advice: undefined };
  return {
    data: aligned,
    advice: `The model calls its classes ${listed(names)}, the data ${listed(data.classNames)}: taken for the same in this order.`,
  };
}
