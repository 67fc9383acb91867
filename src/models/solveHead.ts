import type { DataSet } from '../data/dataSet.js';
import type { ClassWeight, InputData, TargetData } from '../fit/batchColumns.js';
import { Executor } from '../fit/executor.js';
import { batchSizeFor, exampleCount, fitData, validationOf, type FitData } from '../fit/fitData.js';
import { headFeatures, type HeadFeatures, type HeadFeaturesOptions } from '../fit/headFeatures.js';
import type { PenaltyResult } from '../fit/logistic/crossValidation.js';
import { scoreTogether, solveTogether, type LogisticScore } from '../fit/logistic/logisticRegression.js';
import { momentsOf, standardize, unstandardized } from '../fit/logistic/standardization.js';
import type { WeightStore } from '../fit/weightStore.js';
import type { Preprocessing } from '../pictures/index.js';
import { ProgressLine } from '../platform/progressLine.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { featurePart } from '../topology/featureSplit.js';
import type { Topology } from '../topology/topology.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { choosePenalty } from './choosePenalty.js';
import { solvableHead, type SolvableHead } from './solvableHead.js';

/** How far `fitHead` is. */
export type HeadProgress =
  | { readonly stage: 'features'; readonly done: number; readonly total: number }
  | { readonly stage: 'penalty'; readonly result: PenaltyResult }
  | { readonly stage: 'solving'; readonly C: number };

/** Options of `fitHead`. */
export interface FitHeadOptions {
  /** Data to test the solved head on; they take no part in solving it. */
  readonly validationData?: DataSet | readonly [x: InputData, y: TargetData];
  /**
   * The inverse of the penalty's strength, as in scikit-learn: C times the sum of cross-entropies, plus half the squares of the
   * weights, is made small. A list is tried by cross-validation; 10⁻⁵ to 10² in half powers of ten by default.
   */
  readonly C?: number | readonly number[];
  /** In how many parts examples are held out by cross-validation; 5 by default. */
  readonly folds?: number;
  /**
   * How much each class counts: 'balanced' as if all had as many examples, the default; 'none' alike; or by class number.
   */
  readonly classWeight?: 'balanced' | 'none' | ClassWeight;
  /** How many changed versions of each picture are seen beside itself, where the data set is augmented; 3 by default. */
  readonly views?: number;
  /** Seed of the parts and of the augmentation; the model's by default. */
  readonly seed?: number;
  /** Pictures that go through the network at once; as the data set says, or 32, by default. */
  readonly batchSize?: number;
  /** 0 silent, 1 shows how far the features are (default). */
  readonly verbose?: 0 | 1;
  readonly onProgress?: (progress: HeadProgress) => void;
  /** Ends the work: `fitHead` then throws the signal's reason, and the model stays as it was. */
  readonly signal?: AbortSignal;
}

/** Every option: the compiler shows a misspelt name only to users of TypeScript. */
const accepts = {
  where: 'fitHead',
  kinds: {
    validationData: 'list or object',
    C: 'number or list',
    folds: 'number',
    classWeight: 'string or list or object',
    views: 'number',
    seed: 'number',
    batchSize: 'number',
    verbose: 'number',
    onProgress: 'function',
    signal: 'object',
  },
} as const satisfies AcceptedOptions<FitHeadOptions>;

/** What `fitHead` found. */
export interface HeadFit {
  /** The inverse of the penalty's strength that was taken. */
  readonly C: number;
  /** What cross-validation gave for each that was tried, the strongest penalty first; empty where there was no choice. */
  readonly penalties: readonly PenaltyResult[];
  /** In how many parts examples were held out; 0 where there was no choice. */
  readonly folds: number;
  /** Of examples that were held out, at the penalty that was taken. */
  readonly crossValidated: LogisticScore | undefined;
  readonly training: LogisticScore;
  readonly validation: LogisticScore | undefined;
  /** Examples, changed views included, and numbers of each that the head decides by. */
  readonly examples: number;
  readonly features: number;
  /** How much each class counts, by class number. */
  readonly classWeight: readonly number[];
  /** Steps of the last solution; of those of cross-validation together. */
  readonly iterations: number;
  readonly crossValidationIterations: number;
  readonly seconds: { readonly features: number; readonly crossValidation: number; readonly solving: number };
}

