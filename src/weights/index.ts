export {
  classesInWeights,
  compareWeights,
  contentOf,
  pytorchShapes,
  type LoadWeightsOptions,
  type SaveWeightsOptions,
} from './weightFiles.js';
export type { LoadedWeights, MisshapedTensor, WeightFormat, WeightSource } from './weightReport.js';
