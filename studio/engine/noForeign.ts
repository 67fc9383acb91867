/**
 * In the place of the library's readers and writers of Keras's, TensorFlow.js's and PyTorch's files in the studio's pages: with HDF5
 * they would be as large as three of all pages together. `models/readableModel.ts` has the server convert Keras's; whatever
 * comes here had no server. The library's archives lie in such files alone.
 */
import { StriateError } from 'striate';
import { say } from '../models/strings.js';

/** The mark of models that Keras wrote. */
export const kerasIgnored = 'keras.ignored';

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
  refuse as tfjsFiles,
  refuse as unzipSync,
  refuse as zipSync,
};
