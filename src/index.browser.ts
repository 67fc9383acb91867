/** What pages have beyond the rest of Striate: the names of Node's own functions, which say what to use in their place. */
export * from './index.js';
export {
  annotatedFolder,
  cacheFolder,
  dataSetNames,
  FolderImageDataGenerator,
  imageDataGenerator,
  imageFolder,
  openDataSet,
  report,
} from './nodeOnly.browser.js';
