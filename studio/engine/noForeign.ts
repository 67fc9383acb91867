/**
 * In the place of the library's readers and writers of Keras's, TensorFlow.js's and PyTorch's files in the studio's pages: with HDF5
 * they would be as large as three of all pages together. `models/readableModel.ts` has the server convert Keras's; whatever
 * comes here had no server. The library's archives lie in such files alone. Nor do the pages explain what detectors find, make
 * torchvision's detectors and segmenters, or measure how good such models are on held-out pictures: Annotate trains its own, on
 * whatever backbone, and shows what they see.
 */
import { StriateError } from 'striate';
import { say } from '../models/strings.js';

/** The mark of models that Keras wrote. */
export const kerasIgnored = 'keras.ignored';

/** Whether a model is a detector or a segmenter. */
export const isTask = (): boolean => false;

/** torchvision's detectors, segmenters and their classes. */
export const detectionArchitectures = {};
export const segmentationArchitectures = {};
export const vocClassNames: readonly string[] = [];
export const publishedEpsilon = (): undefined => undefined;

/** @throws StriateError always, with the command that converts the file. */
function refuse(): Promise<never> {
  return Promise.reject(new StriateError({ where: say.studio, rule: say.noForeign, advice: say.convertFirst }));
}

/** @throws StriateError always: pages do not measure. */
function refuseMeasure(): never {
  throw new StriateError({ where: say.studio, rule: say.noMeasures, advice: say.measureThere });
}

export {
  refuseMeasure as evaluateDetections,
  refuseMeasure as evaluateSegmentation,
  refuseMeasure as expectDetections,
  refuseMeasure as objectKeypointSimilarity,
  refuseMeasure as pck,
  refuseMeasure as sigmasFor,
  refuse as loadTaskWeights,
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
