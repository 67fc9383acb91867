export * from './callback.js';
export * from './csvLogger.js';
export * from './earlyStopping.js';
export * from './learningRateScheduler.js';
export * from './modelCheckpoint.js';
export type { MonitorMode } from './monitor.js';
export * from './progressBar.js';
export * from './reduceLROnPlateau.js';
