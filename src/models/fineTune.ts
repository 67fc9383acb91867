import { files } from '#platform';
import type { DataSet } from '../data/dataSet.js';
import type { Layer } from '../layers/layer.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { StriateError } from '../tensor/index.js';
import { decodeSafetensors, type SafeTensors } from '../tensor/safetensors.js';
import type { Optimizer } from '../training/optimizer.js';
import { optimizerFromConfig } from '../training/optimizerFromConfig.js';
import { schedules } from '../training/schedules.js';
import type { BatchStream } from '../fit/batchSource.js';
import { stepsPerEpoch } from '../fit/dataSources.js';
import { batchSizeFor, fitData, isDataSet, type FitData } from '../fit/fitData.js';
import { fitAccepts, type FitOptions } from '../fit/fitOptions.js';
import { History } from '../fit/history.js';
import type { CompileOptions } from '../fit/compileOptions.js';

import { trainingStateIn, type TrainingState } from '../fit/trainingState.js';
import type { UnfreezeOptions } from '../topology/freezing.js';
import { expectNumber, expectWhole } from '../tensor/check.js';
import { solveHead, type HeadModel } from './solveHead.js';
import { solvableHead } from './solvableHead.js';

/** Options of `Model.fineTune`, beside those of `fit`. */
export interface FineTuneOptions extends Omit<FitOptions, 'epochs' | 'initialEpoch' | 'cacheFeatures'> {
  /**
   * Epochs in which the classifier alone is trained by steps, before the others. Left out, the classifier is solved instead
   * (`fitHead`), where it is a logistic regression of its features and the data are a data set; otherwise it is 1.
   */
  readonly freezeEpochs?: number;
  /** The highest learning rate of the classifier's epochs; half of it is the highest afterwards. 0.002 by default. */
  readonly learningRate?: number;
  /** The first layer's share of the learning rate once nothing is frozen; it grows evenly up to the classifier. 0.01 by default. */
  readonly lowestFactor?: number;
  /** The first layer that is unfrozen, with those behind it; all by default. */
  readonly from?: string;
  /** The last layer that stays frozen to the end, with those before it; none by default. */
  readonly frozenUntil?: string;
  /** Whether batch normalizations are trained and their statistics renewed, too; false by default. */
  readonly batchNormalization?: boolean;
}

/** Epochs are an argument of their own, and what is frozen changes on the way. */
const { epochs: _epochs, initialEpoch: _initialEpoch, cacheFeatures: _cacheFeatures, ...fitKinds } = fitAccepts.kinds;

const accepts = {
  where: 'fineTune',
  kinds: {
    ...fitKinds,
    freezeEpochs: 'number',
    learningRate: 'number',
    lowestFactor: 'number',
    from: 'string',
    frozenUntil: 'string',
    batchNormalization: 'boolean',
  },
} as const satisfies AcceptedOptions<FineTuneOptions>;

/** What `fineTune` needs of a model. */
export interface FineTunedModel extends HeadModel {
  readonly layers: readonly Layer[];
  readonly embedding: { readonly layers: readonly Layer[]; freeze(): void };
  readonly compileOptions: CompileOptions | undefined;
  readonly optimizer: Optimizer | undefined;
  readonly trainingState: TrainingState | undefined;
  getLayer(name: string): Layer;
  freeze(until?: string): void;
  unfreeze(from?: string, options?: UnfreezeOptions): void;
  compile(options: CompileOptions): void;
  fit(data: DataSet | BatchStream, options: FitOptions): Promise<History>;
  useCheckpoint(content: SafeTensors, file: string): Promise<void>;
}

/** One of the two trainings. */
interface Phase {
  readonly end: number;
  readonly learningRate: number;
  readonly mayCache: boolean;
  /** Chooses what is trained. */
  begin(): void;
}

/**
 * What `Model.fineTune` does: the classifier is solved, or trained alone for some epochs, on features that are computed once
 * where the data allow it; then everything, each layer with a smaller share of the learning rate the nearer it is to the input. Both go through
 * one cycle of the learning rate. After Howard & Gugger 2020 (fastai's `fine_tune`), with frozen normalizations.
 */
