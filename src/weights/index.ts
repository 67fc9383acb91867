export { compareWeights, pytorchShapes } from './compareWeights.js';
export {
  classesInWeights,
  contentOf,
  type LoadWeightsOptions,
  type SaveWeightsOptions,
  type WeightSource,
} from './weightFiles.js';
export { isWeightFolder, isWeightIndex } from './weightFolder.js';
export type { LoadedWeights, MisshapedTensor, WeightFormat } from './matchWeights.js';
