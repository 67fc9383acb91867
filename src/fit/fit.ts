import type { DataSet } from '../data/dataSet.js';
import { StriateError, Tensor } from '../tensor/index.js';
import {
  BatchRoom,
  IndexedSource,
  isStream,
  StreamSource,
  type BatchSource,
  type BatchStream,
  type IndexedOptions,
} from './batchSource.js';
import { checkCallbacks, type Callback } from './callbacks/callback.js';
import { ProgressBar } from './callbacks/progressBar.js';
import type { ClassWeight, InputData, TargetData } from './batchColumns.js';
import { DataSetExamples, isDataSet, tensorExamples, type ExampleOptions, type Examples } from './examples.js';
import { worthKeeping } from './frozenFeatures.js';
import { expectKnown } from '../training/optionNames.js';
import type { Topology } from '../topology/topology.js';
import type { TrainingState } from './trainingState.js';

/** Examples to validate with: a data set, a generator, or tensors. */
export type ValidationData =
  DataSet | BatchStream | readonly [x: InputData, y: TargetData, sampleWeight?: ArrayLike<number>];

/** Options of `fit`. */
export interface FitOptions {
  /** The epoch at which training ends; 1 by default. */
  readonly epochs?: number;
  /** The epoch at which it begins; 0 by default. */
  readonly initialEpoch?: number;
  /** 32 by default. The last, smaller batch is trained on, too. */
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
  /** Batches of an epoch; all by default, required for generators that never end. */
  readonly stepsPerEpoch?: number;
  /** How much each class counts. */
  readonly classWeight?: ClassWeight;
  /** How much each example counts, for training on tensors. */
  readonly sampleWeight?: ArrayLike<number>;
  /**
   * Whether the frozen layers at the beginning run once for each example instead of once an epoch; false by default. What
   * they give is kept in memory, so the data must not change from epoch to epoch: augmentation needs the frozen layers in place.
   * 'auto' keeps it where layers are frozen, the data stay the same, and 1 GB is enough.
   */
  readonly cacheFeatures?: boolean | 'auto';
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

/** Every option of fit: a name that is none is a typing mistake, which the compiler shows only to TypeScript's users. */
const fitOptionNames = {
  epochs: true,
  initialEpoch: true,
  batchSize: true,
  shuffle: true,
  stepsPerEpoch: true,
  verbose: true,
  seed: true,
  validationSplit: true,
  validationData: true,
  validationBatchSize: true,
  validationSteps: true,
  classWeight: true,
  sampleWeight: true,
  cacheFeatures: true,
  callbacks: true,
  signal: true,
  resumeFrom: true,
} as const satisfies Record<keyof FitOptions, true>;

/** Options of `evaluate`. */
export interface EvaluateOptions {
  /** 32 by default. */
  readonly batchSize?: number;
  readonly sampleWeight?: ArrayLike<number>;
  /** Batches to use; all by default. */
  readonly steps?: number;
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

const evaluateOptionNames = {
  batchSize: true,
  sampleWeight: true,
  steps: true,
  callbacks: true,
} as const satisfies Record<keyof EvaluateOptions, true>;

/** Checks the options' names and the numbers among them. */
export function checkEvaluateOptions(options: EvaluateOptions): void {
  expectKnown('evaluate', options, evaluateOptionNames, { onTestBatchEnd: 'callbacks: [{ onTestBatchEnd }]' });
  for (const name of ['batchSize', 'steps'] as const) expectCount('evaluate', name, options[name]);
  checkCallbacks('evaluate', options.callbacks ?? []);
}

/** Options of `predict`. */
export interface PredictOptions {
  /** 32 by default. */
  readonly batchSize?: number;
  /** Their `onPredictBatchBegin` and `onPredictBatchEnd` are called. */
  readonly callbacks?: readonly Callback[];
}

/** Training data in one of its forms. */
export type FitData =
  | { readonly kind: 'dataSet'; readonly dataSet: DataSet }
  | { readonly kind: 'stream'; readonly stream: BatchStream }
  | {
      readonly kind: 'tensors';
      readonly x: InputData;
      readonly y?: TargetData | undefined;
      readonly sampleWeight?: ArrayLike<number> | undefined;
    };

/** Tells the forms of data apart. */
export function fitData(
  x: InputData | DataSet | BatchStream,
  y?: TargetData,
  sampleWeight?: ArrayLike<number>,
): FitData {
  if (isDataSet(x)) return { kind: 'dataSet', dataSet: x };
  if (isStream(x)) return { kind: 'stream', stream: x };
  return { kind: 'tensors', x, y, sampleWeight };
}

/**
 * Tells the two ways apart in which `fit` and `evaluate` are called: `(x, y, options)` and `(data, options)`; weights of
 * examples are an option.
 */
export function givenData<Options extends { readonly sampleWeight?: ArrayLike<number> }>(
  x: InputData | DataSet | BatchStream,
  second: TargetData | Options | undefined,
  third: Options | undefined,
): { data: FitData; options: Options } {
  const tensors = !isDataSet(x) && !isStream(x);
  const options = ((tensors ? third : second) ?? {}) as Options;
  return { data: tensors ? fitData(x, second, options.sampleWeight) : fitData(x), options };
}

/** Data as `validationData` takes them: tensors are `[x, y]`. */
export function validationOf(data: ValidationData): FitData {
  return Array.isArray(data)
    ? fitData(...(data as [InputData, TargetData, ArrayLike<number>?]))
    : fitData(data as DataSet | BatchStream);
}

/** The shapes of a model's inputs in this data, without the batch; undefined where the data does not say. */
export function shapesOf(data: FitData): (readonly number[])[] | undefined {
  if (data.kind === 'dataSet') return [data.dataSet.inputShape];
  if (data.kind === 'stream') return undefined;
  const tensors = data.x instanceof Tensor ? [data.x] : Object.values(data.x);
  return tensors.every((tensor) => tensor instanceof Tensor) ? tensors.map(({ shape }) => shape.slice(1)) : undefined;
}

/** Checks the options' names and the numbers among them. */
export function checkFitOptions(options: FitOptions): void {
  expectKnown('fit', options, fitOptionNames);
  checkCallbacks('fit', options.callbacks ?? []);
  const counts = ['epochs', 'batchSize', 'validationBatchSize', 'validationSteps', 'stepsPerEpoch'] as const;
  for (const name of counts) expectCount('fit', name, options[name], name === 'epochs' ? 0 : 1);
  const { validationSplit = 0, validationData } = options;
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new StriateError({
      where: 'fit',
      rule: 'validationSplit must be at least 0 and below 1',
      received: validationSplit,
    });
  }
  if (validationSplit > 0 && validationData) {
    throw new StriateError({ where: 'fit', rule: 'give either validationSplit or validationData', received: 'both' });
  }
}

/** Throws unless an option is left out or a whole number of at least `least`. */
export function expectCount(where: string, name: string, value: number | undefined, least = 1): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
    throw new StriateError({ where, rule: `${name} must be a whole number of at least ${least}`, received: value });
  }
}

