/** What Node has beyond the rest of Striate: data sets by name, and pages about runs. */
export * from './index.js';
export {
  FolderImageDataGenerator,
  imageDataGenerator,
  type FlowFromDirectoryOptions,
} from './data/augmentation/folderGenerator.node.js';
export {
  annotatedFolder,
  type AnnotatedFolderOptions,
  type AnnotatedSplits,
} from './data/annotated/annotatedFolder.node.js';
export { cacheFolder, dataSetNames, openDataSet, type OpenOptions } from './data/catalogue.node.js';
export { imageFolder, type ImageFolderOptions } from './data/folders/imageFolder.node.js';
export * as report from './report/index.js';
