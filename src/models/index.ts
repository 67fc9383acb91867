export type { FineTuneOptions } from './fineTune.js';
export * from './functional.js';
export { findLearningRate, type LearningRateCurve, type LearningRateFinderOptions } from './learningRateFinder.js';
export type { LearningRateSuggestion } from './learningRateSuggestion.js';
export * from './load.js';
export { Model } from './model.js';
export * from './newHead.js';
export * from './resized.js';
export * from './sequential.js';
