import type { Variable } from '../graph/index.js';
import { StriateError } from '../tensor/index.js';
import { PrefetchedBatches, type BatchSource } from '../fit/batchSource.js';
import type { Batch } from '../fit/examples.js';
import type { Executor } from '../fit/executor.js';
import { trainingStep } from '../fit/trainingStep.js';
import type { Optimizer } from '../training/optimizer.js';
import { trainingSources } from '../fit/dataSources.js';
import { validationOf } from '../fit/fitData.js';
import { type FitOptions, type ValidationData } from '../fit/fitOptions.js';
import { suggestLearningRates, type LearningRateSuggestion } from './learningRateSuggestion.js';
import type { Model } from './model.js';
import type { Compiled } from '../fit/compileOptions.js';
import { objectiveFor, type Objective } from '../fit/objective.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectWhole } from '../tensor/check.js';

/** Options of `findLearningRate`. */
export interface LearningRateFinderOptions extends Pick<FitOptions, 'batchSize' | 'classWeight' | 'seed' | 'signal'> {
  /** The first rate; 1e-7 by default. */
  readonly startLearningRate?: number;
  /** The last rate; 10 by default. */
  readonly endLearningRate?: number;
  /** How many rates are tried, a step each; 100 by default. */
  readonly steps?: number;
  /** How much of the mean so far each step keeps, from 0 (no smoothing) to below 1; 0.98 by default. */
  readonly smoothing?: number;
  /** The search ends when the smoothed loss is this many times the lowest; 4 by default. */
  readonly divergence?: number;
}

/** The losses that a model has while its learning rate grows. */
export interface LearningRateCurve {
  /** Ascending, evenly spaced by their logarithm; those that were tried before the loss diverged. */
  readonly learningRates: readonly number[];
  /** The loss of the batch that was trained on at each rate. */
  readonly losses: readonly number[];
  /** Its exponential mean, corrected for the few values at the beginning. */
  readonly smoothed: readonly number[];
  /** Whether the loss grew beyond bounds, or to infinity or NaN, before the last rate. */
  readonly diverged: boolean;
  readonly suggestion: LearningRateSuggestion;
}

const accepts = {
  where: 'findLearningRate',
  kinds: {
    startLearningRate: 'number',
    endLearningRate: 'number',
    steps: 'number',
    smoothing: 'number',
    divergence: 'number',
    batchSize: 'number',
    classWeight: 'list or object',
    seed: 'number',
    signal: 'object',
  },
} as const satisfies AcceptedOptions<LearningRateFinderOptions>;

/**
 * Finds a learning rate: trains on batch after batch while the rate grows exponentially, until the loss diverges, then puts
 * weights, statistics and the optimizer's variables back as they were, to the bit (Smith 2015, «Cyclical Learning Rates for
 * Training Neural Networks»; fastai's `lr_find`). `model.iterations` and `model.trainingState` stay as they are.
 *
 * @param data a data set, a generator of batches, or tensors `[x, y]`
 * @throws StriateError when the model is not compiled or being trained, or when the losses speak for no rate; weights are
 * put back then, too.
 *
 * @example
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
 * const { suggestion } = await findLearningRate(model, train, { batchSize: 64 });
 * model.optimizer!.learningRate = suggestion.valley;
 */
export async function findLearningRate(
  model: Model,
  data: ValidationData,
  options: LearningRateFinderOptions = {},
): Promise<LearningRateCurve> {
  const { startLearningRate: start = 1e-7, endLearningRate: end = 10, steps = 100 } = options;
  const { smoothing = 0.98, divergence = 4, batchSize, classWeight, seed = model.seed } = options;
  checkOptions(options, { start, end, smoothing, divergence });
  const given = validationOf(data);
  const { compiled, executor } = model.trainingParts('findLearningRate', given);
  const objective = objectiveFor(executor.topology, compiled.options);
  const { source } = trainingSources(
    given,
    { batchSize, classWeight, stepsPerEpoch: given.kind === 'stream' ? steps : undefined },
    { where: 'findLearningRate', topology: executor.topology, objective },
    seed,
  );
  for (const variable of executor.topology.trainable) compiled.optimizer.prepare(variable);
  const learningRates: number[] = [];
  const losses: number[] = [];
  const smoothed: number[] = [];
  let mean = 0;
  let best = Infinity;
  let diverged = false;
  const before = await copyVariables(executor, compiled);
  const trial = new Trial(compiled, objective, executor, source);
  try {
    for (let i = 0; i < steps && !diverged; i++) {
      options.signal?.throwIfAborted();
      const learningRate = start * (end / start) ** (i / (steps - 1));
      const loss = await trial.step(learningRate, i + 1 < steps);
      if (!Number.isFinite(loss)) {
        if (i === 0) throw notFinite(loss);
        diverged = true;
        break;
      }
      mean = smoothing * mean + (1 - smoothing) * loss;
      const value = mean / (1 - smoothing ** (i + 1));
      learningRates.push(learningRate);
      losses.push(loss);
      smoothed.push(value);
      best = Math.min(best, value);
      diverged = value > divergence * best;
    }
  } finally {
    await trial.end();
    for (const [variable, value] of before) await executor.store.write(variable, value);
  }
  const suggestion = suggestLearningRates(learningRates, smoothed, steps);
  return { learningRates, losses, smoothed, diverged, suggestion };
}

