import { optionsFactory } from '../../tensor/acceptedOptions.js';
import type { Callback } from './callback.js';
import { CSVLogger, type CSVLoggerOptions } from './csvLogger.js';
import { EarlyStopping, type EarlyStoppingOptions } from './earlyStopping.js';
import { LearningRateScheduler } from './learningRateScheduler.js';
import { ModelCheckpoint, type ModelCheckpointOptions } from './modelCheckpoint.js';
import { ProgressBar, type ProgressBarOptions } from './progressBar.js';
import { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduceLROnPlateau.js';
import { TerminateOnNaN } from './terminateOnNaN.js';

/**
 * The callbacks, by Keras's names.
 *
 * @namespace
 * @example
 * await model.fit(train, {
 *   epochs: 50,
 *   validationData: validation,
 *   callbacks: [callbacks.earlyStopping({ patience: 3, restoreBestWeights: true })],
 * });
 */
export const callbacks = {
  csvLogger: optionsFactory(CSVLogger.acceptedOptions, (options: CSVLoggerOptions) => new CSVLogger(options)),
  earlyStopping: optionsFactory(
    EarlyStopping.acceptedOptions,
    (options: EarlyStoppingOptions) => new EarlyStopping(options),
  ),
  /** Functions as a callback, as Keras has it; an object of them is one, too. */
  lambdaCallback: (functions: Omit<Callback, 'name' | 'last'>): Callback => ({ ...functions }),
  learningRateScheduler: (schedule: (epoch: number, learningRate: number) => number) =>
    new LearningRateScheduler(schedule),
  modelCheckpoint: optionsFactory(
    ModelCheckpoint.acceptedOptions,
    (options: ModelCheckpointOptions) => new ModelCheckpoint(options),
  ),
  progressBar: (options?: ProgressBarOptions) => new ProgressBar(options),
  reduceLROnPlateau: optionsFactory(
    ReduceLROnPlateau.acceptedOptions,
    (options: ReduceLROnPlateauOptions) => new ReduceLROnPlateau(options),
  ),
  terminateOnNaN: () => new TerminateOnNaN(),
} as const;
