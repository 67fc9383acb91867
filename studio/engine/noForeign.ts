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

/** Published weights, and folders of weights: pages take single files. */
export const hubNames: readonly string[] = [];
export const hubOptionKinds = {};
export const publishedWeights = {};
export const otherWeights = {};
export const publisher = '';
export const isHubName = (): boolean => false;
export const filesOf = (): undefined => undefined;
export const namesOf = (): readonly string[] => [];
export const WeightHub = Object;
export const isWeightFolder = (): Promise<boolean> => Promise.resolve(false);
export const isWeightIndex = isHubName;
export const looksLikeJson = isHubName;

/** What other libraries call options and layers: for people who write programs. */
export const nameAdvice = (_: unknown, known: readonly string[]): string => `use one of ${known.join(', ')}`;
export const spellingAdvice = (): undefined => undefined;
export const rowOf = (): undefined => undefined;
export const nearestNames = (): readonly string[] => [];
export const spelledHere = nearestNames;
export const foreignModelNames = {};

/** Tells of a training where there is a terminal. */
export const ProgressBar = Object;
export const printPass = (): void => undefined;

/** @throws StriateError always: pages do not measure. */
function refuseMeasure(): never {
  throw new StriateError({ where: say.studio, rule: say.noMeasures, advice: say.measureThere });
}

/**
 * Metrics that pages do not count: models that were compiled with them open, predict and are kept with them; measuring refuses.
 */
const unmeasured =
  (kind: string) =>
  (options: { readonly name?: string } = {}) => ({
    name: options.name ?? kind,
    kind,
    emit: refuseMeasure,
    config: () => ({ ...options }),
  });
export const auc = unmeasured('auc');
export const cohenKappa = unmeasured('cohenKappa');
export const f1Score = unmeasured('f1Score');
export const falseNegatives = unmeasured('falseNegatives');
export const falsePositives = unmeasured('falsePositives');
export const iou = unmeasured('iou');
export const matthewsCorrelation = unmeasured('matthewsCorrelation');
export const meanIoU = unmeasured('meanIoU');
export const precision = unmeasured('precision');
export const recall = unmeasured('recall');
export const trueNegatives = unmeasured('trueNegatives');
export const truePositives = unmeasured('truePositives');

export {
  refuseMeasure as evaluateDetections,
  refuseMeasure as evaluateSegmentation,
  refuseMeasure as expectDetections,
  refuseMeasure as objectKeypointSimilarity,
  refuseMeasure as pck,
  refuseMeasure as sigmasFor,
  refuse as loadTaskWeights,
  refuse as readWeightFolder,
  refuse as readWeightIndex,
  refuse as weightFileIn,
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
