export type { Architecture, ArchitectureOptions, Paper, Preprocessing } from './architecture.js';
export { architectures, zoo, type ArchitectureFilter, type ArchitectureName } from './registry.js';
export { preparePicture, type DecodedPicture } from './preparePicture.js';
export { statedPreprocessing } from './statedPreprocessing.js';
