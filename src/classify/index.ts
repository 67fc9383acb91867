export { alignClasses, type AlignedClasses } from './alignClasses.js';
export {
  classify,
  classifyBatches,
  type Classified,
  type Classifier,
  type ClassifyOptions,
  type PredictedClass,
} from './classify.js';
export {
  comparePreprocessing,
  type ComparedPreprocessing,
  type NumericPreprocessing,
  type PreparedAnswers,
} from './comparePreprocessing.js';
export { openModel, type ModelSource, type OpenedModel, type OpenModelOptions } from './openModel.js';
export { prepareTransfer, type PrepareTransferOptions, type Transfer } from './prepareTransfer.js';
export type { Drawable, PictureSource } from '../pictures/pictureSource.js';
export type { Preparation, PreprocessingChoice } from './preparation.js';
