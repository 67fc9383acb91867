import type { DataSet, DataSplits } from '../../data/dataSet.js';
import { normalizedSplits } from '../../data/normalizedSet.js';
import { PictureFiles } from '../../data/folders/pictureFiles.js';
import type { Model } from '../../models/index.js';
import { sameShape } from '../../tensor/index.js';
import { namedPreprocessing, type Preprocessing } from '../../pictures/index.js';
import { alignClasses } from '../alignedClasses.js';
import { augmentedFolder } from '../augmentArgument.js';
import type { Classifier } from '../classifierArgument.js';
import { openData } from '../dataArgument.js';
import { listed } from '../listed.js';
import { measuredPreprocessing } from './measuredPreprocessing.js';
import type { Output } from '../output.js';
import type { RunArguments } from './runFolder.js';

/** Opens a run's data: folders at a size and in a range, sets in memory in a range. */
export function openPictures(
  run: RunArguments,
  output: Output,
  pictures: { readonly inputShape: readonly number[] } | { readonly preprocessing: Preprocessing },
): Promise<DataSplits> {
  const options = { ...pictures, ...augmentedFolder(run.augment), strict: run.strict ?? false };
  return openData(run.data, output, { options });
}

/** The same data with its pictures prepared otherwise. */
export async function preparedPictures(
  data: DataSplits,
  preprocessing: Preprocessing,
  run: RunArguments,
  output: Output,
): Promise<DataSplits> {
  if (!(data.train instanceof PictureFiles)) return normalizedSplits(data, preprocessing);
  await data.train.close();
  return openPictures(run, output, { preprocessing });
}

/**
 * The data as a trained model wants it: as the command line, the file or the zoo says, and where none of them says it, as a
 * measurement with the model finds out.
 *
 * @param plain the data from 0 to 1, at the model's size
 * @param keepsClassifier whether the model tells these classes apart already
 * @returns the data, and the name of what was measured
 */
export async function measuredPictures(
  { format, preprocessing, advice }: Classifier,
  model: Model,
  plain: DataSplits,
  run: RunArguments,
  keepsClassifier: boolean,
  output: Output,
): Promise<{ readonly data: DataSplits; readonly name?: string }> {
  const { train } = plain;
  // What Striate trained on such classes saw numbers from 0 to 1 before files said how they were prepared.
  const worthTrying = sameShape(train.inputShape, model.inputs[0].shape) && !(format === 'Striate' && keepsClassifier);
  const chosen = worthTrying
    ? await measuredPreprocessing(model, train, { file: run.model, seed: run.seed })
    : undefined;
  const line = chosen?.line ?? advice;
  if (line !== undefined) output.progress(line);
  if (!chosen) return { data: await preparedPictures(plain, preprocessing, run, output) };
  const { name } = chosen;
  return { data: await preparedPictures(plain, namedPreprocessing(name, train.inputShape), run, output), name };
}

/** The same data with its labels as a model numbers its classes, which are those of the data. */
export async function inModelsOrder(
  model: Model,
  { train, validation, test }: DataSplits,
  { model: argument }: RunArguments,
  output: Output,
): Promise<DataSplits> {
  const aligned = async (set: DataSet): Promise<DataSet> => (await alignClasses(model, set, { argument })).data;
  const { data, advice } = await alignClasses(model, train, { argument });
  if (advice !== undefined) output.progress(advice);
  if (data !== train) {
    output.progress(
      `${argument} tells the classes of ${train.name} apart in another order: its classifier stays, and labels follow it ` +
        `(${listed(data.classNames)}).`,
    );
  }
  return { train: data, ...(validation && { validation: await aligned(validation) }), test: await aligned(test) };
}
