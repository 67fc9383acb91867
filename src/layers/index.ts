export type { ActivationName } from './activations.js';
export type { AdaptData, ExampleBatch, FilledExamples } from './axisStatistics.js';
export * from './classes.js';
export { initializers, resolveInitializer } from './initializers/index.js';
export type * from './initializers/index.js';
export * from './input.js';
export type { KernelOptions, KernelSettings, WeightSettings } from './weightOptions.js';
export type { ResizingInterpolation } from './interpolation.js';
export * from './layer.js';
export * from './layers.js';
export * from './layerTable.js';
export type { Serialized } from './named.js';
export type { MarginsOption, PaddingOption, PairOption, WindowOptions } from './options.js';
export type { Pooling2DOptions, PoolingSettings } from './pooling.js';
export type { Pooling1DOptions } from './pooling1d.js';
export type { SeparableOptions, SeparableSettings } from './separable.js';
export type { Ends, EndsOption, RowWindow, SignalPadding, SignalWindowOptions, StepsOption } from './signal.js';
export type { RandomColourOptions } from './randomColours.js';
export type { RandomMoveOptions } from './randomGeometry.js';
export type { RandomOptions } from './randomInTraining.js';
export type { FactorOption } from './randomPictures.js';
export * from './registry.js';
export {
  regularizers,
  resolveRegularizer,
  type L1Options,
  type L2Options,
  type Regularizer,
  type RegularizerOption,
} from './regularizers.js';