/** Training steps at rates of one's own, which the optimizer does not count. */
class Trial {
  private epoch = 0;
  private readonly counted: Pick<Optimizer, 'iterations' | 'accumulated'>;
  private batches: PrefetchedBatches;

  constructor(
    private readonly compiled: Compiled,
    private readonly objective: Objective,
    private readonly executor: Executor,
    private readonly source: BatchSource,
  ) {
    const { iterations, accumulated } = compiled.optimizer;
    this.counted = { iterations, accumulated };
    this.batches = new PrefetchedBatches(source.batches(0, 0), source.ahead);
  }

  /** Trains on the next batch and gives its loss before the weights change; `more` says that another step follows. */
  async step(learningRate: number, more: boolean): Promise<number> {
    const { optimizer } = this.compiled;
    const batch = await this.nextBatch();
    const { executor, objective } = this;
    const meanwhile = more ? (): void => this.batches.fetch() : undefined;
    const results = await trainingStep({ executor, objective, optimizer }, batch, {
      learningRate,
      ...(meanwhile && { meanwhile }),
    });
    return results.loss.data[0];
  }

  /** Epoch after epoch; the last batch of an epoch is left out where it is smaller: its loss would not compare. */
  private async nextBatch(): Promise<Batch> {
    const { source } = this;
    for (;;) {
      const batch = await this.batches.next();
      if (batch && batch.size >= (source.batchSize ?? 1)) return batch;
      if (batch) this.batches.fetch();
      else {
        await this.batches.end();
        this.batches = new PrefetchedBatches(source.batches(++this.epoch, 0), source.ahead);
      }
    }
  }

  /** Waits for what is still being fetched. */
  end(): Promise<void> {
    Object.assign(this.compiled.optimizer, this.counted);
    return this.batches.end();
  }
}

/** What a training step changes, as it is now. */
async function copyVariables(
  { topology, store }: Executor,
  { optimizer }: Compiled,
): Promise<[Variable, Float32Array][]> {
  const copies: [Variable, Float32Array][] = [];
  for (const variable of [...topology.weights.map((weight) => weight.variable), ...optimizer.slots]) {
    copies.push([variable, await store.read(variable)]);
  }
  return copies;
}

function checkOptions(
  options: LearningRateFinderOptions,
  { start, end, smoothing, divergence }: Readonly<Record<'start' | 'end' | 'smoothing' | 'divergence', number>>,
): void {
  const where = 'findLearningRate';
  expectOptions(accepts, options);
  const { batchSize, steps } = options;
  if (batchSize !== undefined) expectWhole(where, 'batchSize', batchSize);
  if (steps !== undefined) expectWhole(where, 'steps', steps, 20);
  if (!(start > 0 && end > start && Number.isFinite(end))) {
    throw new StriateError({
      where,
      rule: 'startLearningRate must be above 0 and endLearningRate above startLearningRate',
      received: `${start} and ${end}`,
    });
  }
  expectNumber(where, 'smoothing', smoothing, { least: 0, below: 1 });
  expectNumber(where, 'divergence', divergence, { above: 1 });
}

function notFinite(loss: number): StriateError {
  return new StriateError({
    where: 'findLearningRate',
    rule: `the loss is ${loss} before any weight has changed`,
    advice: 'see whether pictures or weights hold values that are not finite',
  });
}
