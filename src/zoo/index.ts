export type { Architecture, ArchitectureOptions, Paper } from './architecture.js';
export { architectures, type ArchitectureName } from './architectures.js';
export { measureOnDataSet, type MeasuredOnDataSet } from './measureOnDataSet.js';
export { measurePreprocessing, type MeasuredPreprocessing } from './measurePreprocessing.js';
export type { DownloadProgress } from './weights/downloadLine.js';
export type { HubOptions } from './weights/hub.js';
export type { PretrainedOptions } from './weights/pretrained.js';
export { hubNames, type HubName } from './weights/published.js';
export { zoo, type ArchitectureFilter } from './zoo.js';
