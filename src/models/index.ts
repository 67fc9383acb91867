export type { BatchStream, StreamedBatch } from './batchSource.js';
export * from './callbacks/index.js';
export type { ClassWeight, InputData, TargetData } from './columns.js';
export { predictsScores } from './executor.js';
export type { TestedBatch } from './evaluation.js';
export type { EvaluateOptions, FitOptions, ValidationData } from './fit.js';
export * from './functional.js';
export * from './history.js';
export { classSeparation, type ClassSeparation } from './classSeparation.js';
export type { Distance } from './distances.js';
export { KNearestNeighbors, type KNearestNeighborsOptions, type Neighbors } from './kNearestNeighbors.js';
export { findLearningRate, type LearningRateCurve, type LearningRateFinderOptions } from './learningRateFinder.js';
export type { LearningRateSuggestion } from './learningRateSuggestion.js';
export * from './load.js';
export { Model } from './model.js';
export type { CompileOptions, MetricChoice, PerOutput } from './objective.js';
export { receptiveFields, type ReceptiveField } from './receptiveField.js';
export type { FineTuneOptions } from './fineTune.js';
export { cachedBytes } from './frozenFeatures.js';
export type { UnfreezeOptions } from './freezing.js';
export * from './newHead.js';
export * from './resized.js';
export type { Logs } from './runningMeans.js';
export * from './retrieval/index.js';
export * from './sequential.js';
export type { LayerSummary, ModelSummary, ParameterCounts } from './summary.js';
export { Topology, type Call, type TopologyMarks } from './topology.js';
export type { TrainingState } from './trainingState.js';
export type { EngineChoice } from './weightStore.js';
export {
  classesInWeights,
  compareWeights,
  contentOf,
  pytorchShapes,
  type LoadWeightsOptions,
  type SaveWeightsOptions,
} from './weightFiles.js';
export type { LoadedWeights, MisshapedTensor, WeightFormat, WeightSource } from './weightReport.js';
