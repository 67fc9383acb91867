import type { DataSet } from '../data/dataSet.js';
import { StriateError } from '../tensor/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { ClassWeight, InputData, TargetData } from './batchColumns.js';
import type { BatchStream } from './batchSource.js';
import { checkCallbacks, type Callback } from './callbacks/callback.js';
import type { TrainingState } from './trainingState.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';

/** Examples to validate with: a data set, a generator, or tensors. */
export type ValidationData =
  DataSet | BatchStream | readonly [x: InputData, y: TargetData, sampleWeight?: ArrayLike<number>];

/** Options of `fit`. */
export interface FitOptions {
  /** The epoch at which training ends; 1 by default. */
  readonly epochs?: number;
  /** The epoch at which it begins; 0 by default. */
  readonly initialEpoch?: number;
  /**
   * As the data set says, or 32, by default; of fewer than 249 examples an eighth, but 4 at least, so that an epoch has several steps
   * (Keras takes 32 of any). The last, smaller batch is trained on, too.
   */
  readonly batchSize?: number;
  /** Whether examples come in a new order each epoch; true by default. */
  readonly shuffle?: boolean;
  /** The part of the examples, the last before shuffling, that is held back for validation; 0 by default. */
  readonly validationSplit?: number;
  readonly validationData?: ValidationData;
  /** The training's batch size by default. */
  readonly validationBatchSize?: number;
  /** Batches of validation data to use; all by default. */
  readonly validationSteps?: number;
  /** Validation follows every so many epochs, and the last; 1 by default. In between, logs have no `val…`. */
  readonly validationFreq?: number;
  /** Batches of an epoch; all by default, required for generators that never end. */
  readonly stepsPerEpoch?: number;
  /** How much each class counts. */
  readonly classWeight?: ClassWeight;
  /** How much each example counts, for training on tensors. */
  readonly sampleWeight?: ArrayLike<number>;
  /**
   * Whether the frozen layers at the beginning run once for each example instead of once an epoch; false by default. What
   * they give is kept in memory, so the data must not change from epoch to epoch, unless `views` says how many changes are enough.
   * 'auto' keeps it where layers are frozen, the data stay the same, and 1 GB is enough.
   */
  readonly cacheFeatures?: boolean | 'auto';
  /**
   * Of data that change from epoch to epoch, how many changed versions of each example `cacheFeatures` keeps, which the epochs take in
   * turn; without it such data are not kept.
   */
  readonly views?: number;
  readonly callbacks?: readonly Callback[];
  /** 0 silent, 1 progress bar (default), 2 a line for each epoch. */
  readonly verbose?: 0 | 1 | 2;
  /** The seed of the order of examples; the model's by default. */
  readonly seed?: number;
  /** Ends the training after the step under way; `history.interrupted` is then true. */
  readonly signal?: AbortSignal;
  /** Goes on where an earlier training stood: its state, or a file saved with `optimizer: true`. */
  readonly resumeFrom?: TrainingState | string;
}

/** Every option of fit: the compiler shows a misspelt name only to users of TypeScript. */
export const fitAccepts = {
  where: 'fit',
  kinds: {
    epochs: 'number',
    initialEpoch: 'number',
    batchSize: 'number',
    shuffle: 'boolean',
    stepsPerEpoch: 'number',
    verbose: 'number',
    seed: 'number',
    validationSplit: 'number',
    validationData: 'function or list or object',
    validationBatchSize: 'number',
    validationSteps: 'number',
    validationFreq: 'number',
    classWeight: 'list or object',
    sampleWeight: 'list',
    cacheFeatures: 'boolean or string',
    views: 'number',
    callbacks: 'list',
    signal: 'object',
    resumeFrom: 'string or object',
  },
} as const satisfies AcceptedOptions<FitOptions>;

const counts = [
  'epochs',
  'batchSize',
  'validationBatchSize',
  'validationSteps',
  'validationFreq',
  'stepsPerEpoch',
  'views',
] as const;

/** Checks the options' names and the numbers among them. */
export function checkFitOptions(options: FitOptions): void {
  checkCallbacks('fit', options.callbacks ?? []);
  expectOptions(fitAccepts, options);
  for (const name of counts) {
    if (options[name] !== undefined) expectWhole('fit', name, options[name], name === 'epochs' ? 0 : 1);
  }
  const { validationSplit = 0, validationData, cacheFeatures = false } = options;
  if (typeof cacheFeatures === 'string') expectOneOf('fit', 'cacheFeatures', cacheFeatures, ['auto']);
  if (options.verbose !== undefined) expectWhole('fit', 'verbose', options.verbose, 0, 2);
  expectNumber('fit', 'validationSplit', validationSplit, { least: 0, below: 1 });
  if (validationSplit > 0 && validationData) {
    throw new StriateError({ where: 'fit', rule: 'give either validationSplit or validationData', received: 'both' });
  }
}

/** Options of `evaluate`. */
export interface EvaluateOptions {
  /** As the data set says, or 32, by default. */
  readonly batchSize?: number;
  readonly sampleWeight?: ArrayLike<number>;
  /** Batches to use; all by default. */
  readonly steps?: number;
  /** 0 silent (default); 1 or 2 print a line at the end: seconds, loss and metrics. */
  readonly verbose?: 0 | 1 | 2;
  /**
   * Their `onTestBatchBegin` and `onTestBatchEnd` are called.
   *
   * @example
   * const outputs: Float32Array[] = [];
   * const keep: Callback = { onTestBatchEnd: (batch, logs, { outputs: [scores] }) => void outputs.push(scores.data) };
   * const { accuracy } = await model.evaluate(test, { callbacks: [keep] });
   */
  readonly callbacks?: readonly Callback[];
}

const evaluateAccepts = {
  where: 'evaluate',
  kinds: { batchSize: 'number', sampleWeight: 'list', steps: 'number', verbose: 'number', callbacks: 'list' },
} as const satisfies AcceptedOptions<EvaluateOptions>;

/** Checks the options' names and the numbers among them. */
export function checkEvaluateOptions(options: EvaluateOptions): void {
  checkCallbacks('evaluate', options.callbacks ?? []);
  expectOptions(evaluateAccepts, options);
  for (const name of ['batchSize', 'steps'] as const) {
    if (options[name] !== undefined) expectWhole('evaluate', name, options[name]);
  }
  if (options.verbose !== undefined) expectWhole('evaluate', 'verbose', options.verbose, 0, 2);
}

/** Options of `predict`. */
export interface PredictOptions {
  /** As the data set says, or 32, by default. */
  readonly batchSize?: number;
  /** 0 silent (default); 1 or 2 print a line at the end: seconds and the number of examples. */
  readonly verbose?: 0 | 1 | 2;
  /** Their `onPredictBatchBegin` and `onPredictBatchEnd` are called. */
  readonly callbacks?: readonly Callback[];
}

const predictAccepts = {
  where: 'predict',
  kinds: { batchSize: 'number', verbose: 'number', callbacks: 'list' },
} as const satisfies AcceptedOptions<PredictOptions>;

/** Checks the options' names and the numbers among them. */
export function checkPredictOptions(options: PredictOptions): void {
  checkCallbacks('predict', options.callbacks ?? []);
  expectOptions(predictAccepts, options);
  if (options.batchSize !== undefined) expectWhole('predict', 'batchSize', options.batchSize);
  if (options.verbose !== undefined) expectWhole('predict', 'verbose', options.verbose, 0, 2);
}
