import { StriateError } from '../tensor/index.js';
import type { Optimizer } from '../training/optimizer.js';
import { UniqueNames } from '../topology/uniqueNames.js';
import { PrefetchedBatches, type BatchSource } from './batchSource.js';
import type { Callback, CallbackState, TrainedModel, Training } from './callbacks/callback.js';
import { testPass } from './testPass.js';
import type { Batch } from './examples.js';
import type { Executor } from './executor.js';
import { GoodWeights } from './goodWeights.js';
import { History, type EpochResult } from './history.js';
import { capitalize } from './compileOptions.js';
import type { Objective } from './objective.js';
import { RunningMeans, type Logs } from './runningMeans.js';
import type { TrainingState } from './trainingState.js';
import { takeAverages, trainingStep } from './trainingStep.js';
import { expectFiniteWeights } from './weights.js';

/** Everything that a training needs, resolved and checked. */
export interface TrainingPlan {
  readonly model: TrainedModel;
  readonly executor: Executor;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly source: BatchSource;
  readonly validation: BatchSource | undefined;
  /** Validation follows every so many epochs, and the last. */
  readonly validationFreq: number;
  readonly callbacks: readonly Callback[];
  readonly epochs: number;
  readonly initialEpoch: number;
  /** The seed of the order of examples, which the state keeps. */
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly resumeFrom: TrainingState | undefined;
  /** What is told before it begins. */
  readonly notes: readonly string[];
}

type Outcome = Training['outcome'];

/** One call of fit. */
export class TrainingLoop implements Training {
  readonly model: TrainedModel;
  readonly epochs: number;
  readonly results: EpochResult[];
  outcome: Outcome = 'running';
  private readonly callbacks: ReadonlyMap<string, Callback>;
  private readonly good: GoodWeights;
  private means: RunningMeans;
  private epoch: number;
  private batch = 0;
  private stopped = false;
  /** Seconds of the epoch under way before this call, and the time at which it went on. */
  private earlier = 0;
  /** The learning rate at the beginning of the epoch under way, once that has begun. */
  private epochRate: number | undefined;
  private began = 0;
  private trainedExamples = 0;
  private trainedSeconds = 0;

  constructor(private readonly plan: TrainingPlan) {
    this.model = plan.model;
    this.epochs = plan.epochs;
    this.good = new GoodWeights(plan.executor, plan.optimizer);
    this.callbacks = nameCallbacks(plan.callbacks);
    const { resumeFrom } = plan;
    this.results = [...(resumeFrom?.results ?? [])];
    this.epoch = resumeFrom?.epoch ?? plan.initialEpoch;
    this.batch = resumeFrom?.batch ?? 0;
    this.earlier = resumeFrom?.seconds ?? 0;
    this.epochRate = resumeFrom?.epochLearningRate;
    this.means = new RunningMeans(plan.objective, resumeFrom?.sums);
    if (!resumeFrom) return;
    plan.optimizer.iterations = resumeFrom.step;
    plan.optimizer.accumulated = resumeFrom.accumulated ?? 0;
    if (!plan.optimizer.scheduled) plan.optimizer.learningRate = resumeFrom.learningRate;
    for (const [name, callback] of this.callbacks) {
      const state = resumeFrom.callbacks[name];
      if (state) callback.restore?.(state);
    }
  }

  get steps(): number | undefined {
    return this.plan.source.steps;
  }

  get names(): readonly string[] {
    const { objective, validation, callbacks } = this.plan;
    const { names } = objective;
    const tested = validation ? [...names, ...callbacks.flatMap(({ measured = [] }) => measured)] : [];
    return [...names, ...tested.map((name) => `val${capitalize(name)}`), 'learningRate', 'seconds'];
  }

  get notes(): readonly string[] {
    return this.plan.notes;
  }

  get learningRate(): number {
    return this.plan.optimizer.learningRate;
  }

  set learningRate(value: number) {
    this.plan.optimizer.learningRate = value;
  }

  stop(): void {
    this.stopped = true;
  }

  /** Whether it was told to end. */
  get stopping(): boolean {
    return this.stopped;
  }

  /** Where the training stands; to be asked between steps. */
  state(): TrainingState {
    const { source, optimizer, seed } = this.plan;
    const callbacks = [...this.callbacks].flatMap(([name, callback]) => {
      const state = callback.state?.();
      return state ? [[name, state] as [string, CallbackState]] : [];
    });
    return {
      epoch: this.epoch,
      batch: this.batch,
      step: optimizer.iterations,
      ...(optimizer.accumulated > 0 && { accumulated: optimizer.accumulated }),
      learningRate: optimizer.learningRate,
      ...(this.epochRate !== undefined && { epochLearningRate: this.epochRate }),
      seed,
      batchSize: source.batchSize ?? null,
      examples: source.examples ?? null,
      sums: this.means.state(),
      seconds: this.seconds(),
      results: [...this.results],
      callbacks: Object.fromEntries(callbacks),
    };
  }

  async run(): Promise<History> {
    try {
      await this.each((callback) => callback.onTrainBegin?.(this));
      // Nothing that training did: the model came so.
      if (!(await this.good.keep(this.epoch)))
        await expectFiniteWeights(`fit, model '${this.model.name}'`, this.plan.executor);
      while (this.epoch < this.epochs && !this.stopped && !this.aborted) await this.runEpoch();
      const ended = !this.aborted || this.stopped || this.epoch >= this.epochs;
      if (ended) await takeAverages(this.plan);
      this.outcome = this.aborted && !this.stopped && this.epoch < this.epochs ? 'interrupted' : 'done';
    } catch (error) {
      this.outcome = 'failed';
      // The first error is the one to report, whatever callbacks make of it.
      await this.each((callback) => callback.onTrainEnd?.(this)).catch(() => undefined);
      throw error;
    }
    await this.each((callback) => callback.onTrainEnd?.(this));
    const imagesPerSecond = this.trainedSeconds > 0 ? this.trainedExamples / this.trainedSeconds : 0;
    const first = this.epoch - this.results.length;
    return new History(this.results, imagesPerSecond, this.outcome === 'interrupted', first, this.plan.notes);
  }