/** Where training and validation batches come from. */
export function trainingSources(
  data: FitData,
  options: FitOptions,
  examples: ExampleOptions,
  seed: number,
  room = new BatchRoom(),
): { source: BatchSource; validation: BatchSource | undefined } {
  const {
    batchSize = (data.kind === 'dataSet' ? data.dataSet.batchSize : undefined) ?? 32,
    validationBatchSize = batchSize,
    shuffle = true,
    validationSplit = 0,
    stepsPerEpoch,
  } = options;
  const { validationData, validationSteps, classWeight } = options;
  const validationOptions: ExampleOptions = { ...examples, where: 'fit, validationData' };
  const steps = validationSteps === undefined ? {} : { steps: validationSteps };
  const given = (): BatchSource | undefined => {
    if (!validationData) return undefined;
    const from = validationOf(validationData);
    return sequentialSource(from, validationOptions, { batchSize: validationBatchSize, ...steps, room });
  };
  const trainingOptions: ExampleOptions = { ...examples, ...(classWeight && { classWeight }) };
  if (data.kind === 'stream') {
    expectNotFrozen(trainingOptions);
    if (validationSplit)
      throw new StriateError({
        where: 'fit',
        rule: 'validationSplit needs examples in memory',
        advice: 'use validationData',
      });
    return { source: new StreamSource(data.stream, trainingOptions, stepsPerEpoch), validation: given() };
  }
  const all = indexedExamples(data, trainingOptions);
  const held = validationSplit ? all.size - Math.floor(all.size * (1 - validationSplit)) : 0;
  if (held === all.size) {
    throw new StriateError({
      where: 'fit',
      rule: `validationSplit ${validationSplit} of ${all.size} examples leaves none to train on`,
    });
  }
  const source = new IndexedSource(all, {
    batchSize,
    room,
    end: all.size - held,
    passSeed: seed,
    ...(shuffle && { shuffleSeed: seed }),
    ...(stepsPerEpoch !== undefined && { steps: stepsPerEpoch }),
  });
  if (!held) return { source, validation: given() };
  // As in Keras, classes are weighted in training only; sample weights also in validation.
  const heldBack = classWeight ? indexedExamples(data, examples) : all;
  const begin = all.size - held;
  return { source, validation: new IndexedSource(heldBack, { batchSize: validationBatchSize, begin, room, ...steps }) };
}

