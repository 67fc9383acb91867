// What filters and classes look for, whatever the picture.

export {
  classPatterns,
  filterPatterns,
  type ClassPatternsOptions,
  type FilterPatternsOptions,
  type Pattern,
  type PatternOptions,
} from './filterPatterns.js';
export { kernelPictures } from './kernelPictures.js';
export { templates } from './templates.js';
