export * from './augmentation/index.js';
export { annotatedPictures, type AnnotatedPicturesOptions, type GivenPicture } from './annotated/annotatedPictures.js';
export {
  AnnotatedSet,
  type AnnotatedPicture,
  type AnnotatedSource,
  type AugmentedThingsOptions,
} from './annotated/annotatedSet.js';
export { cocoAnnotations, cocoResults, type CocoAnnotations, type CocoNames } from './annotated/cocoFile.js';
export { labelMapOf } from './annotated/labelMapOf.js';
export type { AnnotationProblem, AnnotationProblemKind } from './annotated/annotationProblems.js';
export { cifar10Classes, loadCifar10, parseCifar10, type CifarBatch } from './cifar10.js';
export type { DataPass, DataSet, DataSplits, PictureArrays } from './dataSet.js';
export { digits, type DigitsOptions } from './digits.js';
export { parseIdx, readIdx } from './idx.js';
export { fashionMnistClasses, loadMnist, type MnistOptions } from './mnist.js';
export { imageFiles, type FolderFile, type ImageFilesOptions } from './folders/imageFiles.js';
export type { PictureFolderOptions } from './folders/folderOptions.js';
export { NormalizedSet, normalizedSplits } from './normalizedSet.js';
export { PictureFiles } from './folders/pictureFiles.js';
export type { FolderSplits } from './folders/pictureSplits.js';
export type { SkippedFile } from './folders/skippedFiles.js';
export { PictureSet, type PictureSetOptions, type PictureSplits } from './pictureSet.js';
export { scenes, type ScenesOptions, type ScenesSplits } from './scenes.js';
export type { SelectableSet } from './selectableSet.js';
export { toCategorical } from './toCategorical.js';
export { cleanLetter, xo, type XoOptions } from './xo.js';