/** The number of steps of an epoch of training; undefined for generators that are not told. */
export function stepsPerEpoch(data: FitData, options: FitOptions): number | undefined {
  const { validationSplit = 0, stepsPerEpoch: most = Infinity } = options;
  const examples = exampleCount(data);
  if (examples === undefined) return options.stepsPerEpoch;
  const { batchSize = (data.kind === 'dataSet' ? data.dataSet.batchSize : undefined) ?? 32 } = options;
  return Math.min(Math.ceil(Math.floor(examples * (1 - validationSplit)) / batchSize), most);
}

/** How many examples there are; undefined for generators. */
export function exampleCount(data: FitData): number | undefined {
  if (data.kind === 'stream') return undefined;
  if (data.kind === 'dataSet') return data.dataSet.size;
  return (data.x instanceof Tensor ? data.x : Object.values(data.x)[0]).shape[0];
}

/** What `cacheFeatures` asks for, for this data. */
export function cachesFeatures(
  { cacheFeatures = false, validationData }: FitOptions,
  data: FitData,
  topology: Topology,
): boolean {
  if (cacheFeatures !== 'auto') return cacheFeatures;
  const all = validationData ? [data, validationOf(validationData)] : [data];
  const isFixed = all.every((one) => one.kind !== 'stream' && !(one.kind === 'dataSet' && one.dataSet.varies));
  return (
    isFixed &&
    worthKeeping(
      topology,
      all.reduce((sum, one) => sum + (exampleCount(one) ?? 0), 0),
    )
  );
}

function expectNotFrozen({ where, frozen }: ExampleOptions): void {
  if (frozen)
    throw new StriateError({ where, rule: 'cacheFeatures needs tensors or a data set', received: 'a generator' });
}

function indexedExamples(data: Exclude<FitData, { kind: 'stream' }>, options: ExampleOptions): Examples {
  if (options.frozen && data.kind === 'dataSet' && data.dataSet.varies) {
    throw new StriateError({
      where: options.where,
      rule: `the data set '${data.dataSet.name}' changes its pictures every epoch, so features cannot be kept`,
      advice: 'leave cacheFeatures or the augmentation out',
    });
  }
  const examples =
    data.kind === 'dataSet'
      ? new DataSetExamples(data.dataSet, options)
      : tensorExamples(options, data.x, data.y, data.sampleWeight);
  return options.frozen ? options.frozen.examples(examples) : examples;
}

/** Batches in the order in which the examples lie. */
export function sequentialSource(
  data: FitData,
  options: ExampleOptions,
  indexed: Pick<IndexedOptions, 'batchSize' | 'steps' | 'room'>,
): BatchSource {
  if (data.kind === 'stream') {
    expectNotFrozen(options);
    return new StreamSource(data.stream, options, indexed.steps);
  }
  return new IndexedSource(indexedExamples(data, options), indexed);
}

/** Batches to predict for: as they lie, and their number must be known. */
export function predictionSource(data: FitData, topology: Topology, batchSize: number): IndexedSource {
  if (data.kind === 'stream')
    throw new StriateError({ where: 'predict', rule: 'needs a tensor or a data set', received: 'a generator' });
  return new IndexedSource(indexedExamples(data, { where: 'predict', topology }), { batchSize });
}

/** The callbacks of a training, with the progress display that `verbose` asks for. */
export function callbacksOf({ callbacks = [], verbose = 1 }: FitOptions): readonly Callback[] {
  return verbose ? [...callbacks, new ProgressBar({ linesOnly: verbose === 2 })] : callbacks;
}