/** What `fitHead` needs of a model. */
export interface HeadModel {
  readonly name: string;
  readonly seed: number;
  readonly topology: Topology;
  readonly store: WeightStore;
  classNames: readonly string[] | undefined;
  preprocessing: Preprocessing | undefined;
}

/** The largest component of the gradient of the mean loss in the end. */
const tolerance = 1e-8;

/** What `fitHead` does. */
export async function solveHead(
  model: HeadModel,
  data: DataSet | readonly [x: InputData, y: TargetData],
  options: FitHeadOptions = {},
): Promise<HeadFit> {
  checkOptions(options);
  const { name, topology, store } = model;
  const { signal, onProgress, seed = model.seed, verbose = 1, classWeight = 'balanced' } = options;
  const head = solvableHead('fitHead', name, topology);
  const given = Array.isArray(data) ? fitData(...(data as [InputData, TargetData])) : fitData(data as DataSet);
  const validation = options.validationData && validationOf(options.validationData);
  const began = performance.now();
  const [rows, tested] = await allFeatures(model, head, [given, validation], { ...options, seed, verbose });
  signal?.throwIfAborted();
  const counts = countsOf(model, given, rows);
  const weights = classWeights(classWeight, counts);
  const rowWeights = Float64Array.from(rows.labels, (label) => (weights[label] * rows.examples) / rows.count);
  const moments = momentsOf(rows);
  standardize(rows, moments);
  const featured = performance.now();
  const chosen = await choosePenalty(rows, rowWeights, counts, {
    ...options,
    seed,
    onResult: (result) => onProgress?.({ stage: 'penalty', result }),
  });
  const crossed = performance.now();
  onProgress?.({ stage: 'solving', C: chosen.C });
  const problem = { rowWeights, C: chosen.C, start: chosen.start };
  const [solution] = await solveTogether(rows, [problem], { tolerance, signal });
  const ones = (all: HeadFeatures): Float64Array => new Float64Array(all.count).fill(1);
  const [training] = await scoreTogether(rows, [solution.parameters], [ones(rows)], signal);
  if (tested) standardize(tested, moments);
  const [score] = tested ? await scoreTogether(tested, [solution.parameters], [ones(tested)], signal) : [];
  // Small problems are solved before a signal could be seen on the way.
  signal?.throwIfAborted();
  await writeHead(store, head, unstandardized(solution.parameters, moments));
  if (given.kind === 'dataSet') {
    model.classNames ??= given.dataSet.classNames;
    model.preprocessing = given.dataSet.preprocessing ?? model.preprocessing;
  }
  return {
    C: chosen.C,
    penalties: chosen.penalties,
    folds: chosen.folds,
    crossValidated: chosen.best && { loss: chosen.best.loss, accuracy: chosen.best.accuracy },
    training: training!,
    validation: score,
    examples: rows.count,
    features: rows.width,
    classWeight: weights,
    iterations: solution.iterations,
    crossValidationIterations: chosen.iterations,
    seconds: {
      features: (featured - began) / 1000,
      crossValidation: (crossed - featured) / 1000,
      solving: (performance.now() - crossed) / 1000,
    },
  };
}

/** Checks the options' names and values. */
function checkOptions(options: FitHeadOptions): void {
  expectOptions(accepts, options);
  const { C, folds, views, batchSize, classWeight, verbose } = options;
  if (typeof C === 'object') {
    if (C.length === 0)
      throw new StriateError({ where: 'fitHead', rule: 'C must be a number or a list of some', received: '[]' });
    for (const one of C) expectNumber('fitHead', 'each C', one, { above: 0 });
  } else if (C !== undefined) expectNumber('fitHead', 'C', C, { above: 0 });
  if (folds !== undefined) expectWhole('fitHead', 'folds', folds, 2);
  if (views !== undefined) expectWhole('fitHead', 'views', views, 0);
  if (batchSize !== undefined) expectWhole('fitHead', 'batchSize', batchSize);
  if (verbose !== undefined) expectOneOf('fitHead', 'verbose', String(verbose), ['0', '1']);
  if (typeof classWeight === 'string') expectOneOf('fitHead', 'classWeight', classWeight, ['balanced', 'none']);
  else if (classWeight) {
    for (const weight of Object.values(classWeight)) expectNumber('fitHead', 'each classWeight', weight, { above: 0 });
  }
}

