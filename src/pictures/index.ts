export { namedPreprocessing, preprocessingNames, type PreprocessingName } from './namedPreprocessing.js';
export type { PictureNormalization } from './normalization.js';
export type { PictureTarget, PictureTransform, Pixels, TransformDescription } from './pictureTransform.js';
export { preparePicture } from './preparePicture.js';
export {
  completePreprocessing,
  parsePreprocessing,
  type CompletePreprocessing,
  type Preprocessing,
} from './preprocessing.js';
export { preprocessingFromTexts } from './preprocessing.js';
export type { PixelSource, RawPicture, RgbaPicture } from './rgbaPicture.js';
