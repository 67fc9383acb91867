import { files } from '#platform';
import type { DataSet } from '../data/dataSet.js';
import type { Layer } from '../layers/layer.js';
import { decodeSafetensors, StriateError } from '../tensor/index.js';
import { optimizerFromConfig, schedules } from '../training/index.js';
import type { BatchStream } from '../fit/batchSource.js';
import {
  exampleCount,
  expectCount,
  fitData,
  stepsPerEpoch,
  validationOf,
  type FitData,
  type FitOptions,
} from '../fit/fit.js';
import { haveRoom } from '../fit/frozenFeatures.js';
import { History } from '../fit/history.js';
import type { Model } from './model.js';
import { unpackTrainingState, type TrainingState } from '../fit/trainingState.js';

/** Options of `Model.fineTune`, beside those of `fit`. */
export interface FineTuneOptions extends Omit<FitOptions, 'epochs' | 'initialEpoch' | 'cacheFeatures'> {
  /** Epochs in which the classifier alone is trained, before the others; 1 by default. */
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

/** One of the two trainings. */
interface Phase {
  readonly end: number;
  readonly learningRate: number;
  readonly mayCache: boolean;
  /** Chooses what is trained. */
  begin(): void;
}

/**
 * What `Model.fineTune` does: the classifier alone for some epochs, on features that are computed once where the data allow
 * it; then everything, each layer with a smaller share of the learning rate the nearer it is to the input. Both go through
 * one cycle of the learning rate. After Howard & Gugger 2020 (fastai's `fine_tune`), with frozen normalizations.
 */
export async function fineTune(
  model: Model,
  data: DataSet | BatchStream,
  epochs: number,
  options: FineTuneOptions,
): Promise<History> {
  const {
    freezeEpochs = 1,
    learningRate = 2e-3,
    lowestFactor = 0.01,
    from,
    frozenUntil,
    batchNormalization,
    ...rest
  } = options;
  const { resumeFrom, ...fit } = rest;
  expectCount('fineTune', 'epochs', epochs ?? NaN, 0);
  expectCount('fineTune', 'freezeEpochs', freezeEpochs, 0);
  if (!(learningRate > 0))
    throw new StriateError({ where: 'fineTune', rule: 'learningRate must be above 0', received: learningRate });
  if (!(lowestFactor > 0 && lowestFactor <= 1)) {
    throw new StriateError({
      where: 'fineTune',
      rule: 'lowestFactor must be above 0 and at most 1',
      received: lowestFactor,
    });
  }
  for (const name of [from, frozenUntil]) if (name !== undefined) model.getLayer(name);
  const steps = stepsOf(model, fitData(data), fit);
  const head = model.layers.filter((layer) => !model.embedding.layers.includes(layer));
  if (head.every(({ weights }) => weights.length === 0)) {
    throw new StriateError({
      where: 'fineTune',
      rule: `the model '${model.name}' ends with its features, so there is no classifier to train`,
      advice: 'give it one: newHead(model, { classes })',
    });
  }
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
  let state = typeof resumeFrom === 'string' ? await stateIn(resumeFrom) : resumeFrom;
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
        await restore(model, file);
        file = undefined;
        // Between the phases the file has the variables of the optimizer before: this one begins without.
        if (isFresh) compileAnew();
      }
      const step = state && (state.epoch - began) * steps + state.batch;
      history = await model.fit(data, {
        ...fit,
        epochs: phase.end,
        cacheFeatures: phase.mayCache && canCache(model, data, fit),
        ...(state && { resumeFrom: { ...state, step: step! } }),
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
function compile(model: Model, { learningRate }: Phase, totalSteps: number, isFresh: boolean): void {
  const options = model.compileOptions!;
  const schedule = schedules.oneCycle({ maxLearningRate: learningRate, totalSteps });
  const optimizer = model.optimizer!;
  const config = { ...optimizer.config(), learningRate: { schedule: schedule.config } };
  if (!isFresh && JSON.stringify(optimizer.config()) === JSON.stringify(config)) return;
  model.compile({ ...options, optimizer: optimizerFromConfig(optimizer.name, config) });
}

function stepsOf(model: Model, data: FitData, options: FitOptions): number {
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

/** Whether features can be kept: of data that stay the same from epoch to epoch, where there is room. */
function canCache(model: Model, data: DataSet | BatchStream, { validationData }: FitOptions): boolean {
  const all = [fitData(data)];
  if (validationData) all.push(validationOf(validationData));
  const isFixed = all.every((one) => one.kind !== 'stream' && !(one.kind === 'dataSet' && one.dataSet.varies));
  return (
    isFixed &&
    haveRoom(
      model,
      all.reduce((sum, one) => sum + (exampleCount(one) ?? 0), 0),
    )
  );
}

async function stateIn(path: string): Promise<TrainingState> {
  const { metadata, tensors } = decodeSafetensors(await files.read(path), path);
  if (metadata.training !== undefined) return unpackTrainingState(metadata.training, tensors, path);
  throw new StriateError({
    where: path,
    rule: 'holds no state of training',
    advice: 'resume from a file saved with { optimizer: true }',
  });
}

async function restore(model: Model, path: string): Promise<void> {
  await model.useCheckpoint(decodeSafetensors(await files.read(path), path), path);
}
