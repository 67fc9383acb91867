import { files } from '#platform';
import type { DataSet } from '../data/dataSet.js';
import type { Layer } from '../layers/layer.js';
import { decodeSafetensors, StriateError, type SafeTensors } from '../tensor/index.js';
import { optimizerFromConfig, schedules, type Optimizer } from '../training/index.js';
import type { BatchStream } from '../fit/batchSource.js';
import { fitData, stepsPerEpoch, type FitData } from '../fit/fitData.js';
import type { FitOptions } from '../fit/fitOptions.js';
import { History } from '../fit/history.js';
import type { CompileOptions } from '../fit/objective.js';
import { trainingStateIn, type TrainingState } from '../fit/trainingState.js';
import type { UnfreezeOptions } from '../topology/freezing.js';
import { expectNumber, expectWhole } from '../tensor/check.js';

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

/** What `fineTune` needs of a model. */
export interface FineTunedModel {
  readonly name: string;
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
 * What `Model.fineTune` does: the classifier alone for some epochs, on features that are computed once where the data allow
 * it; then everything, each layer with a smaller share of the learning rate the nearer it is to the input. Both go through
 * one cycle of the learning rate. After Howard & Gugger 2020 (fastai's `fine_tune`), with frozen normalizations.
 */
export async function fineTune(
  model: FineTunedModel,
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
  expectWhole('fineTune', 'epochs', epochs, 0);
  expectWhole('fineTune', 'freezeEpochs', freezeEpochs, 0);
  expectNumber('fineTune', 'learningRate', learningRate, { above: 0 });
  expectNumber('fineTune', 'lowestFactor', lowestFactor, { above: 0, most: 1 });
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
