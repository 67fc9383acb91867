export { namedPreprocessing, preprocessingNames, type PreprocessingName } from './namedPreprocessing.js';
export { parsePreprocessing, plainPreprocessing } from './parsePreprocessing.js';
export type {
  Normalization,
  PictureTarget,
  PictureTransform,
  Pixels,
  TransformDescription,
} from './pictureTransform.js';
export type { Preprocessing } from './preprocessing.js';
export { statedPreprocessing } from './statedPreprocessing.js';