export async function fineTune(
  model: FineTunedModel,
  data: DataSet | BatchStream,
  epochs: number,
  options: FineTuneOptions,
): Promise<History> {
  const {
    freezeEpochs: askedFreezeEpochs,
    learningRate = 2e-3,
    lowestFactor = 0.01,
    from,
    frozenUntil,
    batchNormalization,
    ...rest
  } = expectOptions(accepts, options);
  const { resumeFrom, ...asked } = rest;
  const given = fitData(data);
  // Not an eighth of a small set, as from scratch: many small steps make a network forget what it was taken for.
  const fit = given.kind === 'stream' ? asked : { ...asked, batchSize: batchSizeFor(given, asked.batchSize) };
  expectWhole('fineTune', 'epochs', epochs, 0);
  if (askedFreezeEpochs !== undefined) expectWhole('fineTune', 'freezeEpochs', askedFreezeEpochs, 0);
  expectNumber('fineTune', 'learningRate', learningRate, { above: 0 });
  expectNumber('fineTune', 'lowestFactor', lowestFactor, { above: 0, most: 1 });
  for (const name of [from, frozenUntil]) if (name !== undefined) model.getLayer(name);
  const steps = stepsOf(model, given, fit);
  const head = model.layers.filter((layer) => !model.embedding.layers.includes(layer));
  if (head.every(({ weights }) => weights.length === 0)) {
    throw new StriateError({
      where: 'fineTune',
      rule: `the model '${model.name}' ends with its features, so there is no classifier to train`,
      advice: 'give it one: newHead(model, { classes })',
    });
  }
  const solvedOn = askedFreezeEpochs === undefined ? dataToSolveOn(model, data, fit) : undefined;
  const freezeEpochs = askedFreezeEpochs ?? (solvedOn ? 0 : 1);
  // A training that is resumed had its classifier solved before its first step.
  if (solvedOn && resumeFrom === undefined && !(await solved(model, solvedOn, fit))) return new History([], 0, true);
  const frozen: Phase = {
    end: freezeEpochs,
    learningRate,
    mayCache: true,
    begin: () => {
      model.embedding.freeze();
      for (const layer of head) layer.trainable = true;
    },
  };
  const whole: Phase = {
    end: freezeEpochs + epochs,
    learningRate: learningRate / 2,
    mayCache: false,
    begin: () => {
      model.freeze();
      model.unfreeze(from, { batchNormalization: batchNormalization ?? false });
      if (frozenUntil !== undefined) model.freeze(frozenUntil);
      for (const layer of head) layer.trainable = true;
      shareLearningRate(model.layers, head, lowestFactor);
    },
  };
  const factors = model.layers.map((layer) => layer.learningRateFactor);
  let file = typeof resumeFrom === 'string' ? resumeFrom : undefined;
  let state = typeof resumeFrom === 'string' ? trainingStateIn(await readTensors(resumeFrom), resumeFrom) : resumeFrom;
  let history = new History(state?.results ?? [], 0, false);
  try {
    let start = 0;
    for (const phase of [frozen, whole]) {
      const began = start;
      start = phase.end;
      if (phase.end === began || (state && state.epoch >= phase.end && phase !== whole)) continue;
      phase.begin();
      const isFresh = !state || (state.epoch === began && state.batch === 0);
      const compileAnew = (): void => compile(model, phase, (phase.end - began) * steps, isFresh);
      compileAnew();
      if (state && file !== undefined) {
        await model.useCheckpoint(await readTensors(file), file);
        file = undefined;
        // Between the phases the file has the variables of the optimizer before: this one begins without.
        if (isFresh) compileAnew();
      }
      const step = state && (state.epoch - began) * steps + state.batch;
      history = await model.fit(data, {
        ...fit,
        epochs: phase.end,
        cacheFeatures: phase.mayCache && 'auto',
        resumeFrom: state && { ...state, step: step! },
      });
      if (history.interrupted) break;
      // Where a callback ended the phase early, the next one begins all the same.
      state = { ...model.trainingState!, epoch: phase.end, batch: 0 };
    }
  } finally {
    model.layers.forEach((layer, i) => (layer.learningRateFactor = factors[i]));
  }
  return history;
}