  private get aborted(): boolean {
    return this.plan.signal?.aborted ?? false;
  }

  private async runEpoch(): Promise<void> {
    const { validation, validationFreq, executor, objective, signal } = this.plan;
    const { epoch } = this;
    this.began = performance.now();
    await this.each((callback) => callback.onEpochBegin?.(epoch, this));
    const learningRate = (this.epochRate ??= this.learningRate);
    if (!(await this.trainBatches())) return;
    // The last step's loss is that of the weights before it.
    if (!(await this.good.keep(epoch + 1))) await this.fail('weights became NaN or infinite');
    const logs = this.means.values();
    if (validation && ((epoch + 1) % validationFreq === 0 || epoch + 1 === this.epochs)) {
      const results = await testPass(executor, objective, validation, { signal, callbacks: this.callbacks.values() });
      // Interrupted in validation: the epoch's training is done, its end comes when training goes on.
      if (!results) return this.pause();
      for (const [name, value] of Object.entries(results)) logs[`val${capitalize(name)}`] = value;
    }
    const result: EpochResult = { ...(logs as { loss: number }), learningRate, seconds: this.seconds() };
    this.results.push(result);
    this.epoch++;
    this.batch = 0;
    this.earlier = 0;
    this.epochRate = undefined;
    this.began = 0;
    this.means = new RunningMeans(objective);
    await this.each((callback) => callback.onEpochEnd?.(epoch, result, this));
  }

  /** Trains on the rest of the epoch; says whether it came to its end. */
  private async trainBatches(): Promise<boolean> {
    const { source } = this.plan;
    const batches = new PrefetchedBatches(source.batches(this.epoch, this.batch), source.ahead);
    const clock = new Stopwatch();
    try {
      for (let batch = await batches.next(); batch; batch = await batches.next()) {
        await this.each((callback) => callback.onTrainBatchBegin?.(this.batch, this));
        // The next batch is fetched while the engine computes this one.
        await this.trainStep(batch, clock, () => batches.fetch());
        await this.eachBatchEnd();
        if (this.stopped) break;
        if (this.aborted) {
          this.trainedSeconds += clock.seconds();
          this.pause();
          return false;
        }
      }
      this.trainedSeconds += clock.seconds();
      return true;
    } finally {
      await batches.end();
    }
  }

  private async trainStep(batch: Batch, clock: Stopwatch, prefetch: () => void): Promise<void> {
    const onCompiled = (milliseconds: number): void => clock.skip(milliseconds);
    const results = await trainingStep(this.plan, batch, { meanwhile: prefetch, onCompiled });
    this.batch++;
    this.trainedExamples += batch.size;
    const loss = results.loss.data[0];
    if (!Number.isFinite(loss)) {
      await this.each((callback) => callback.onLossNotFinite?.(this.batch - 1, loss, this));
      if (this.stopped) {
        await this.good.restore();
        return;
      }
      await this.fail(`the loss became ${Number.isNaN(loss) ? 'NaN (not a number)' : 'infinite'}`);
    }
    this.means.add(results, batch.size);
  }

  /** Puts back the last good weights and says what happened. */
  private async fail(what: string): Promise<never> {
    const { learningRate } = this;
    const kept = await this.good.restore();
    throw new StriateError({
      where: 'fit',
      rule: `${what} at epoch ${this.epoch + 1}, step ${this.batch} (step ${this.plan.optimizer.iterations} in all)`,
      advice: `${kept}; train with a lower learning rate (it was ${learningRate}), or clip gradients with clipnorm`,
    });
  }

  /** The clock stands while training is interrupted. */
  private pause(): void {
    this.earlier = this.seconds();
    this.began = 0;
  }

  private seconds(): number {
    return this.earlier + (this.began ? (performance.now() - this.began) / 1000 : 0);
  }

  private async eachBatchEnd(): Promise<void> {
    let logs: Logs | undefined;
    for (const callback of this.callbacks.values()) {
      if (callback.onTrainBatchEnd)
        await callback.onTrainBatchEnd(this.batch - 1, (logs ??= this.means.values()), this);
    }
  }

  private async each(call: (callback: Callback) => void | Promise<void>): Promise<void> {
    for (const callback of this.callbacks.values()) {
      const waiting = call(callback);
      if (waiting) await waiting;
    }
  }
}

/** Names for callbacks' states; those that say they must be last are. */
function nameCallbacks(callbacks: readonly Callback[]): ReadonlyMap<string, Callback> {
  const names = new UniqueNames();
  const named = new Map<string, Callback>();
  for (const callback of [...callbacks].sort((a, b) => Number(a.last ?? false) - Number(b.last ?? false))) {
    named.set(names.take(callback.name ?? 'callback'), callback);
  }
  return named;
}

/** Measures the time of training, less what is not part of it. */
class Stopwatch {
  private readonly start = performance.now();
  private skipped = 0;

  skip(milliseconds: number): void {
    // Looking up a program that is there takes no time worth leaving out.
    if (milliseconds > 1) this.skipped += milliseconds;
  }

  seconds(): number {
    return (performance.now() - this.start - this.skipped) / 1000;
  }
}
