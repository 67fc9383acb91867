export {
  classesInWeights,
  compareWeights,
  contentOf,
  pytorchShapes,
  type LoadWeightsOptions,
  type SaveWeightsOptions,
  type WeightSource,
} from './weightFiles.js';
export { isWeightFolder, isWeightIndex } from './weightFolder.js';
export type { LoadedWeights, MisshapedTensor, WeightFormat } from './matchWeights.js';
