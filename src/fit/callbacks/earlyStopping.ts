import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import type { Tensor } from '../../tensor/index.js';
import type { Logs } from '../runningMeans.js';
import type { Callback, CallbackState, Training } from './callback.js';
import { finiteOr, Monitor, type MonitorMode } from './monitor.js';

/** Options of EarlyStopping. */
export interface EarlyStoppingOptions {
  /** 'valLoss' by default. */
  readonly monitor?: string;
  /** The least change that counts as better; 0 by default. */
  readonly minDelta?: number;
  /** Epochs without getting better after which training stops; 0 by default. */
  readonly patience?: number;
  readonly mode?: MonitorMode;
  /** A value that must be beaten for an epoch to count as better. */
  readonly baseline?: number;
  /** Whether the model ends with the weights of its best epoch; false by default. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before which nothing is watched; 0 by default. */
  readonly startFromEpoch?: number;
}

/**
 * Stops training when a value no longer gets better (Keras's EarlyStopping).
 *
 * @example
 * callbacks.earlyStopping({ monitor: 'valLoss', patience: 3, restoreBestWeights: true });
 */
export class EarlyStopping implements Callback {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'earlyStopping',
    first: ['monitor'],
    kinds: {
      monitor: 'string',
      minDelta: 'number',
      patience: 'number',
      mode: 'string',
      baseline: 'number',
      restoreBestWeights: 'boolean',
      startFromEpoch: 'number',
    },
  } as const satisfies AcceptedOptions<EarlyStoppingOptions>;
  readonly name = 'earlyStopping';
  /** The epoch (from 0) after which training was stopped; undefined where it was not. */
  stoppedEpoch: number | undefined;
  private readonly monitor: Monitor;
  private wait = 0;
  private best: number;
  private bestWeights: ReadonlyMap<string, Tensor> | undefined;
  private restored = false;
  /** The number of epochs that the training which was stopped had been asked for. */
  private stoppedOf: number | undefined;

  constructor(private readonly options: EarlyStoppingOptions = {}) {
    expectOptions(EarlyStopping.acceptedOptions, options);
    this.monitor = new Monitor(this.name, options.monitor ?? 'valLoss', options.mode, options.minDelta);
    this.best = this.monitor.worst;
  }

  onTrainBegin(training: Training): void {
    this.monitor.check(training);
    if (!this.restored) {
      this.wait = 0;
      this.best = this.monitor.worst;
      this.bestWeights = undefined;
      this.stoppedOf = undefined;
    }
    // The same training, resumed after it had been stopped, is over; one that is asked for other epochs has its patience anew.
    if (this.stoppedOf === training.epochs) training.stop();
    else {
      if (this.stoppedOf !== undefined) this.wait = 0;
      this.stoppedOf = undefined;
      this.stoppedEpoch = undefined;
    }
    this.restored = false;
  }

  async onEpochEnd(epoch: number, logs: Logs, training: Training): Promise<void> {
    const { patience = 0, baseline, restoreBestWeights, startFromEpoch = 0 } = this.options;
    if (epoch < startFromEpoch) return;
    const value = this.monitor.value(logs);
    if (value === undefined) return;
    this.wait++;
    if (this.monitor.better(value, this.best)) {
      this.best = value;
      if (restoreBestWeights) this.bestWeights = await training.model.getWeights();
      if (baseline === undefined || this.monitor.better(value, baseline)) this.wait = 0;
      return;
    }
    if (restoreBestWeights) this.bestWeights ??= await training.model.getWeights();
    if (this.wait >= Math.max(patience, 1)) {
      this.stoppedEpoch = epoch;
      this.stoppedOf = training.epochs;
      training.stop();
    }
  }

  async onTrainEnd(training: Training): Promise<void> {
    if (training.outcome === 'done' && this.bestWeights) await training.model.setWeights(this.bestWeights);
  }

  state(): CallbackState {
    const best = Number.isFinite(this.best) ? this.best : null;
    const { wait, stoppedEpoch, stoppedOf, bestWeights: weights } = this;
    return { values: { wait, best, stoppedEpoch, stoppedOf }, weights };
  }

  restore({ values, weights }: CallbackState): void {
    this.wait = finiteOr(values.wait, 0);
    this.best = finiteOr(values.best, this.monitor.worst);
    this.bestWeights = weights;
    [this.stoppedEpoch, this.stoppedOf] = [values.stoppedEpoch, values.stoppedOf].map((value) =>
      typeof value === 'number' ? value : undefined,
    );
    this.restored = true;
  }
}
