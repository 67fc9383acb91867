/**
 * In the place of the library's readers and writers of Keras's, TensorFlow.js's and PyTorch's files in the studio's pages: with HDF5
 * they would be as large as three of all pages together. `models/readableModel.ts` has the server convert Keras's; whatever
 * comes here had no server. The library's archives lie in such files alone. Nor do the pages open detectors and segmenters, whose
 * explanations would bring along all that such models are trained by.
 */
import { StriateError } from 'striate';
import { say } from '../models/strings.js';

/** The mark of models that Keras wrote. */
export const kerasIgnored = 'keras.ignored';

/** Whether a model is a detector or a segmenter. */
export const isTask = (): boolean => false;

/** @throws StriateError always, with the command that converts the file. */
function refuse(): Promise<never> {
  return Promise.reject(new StriateError({ where: say.studio, rule: say.noForeign, advice: say.convertFirst }));
}

export {
  refuse as decodeTorch,
  refuse as exportKeras,
  refuse as exportTfjs,
  refuse as importKeras,
  refuse as importTfjs,
  refuse as kerasBytes,
  refuse as loadKerasWeights,
  refuse as taskTarget,
  refuse as tfjsFiles,
  refuse as unzipSync,
  refuse as zipSync,
};
