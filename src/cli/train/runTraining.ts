import type { DataSet } from '../../data/dataSet.js';
import { cachedBytes, type Callback, type FitOptions, type History } from '../../fit/index.js';
import { type Model } from '../../models/index.js';
import type { TrainingStart } from './trainingModel.js';

/** Features that are kept in memory without being asked for, at most; more are computed anew every epoch. */
const mostCached = 1e9;

/** Trains a model as its run says: all of it, what is not frozen, or first the classifier and then everything. */
export function runTraining(
  { run, model, data }: TrainingStart,
  options: {
    readonly callbacks: readonly Callback[];
    readonly signal: AbortSignal;
    /** A checkpoint to go on from. */
    readonly resumeFrom?: string;
  },
): Promise<History> {
  const { train } = data;
  const validationData = data.validation ?? data.test;
  const common: FitOptions = { ...options, batchSize: run.batch, seed: run.seed, validationData };
  if (run.fineTune === undefined) {
    return model.fit(train, {
      ...common,
      epochs: run.epochs,
      cacheFeatures: keepsFeatures(model, train, validationData),
    });
  }
  const { epochs: _, initialEpoch: __, cacheFeatures: ___, ...rest } = common;
  const until = frozenUntil(run.freeze);
  return model.fineTune(train, run.fineTune, {
    ...rest,
    freezeEpochs: run.epochs,
    ...(run.lr !== undefined && { learningRate: run.lr }),
    ...(until !== undefined && { frozenUntil: until }),
  });
}

/** The layer up to which everything stays frozen while the rest is fine-tuned. */
function frozenUntil(freeze = 'features'): string | undefined {
  return freeze === 'features' ? undefined : freeze;
}

/** Whether frozen layers run once for each picture: where pictures stay the same and what they become has room. */
function keepsFeatures(model: Model, train: DataSet, validation: DataSet): boolean {
  const isFrozen = model.layers.some(({ trainable, weights }) => !trainable && weights.length > 0);
  if (!isFrozen || train.varies) return false;
  const bytes = cachedBytes(model);
  return bytes !== undefined && bytes * (train.size + validation.size) <= mostCached;
}
