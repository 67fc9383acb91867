/**
 * Striate: train, look inside and ship ConvNets in TypeScript.
 *
 * What rooms share among themselves is not public: functions and classes are named here one by one where a room has both.
 * Architectures, file formats and pictures of models are also there by themselves: `striate/zoo`, `striate/formats`,
 * `striate/explain`.
 *
 * @packageDocumentation
 */
export { gradients } from './autodiff/index.js';
export * from './classify/index.js';
export * from './data/index.js';
export * from './engine/index.js';
export * from './explain/index.js';
export {
  exportKeras,
  exportOnnx,
  exportTfjs,
  importKeras,
  importOnnx,
  importTfjs,
  loadKerasWeights,
  saveOnnx,
} from './formats/index.js';
export type * from './formats/index.js';
export {
  callbacks,
  CSVLogger,
  EarlyStopping,
  History,
  LearningRateScheduler,
  ModelCheckpoint,
  ProgressBar,
  ReduceLROnPlateau,
} from './fit/index.js';
export type * from './fit/index.js';
export { defineOperator, GraphBuilder, Variable } from './graph/index.js';
export type * from './graph/index.js';
export * from './layers/classes.js';
export { initializers, input, Layer, layerFromConfig, layers, regularizers } from './layers/index.js';
export type * from './layers/index.js';
export * from './models/index.js';
export { operators, type OperatorName } from './ops/index.js';
export * from './pictures/index.js';
export * from './retrieval/index.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  formatShape,
  Random,
  sameShape,
  sizeOf,
  StriateError,
  Tensor,
  tensor,
  zeros,
} from './tensor/index.js';
export type * from './tensor/index.js';
export { receptiveFields } from './topology/index.js';
export type * from './topology/index.js';
export { Adam, losses, metrics, Optimizer, optimizers, RMSprop, schedules, SGD } from './training/index.js';
export type * from './training/index.js';
export { compareWeights, pytorchShapes } from './weights/index.js';
export type * from './weights/index.js';
export * from './zoo/index.js';
