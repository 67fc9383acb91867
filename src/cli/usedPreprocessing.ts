import type { DataSet } from '../data/dataSet.js';
import type { Model } from '../models/index.js';
import { completePreprocessing, type CompletePreprocessing } from '../pictures/index.js';

/**
 * How the pictures of a data set came out, in full; undefined for grey drawings in memory, which `predict` makes of whatever
 * strokes a picture has.
 */
export function usedPreprocessing({ name, inputShape, preprocessing }: DataSet): CompletePreprocessing | undefined {
  const channels = inputShape[2];
  if (inputShape.length !== 3 || (channels !== 1 && channels !== 3)) return undefined;
  if (!preprocessing && channels === 1) return undefined;
  return completePreprocessing(preprocessing ?? {}, inputShape, `data '${name}'`);
}

/** Has a model that is trained on a data set say how its pictures were prepared, in every file that it is saved in. */
export function statePictures(model: Model, data: DataSet): void {
  model.preprocessing = usedPreprocessing(data);
}
