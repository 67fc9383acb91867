/**
 * Striate: train, look inside and ship ConvNets in TypeScript.
 *
 * What rooms share among themselves is not public: functions and classes are named one by one, in `public/` where a room has
 * both. There is no `export { … } from` here, but for types: bundlers that go by files (esbuild) would otherwise put every
 * file named here into whatever page uses one of them, as soon as any part that is fetched later needs that file, too.
 * Architectures, file formats and pictures of models are also there by themselves: `striate/zoo`, `striate/formats`,
 * `striate/explain`.
 *
 * @packageDocumentation
 */
export * from './classify/index.js';
export * from './data/index.js';
export type { KerasColourOptions } from './data/augmentation/kerasColours.js';
export type { KerasGeometryOptions } from './data/augmentation/kerasGeometry.js';
export type { GeneratorData, StatisticsOptions } from './data/augmentation/imageDataGenerator.js';
export type { FlowBatch, PictureFlow } from './data/augmentation/pictureFlow.js';
export type { PictureCacheKind } from './data/folders/folderOptions.js';
export * from './engine/index.js';
export * from './explain/index.js';
export * from './geometry/index.js';
export * from './measures/index.js';
export type {
  KerasFormat,
  ImportKerasOptions,
  LoadKerasWeightsOptions,
  ImportTfjsOptions,
  TfjsFiles,
  ReadModelOptions,
  ModelFormat,
  ExportOnnxOptions,
  ImportOnnxOptions,
  PictureLayout,
} from './formats/index.js';
export type {
  BatchStream,
  StreamedBatch,
  ClassWeight,
  InputData,
  TargetData,
  EvaluateOptions,
  FitOptions,
  PredictOptions,
  ValidationData,
  CompileOptions,
  PerOutput,
  Logs,
  LogisticScore,
  PenaltyResult,
  TrainingState,
  EngineChoice,
  ModelCheckpointOptions,
  MonitorMode,
  TrainedModel,
  Training,
  TestedBatch,
  CallbackState,
  Callback,
  CSVLoggerOptions,
  EarlyStoppingOptions,
  ProgressBarOptions,
  ReduceLROnPlateauOptions,
  EpochResult,
} from './fit/index.js';
export type { FitData } from './fit/fitData.js';
export type {
  ElementType,
  Type,
  VariableRole,
  InputNode,
  VariableNode,
  ConstantNode,
  OperatorNode,
  Node,
  Value,
  GradientContext,
  Reference,
  Operator,
  Operand,
  OperatorArguments,
  OperatorFunction,
  Graph,
} from './graph/index.js';
export type {
  ActivationName,
  KernelOptions,
  KernelSettings,
  Serialized,
  MarginsOption,
  PaddingOption,
  PairOption,
  Pooling2DOptions,
  PoolingSettings,
  L1Options,
  L2Options,
  Regularizer,
  RegularizerOption,
  ActivationOptions,
  AdaptData,
  AdaptiveAveragePooling2DOptions,
  AffineOptions,
  AlphaDropoutOptions,
  AveragePooling1DOptions,
  AveragePooling2DOptions,
  AxisMatrixOptions,
  BatchNormalizationOptions,
  CenterCropOptions,
  ClipOptions,
  ConcatenateOptions,
  Conv1DOptions,
  Conv1DTransposeOptions,
  Conv2DOptions,
  Conv2DTransposeOptions,
  Cropping1DOptions,
  Cropping2DOptions,
  DenseOptions,
  DepthwiseConv1DOptions,
  DepthwiseConv2DOptions,
  DotOptions,
  DropoutOptions,
  ELUOptions,
  Ends,
  EndsOption,
  GaussianDropoutOptions,
  GaussianNoiseOptions,
  GlobalAveragePooling1DOptions,
  GlobalAveragePooling2DOptions,
  GlobalMaxPooling1DOptions,
  GlobalMaxPooling2DOptions,
  GroupNormalizationOptions,
  LayerNormalizationOptions,
  LeakyReLUOptions,
  LocallyConnected2DOptions,
  LocalResponseNormalizationOptions,
  NormalizationOptions,
  PadChannelsOptions,
  PermuteOptions,
  Pooling1DOptions,
  PowerOptions,
  PReLUOptions,
  FactorOption,
  RandomColourOptions,
  RandomMoveOptions,
  RandomBrightnessOptions,
  RandomColorDegenerationOptions,
  RandomContrastOptions,
  RandomErasingOptions,
  RandomFlipOptions,
  RandomGrayscaleOptions,
  RandomInvertOptions,
  RandomRotationOptions,
  RandomSharpnessOptions,
  RandomShearOptions,
  RandomTranslationOptions,
  RandomZoomOptions,
  ReduceOptions,
  ReductionName,
  ReLUOptions,
  RepeatVectorOptions,
  RescalingOptions,
  ReshapeOptions,
  ResizingInterpolation,
  ResizingOptions,
  RowWindow,
  SeparableConv1DOptions,
  SeparableConv2DOptions,
  SeparableOptions,
  SeparableSettings,
  SignalPadding,
  SignalWindowOptions,
  SliceOptions,
  SoftmaxOptions,
  SpatialDropout1DOptions,
  SpatialDropout2DOptions,
  StepsOption,
  StochasticDepthOptions,
  UnitNormalizationOptions,
  UpSampling1DOptions,
  UpSampling2DOptions,
  ZeroPadding1DOptions,
  ZeroPadding2DOptions,
  Initializer,
  OrthogonalOptions,
  NormalOptions,
  SeedOption,
  UniformOptions,
  ExampleBatch,
  Fans,
  FilledExamples,
  VarianceScalingOptions,
  InitializerOption,
  InputOptions,
  LayerContext,
  LayerTraits,
  LayerOptions,
  Weight,
  WeightHome,
  SymbolicTensor,
  LayerWindow,
  LayerName,
  LayerClassName,
  CustomClasses,
} from './layers/index.js';
export * from './models/index.js';
export * from './public/building.js';
export * from './public/files.js';
export * from './public/operators.js';
export * from './public/training.js';
export * from './tasks/index.js';
export type { AttributesOf, CoordinateMode, NearestRounding, OperatorName } from './ops/index.js';
export type { Margins, Padding, Pair } from './ops/window.js';
export type { Interpolation } from './pictures/pictureGeometry.js';
export type { Terminal } from './platform/platform.js';
export * from './pictures/index.js';
export * from './projection/index.js';
export * from './foreign.js';
export * from './renamed.js';
export * from './retrieval/index.js';
export * from './training/calibration.js';
export type { Calibration, CalibrationBin } from './training/calibrationSums.js';
export * from './training/labelIssues.js';
export type { Labels, Probabilities } from './training/labelledProbabilities.js';
export type { ErrorCode, ErrorParts, Shape, ArrayOf, DType, NestedNumbers } from './tensor/index.js';
export type { SafeTensors, SafeTensorEntry } from './tensor/safetensors.js';
export type {
  ReceptiveField,
  UnfreezeOptions,
  LayerSummary,
  ModelSummary,
  ParameterCounts,
  Topology,
  Call,
  TopologyMarks,
} from './topology/index.js';
export type {
  AdamOptions,
  AdadeltaOptions,
  AdagradOptions,
  LionOptions,
  MomentOptions,
  Moments,
  StepPhase,
  Convention,
  AccuracyName,
  Loss,
  CrossentropyOptions,
  SmoothedCrossentropyOptions,
  LossChoice,
  LossFunction,
  LossName,
  OwnLossOptions,
  HuberOptions,
  FocalOptions,
  BinaryFocalOptions,
  CategoricalFocalOptions,
  TverskyOptions,
  Metric,
  MetricChoice,
  MetricFactory,
  MetricName,
  MetricOptions,
  AUCOptions,
  Average,
  ClassMetricOptions,
  DecidedMetricOptions,
  IoUOptions,
  TopKOptions,
  OptimizerOptions,
  WeightGradient,
  UpdateInputs,
  OptimizerName,
  RMSpropOptions,
  ScheduleConfig,
  Schedule,
  ExponentialDecayOptions,
  InverseTimeDecayOptions,
  PolynomialDecayOptions,
  PiecewiseOptions,
  CosineDecayOptions,
  CosineDecayRestartsOptions,
  OneCycleOptions,
  LinearWarmupOptions,
  SGDOptions,
} from './training/index.js';
export type {
  LoadWeightsOptions,
  SaveWeightsOptions,
  WeightSource,
  LoadedWeights,
  MisshapedTensor,
  WeightFormat,
} from './weights/index.js';
export * from './zoo/index.js';
