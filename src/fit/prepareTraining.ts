import type { BatchBuffers } from './batchBuffers.js';
import type { Callback, TrainedModel } from './callbacks/callback.js';
import { ProgressBar } from './callbacks/progressBar.js';
import { cachesFeatures, trainingSources } from './dataSources.js';
import type { Executor } from './executor.js';
import type { FitData } from './fitData.js';
import type { FitOptions } from './fitOptions.js';
import { FrozenFeatures } from './frozenFeatures.js';
import type { Compiled } from './compileOptions.js';
import { objectiveFor } from './objective.js';
import { TrainingLoop } from './trainingLoop.js';
import { trainingNotes } from './trainingNotes.js';
import { checkResumable, type TrainingState } from './trainingState.js';

/** What a step of training is made of. */
export interface TrainingParts {
  readonly compiled: Compiled;
  readonly executor: Executor;
}

/** A training that can begin. */
export interface PreparedTraining {
  readonly loop: TrainingLoop;
  /** To be called after it: gives back what is needed for this training alone. */
  end(): void;
}

/** What one call of `fit` does, with its options checked. */
export interface FitCall {
  readonly data: FitData;
  readonly options: FitOptions;
  /** The state that it goes on from. */
  readonly resumeFrom: TrainingState | undefined;
  /** Arrays for batches. */
  readonly buffers: BatchBuffers;
}

/**
 * Makes the training that `fit` runs.
 *
 * @throws StriateError when data and model do not fit each other, or the training that is resumed was another.
 */
export function prepareTraining(
  model: TrainedModel & { readonly seed: number },
  { compiled, executor }: TrainingParts,
  { data, options: given, resumeFrom, buffers }: FitCall,
): PreparedTraining {
  const { topology, store } = executor;
  // A training that goes on takes the batches that it began with.
  const options = resumeFrom ? { ...given, batchSize: given.batchSize ?? resumeFrom.batchSize ?? undefined } : given;
  const { optimizer } = compiled;
  const objective = objectiveFor(topology, compiled.options);
  const { epochs = 1, initialEpoch = 0, validationFreq = 1, views, signal } = options;
  const seed = resumeFrom?.seed ?? options.seed ?? model.seed;
  const frozen = cachesFeatures(options, data, topology)
    ? new FrozenFeatures(model.name, topology, store, views)
    : undefined;
  const sources = trainingSources(data, options, { where: 'fit', topology, objective, frozen, views }, seed, buffers);
  const { batchSize, examples } = sources.source;
  if (resumeFrom) checkResumable(resumeFrom, { batchSize, examples, seed: options.seed });
  const loop = new TrainingLoop({
    model,
    executor: frozen?.head ?? executor,
    objective,
    optimizer,
    ...sources,
    validationFreq,
    callbacks: callbacksOf(options),
    epochs,
    initialEpoch,
    seed,
    signal,
    resumeFrom,
    notes: trainingNotes(data, options, objective),
  });
  return { loop, end: () => frozen?.forget() };
}

/** The callbacks of a training, with the progress display that `verbose` asks for. */
function callbacksOf({ callbacks = [], verbose = 1 }: FitOptions): readonly Callback[] {
  return verbose ? [...callbacks, new ProgressBar({ linesOnly: verbose === 2 })] : callbacks;
}
