export * from './callback.js';
export { callbacks } from './callbacks.js';
export * from './csvLogger.js';
export * from './earlyStopping.js';
export * from './learningRateScheduler.js';
export { ModelCheckpoint, type ModelCheckpointOptions } from './modelCheckpoint.js';
export type { MonitorMode } from './monitor.js';
export * from './progressBar.js';
export * from './reduceLROnPlateau.js';
