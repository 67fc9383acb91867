/**
 * What models train, measure and are saved with: one part of a page, fetched when the first of it is asked for. Parts of their
 * own would cut what they share with the page, and among themselves, into many small files.
 */
export { files } from '#platform';
export { sequentialSource } from '../fit/dataSources.js';
export { checkEvaluateOptions, checkFitOptions } from '../fit/fitOptions.js';
export { modelFileFormat, weightFileFormat } from '../fit/modelFile.js';
export { objectiveFor } from '../fit/objective.js';
export { trainOnBatch } from '../fit/onBatch.js';
export { prepareTraining } from '../fit/prepareTraining.js';
export { restoreCheckpoint } from '../fit/restoreCheckpoint.js';
export { testPass } from '../fit/testPass.js';
export { areFinite, readWeights, setWeights } from '../fit/weights.js';
export { resumedFrom } from '../fit/trainingState.js';
export { encodedModel, modelParts } from './save.js';
export { fineTune } from './fineTune.js';
export { outOfSampleLabels } from './outOfSampleLabels.js';
export { solveHead } from './solveHead.js';
export { encodeWeights, loadWeightsInto } from '../weights/weightFiles.js';
export * as firstLoad from './firstLoad.js';