/** The data that the classifier is solved on, without what is held back; undefined where it cannot be solved. */
function dataToSolveOn(
  { name, topology, compileOptions }: FineTunedModel,
  data: DataSet | BatchStream,
  { validationSplit = 0 }: FitOptions,
): DataSet | undefined {
  const loss = compileOptions?.loss;
  const lossName = typeof loss === 'object' && 'name' in loss ? loss.name : loss;
  if (!isDataSet(data) || typeof lossName !== 'string' || !/crossentropy$/i.test(lossName)) return undefined;
  try {
    const { units } = solvableHead('fineTune', name, topology);
    // Otherwise each score is a question of its own.
    if ((units === 1) !== /^binary/i.test(lossName)) return undefined;
  } catch (error) {
    if (error instanceof StriateError) return undefined;
    throw error;
  }
  const mixes = data.fillTargets !== undefined;
  if (validationSplit === 0 && !mixes) return data;
  // The last ones are held back, and mixed pictures have no class of their own: what is left out is left out here, too.
  const { inputShape, classNames, preprocessing, ahead, batchSize, varies } = data;
  return {
    name: data.name,
    size: Math.floor(data.size * (1 - validationSplit)),
    inputShape,
    classNames,
    ...(preprocessing && { preprocessing }),
    ...(ahead !== undefined && { ahead }),
    ...(batchSize !== undefined && { batchSize }),
    ...(varies !== undefined && { varies: varies && !mixes }),
    fill: (indices, x, y, pass) => data.fill(indices, x, y, mixes ? undefined : pass),
  };
}

/** Solves the classifier; false where the signal ends it. */
async function solved(
  model: FineTunedModel,
  data: DataSet,
  { batchSize, classWeight, seed, signal, verbose }: Omit<FitOptions, 'resumeFrom'>,
): Promise<boolean> {
  try {
    await solveHead(model, data, {
      // As the epochs after it have it.
      classWeight: classWeight ?? 'none',
      verbose: verbose === 0 ? 0 : 1,
      ...(batchSize !== undefined && { batchSize }),
      ...(seed !== undefined && { seed }),
      ...(signal && { signal }),
    });
    return true;
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  }
}

/** Gives the layers shares of the learning rate that grow evenly, by factors, from the lowest to 1 for the head. */
function shareLearningRate(layers: readonly Layer[], head: readonly Layer[], lowest: number): void {
  const body = layers.filter((layer) => layer.weights.length > 0 && !head.includes(layer));
  body.forEach((layer, i) => {
    layer.learningRateFactor = lowest ** (1 - i / body.length);
  });
  for (const layer of head) layer.learningRateFactor = 1;
}

/**
 * Compiles anew, with the same kind of optimizer going through one cycle; where the model goes on with a phase that it was
 * compiled for, the optimizer keeps its variables.
 */
function compile(model: FineTunedModel, { learningRate }: Phase, totalSteps: number, isFresh: boolean): void {
  const options = model.compileOptions!;
  const schedule = schedules.oneCycle({ maxLearningRate: learningRate, totalSteps });
  const optimizer = model.optimizer!;
  const config = { ...optimizer.config(), learningRate: { schedule: schedule.config } };
  if (!isFresh && JSON.stringify(optimizer.config()) === JSON.stringify(config)) return;
  model.compile({ ...options, optimizer: optimizerFromConfig(optimizer.name, config) });
}

function stepsOf(model: FineTunedModel, data: FitData, options: FitOptions): number {
  if (!model.compileOptions) {
    throw new StriateError({
      where: 'fineTune',
      rule: "compile the model first: model.compile({ optimizer: 'adam', loss: … })",
    });
  }
  const steps = stepsPerEpoch(data, options);
  if (steps !== undefined) return steps;
  throw new StriateError({
    where: 'fineTune',
    rule: 'needs to know the number of steps of an epoch',
    advice: 'give stepsPerEpoch',
  });
}

async function readTensors(path: string): Promise<SafeTensors> {
  return decodeSafetensors(await files.read(path), path);
}