/** The features of the data and, where there are any, of the validation data. */
async function allFeatures(
  { name, topology, store }: HeadModel,
  { classes }: SolvableHead,
  [data, validation]: readonly [FitData, FitData | undefined],
  options: FitHeadOptions & { readonly seed: number; readonly verbose: 0 | 1 },
): Promise<[HeadFeatures, HeadFeatures | undefined]> {
  const { seed, signal, verbose, onProgress } = options;
  const varies = data.kind === 'dataSet' && data.dataSet.varies === true;
  const views = varies ? (options.views ?? 3) : 0;
  const executor = new Executor(featurePart(name, topology, 'embedding'), store);
  let line: ProgressLine | undefined;
  let before = 0;
  const common: Omit<HeadFeaturesOptions, 'batchSize'> = {
    where: 'fitHead',
    topology,
    executor,
    classes,
    views,
    seed,
    signal,
    onProgress: (done, own) => {
      const total = own + (validation ? (exampleCount(validation) ?? 0) : 0);
      if (verbose) line ??= new ProgressLine('pictures seen by the network', total);
      line?.update(done + before);
      onProgress?.({ stage: 'features', done, total });
    },
  };
  try {
    const rows = await headFeatures(data, { ...common, batchSize: batchSizeFor(data, options.batchSize) });
    if (!validation) return [rows, undefined];
    before = rows.count;
    const tested = await headFeatures(validation, {
      ...common,
      where: 'fitHead, validationData',
      views: 0,
      batchSize: batchSizeFor(validation, options.batchSize),
      onProgress: (done, own) => {
        line?.update(before + done);
        onProgress?.({ stage: 'features', done: before + done, total: before + own });
      },
    });
    return [rows, tested];
  } finally {
    line?.[Symbol.dispose]();
    executor.forget();
  }
}

/** How many examples each class has; every class must have one. */
function countsOf(model: HeadModel, data: FitData, { labels, classes, examples }: HeadFeatures): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels.subarray(0, examples)) counts[label]++;
  const empty = counts.indexOf(0);
  if (empty === -1) return counts;
  const names = data.kind === 'dataSet' ? data.dataSet.classNames : model.classNames;
  const called = names?.[empty] === undefined ? `class ${empty}` : `the class '${names[empty]}'`;
  throw new StriateError({
    where: 'fitHead',
    rule: `${called} has no examples, and of a class that is never seen nothing can be learned`,
    advice: 'give it some, or give the model a classifier of the other classes',
  });
}

function classWeights(chosen: NonNullable<FitHeadOptions['classWeight']>, counts: readonly number[]): number[] {
  if (chosen === 'none') return counts.map(() => 1);
  if (chosen !== 'balanced') return counts.map((_, label) => (chosen as Readonly<Record<number, number>>)[label] ?? 1);
  const examples = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => examples / (counts.length * count));
}

/** Puts a solution into the classifier; two units share the score of two classes. */
async function writeHead(
  store: WeightStore,
  { kernel, bias, units }: SolvableHead,
  found: { readonly kernel: Float64Array; readonly bias: Float64Array },
): Promise<void> {
  const spread = (values: Float64Array): Float32Array => {
    if (units !== 2) return Float32Array.from(values);
    return Float32Array.from({ length: 2 * values.length }, (_, i) => (i % 2 === 0 ? -0.5 : 0.5) * values[i >> 1]);
  };
  await store.write(kernel, spread(found.kernel));
  await store.write(bias, spread(found.bias));
}
