export * from './augmentation/index.js';
export { cifar10Classes, loadCifar10, parseCifar10, type CifarBatch } from './cifar10.js';
export type { DataPass, DataSet, DataSplits, PictureArrays } from './dataSet.js';
export { digits, type DigitsOptions } from './digits.js';
export { parseIdx, readIdx } from './idx.js';
export { loadMnist, type MnistOptions } from './mnist.js';
export type {
  Normalization,
  PictureTarget,
  PictureTransform,
  Pixels,
  TransformDescription,
} from './pictureTransform.js';
export { imageFiles, type FolderFile, type ImageFilesOptions } from './imageFiles.browser.js';
export type { ModelPreprocessing, PictureFolderOptions } from './folderOptions.js';
export { NormalizedSet, normalizedSplits } from './normalizedSet.js';
export { PictureFiles } from './pictureFiles.js';
export type { FolderSplits } from './pictureSplits.js';
export type { SkippedFile } from './skippedFiles.js';
export { PictureSet, type PictureSetOptions, type PictureSplits } from './pictureSet.js';
export { cleanLetter, xo, type XoOptions } from './xo.js';
