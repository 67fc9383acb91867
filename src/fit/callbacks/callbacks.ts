import { withForeignNames } from '../../tensor/index.js';
import { expectOptions, optionsFactory, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import type { Callback } from './callback.js';
import { CSVLogger, type CSVLoggerOptions } from './csvLogger.js';
import { EarlyStopping, type EarlyStoppingOptions } from './earlyStopping.js';
import { LearningRateScheduler } from './learningRateScheduler.js';
import { ModelCheckpoint, type ModelCheckpointOptions } from './modelCheckpoint.js';
import { ProgressBar, type ProgressBarOptions } from './progressBar.js';
import { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduceLROnPlateau.js';
import { TerminateOnNaN } from './terminateOnNaN.js';

/** What `lambdaCallback` takes: a callback's functions. */
export type LambdaCallbackOptions = Omit<Callback, 'name' | 'last'>;

const lambdaAccepts = {
  where: 'lambdaCallback',
  kinds: {
    onTrainBegin: 'function',
    onTrainEnd: 'function',
    onEpochBegin: 'function',
    onEpochEnd: 'function',
    onTrainBatchBegin: 'function',
    onTrainBatchEnd: 'function',
    onLossNotFinite: 'function',
    onTestBatchBegin: 'function',
    onTestBatchEnd: 'function',
    measured: 'list',
    onTestEnd: 'function',
    onPredictBatchBegin: 'function',
    onPredictBatchEnd: 'function',
    state: 'function',
    restore: 'function',
  },
} as const satisfies AcceptedOptions<LambdaCallbackOptions>;

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
export const callbacks = withForeignNames(
  'callbacks',
  {
    csvLogger: optionsFactory(CSVLogger.acceptedOptions, (options: CSVLoggerOptions) => new CSVLogger(options)),
    earlyStopping: optionsFactory(
      EarlyStopping.acceptedOptions,
      (options: EarlyStoppingOptions) => new EarlyStopping(options),
    ),
    /** Functions as a callback, as Keras has it; an object of them is one, too. */
    lambdaCallback: (functions: LambdaCallbackOptions): Callback => ({ ...expectOptions(lambdaAccepts, functions) }),
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
  } as const,
  {
    CSVLogger: 'write callbacks.csvLogger',
    'backupAndRestore BackupAndRestore backup_and_restore':
      'write callbacks.modelCheckpoint({ filepath, saveFreq: 100 }), and fit({ resumeFrom: filepath }) to go on to the bit',
    'tensorBoard TensorBoard': 'write callbacks.csvLogger, whose table every program reads',
    'history History': 'leave it out: await fit(…) gives it',
    'progbarLogger ProgbarLogger': 'write callbacks.progressBar, or verbose of fit',
    'reduceLrOnPlateau ReduceLrOnPlateau': 'write callbacks.reduceLROnPlateau',
    'callback Callback customCallback CustomCallback':
      'write an object with the methods, such as { onEpochEnd(epoch, logs) { … } }',
    'remoteMonitor RemoteMonitor': 'write an object with onEpochEnd that calls fetch',
  },
);
