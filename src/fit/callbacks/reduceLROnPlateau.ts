import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import type { Logs } from '../runningMeans.js';
import type { Callback, CallbackState, Training } from './callback.js';
import { finiteOr, Monitor, type MonitorMode } from './monitor.js';
import { expectNumber } from '../../tensor/check.js';

/** Options of ReduceLROnPlateau. */
export interface ReduceLROnPlateauOptions {
  /** 'valLoss' by default. */
  readonly monitor?: string;
  /** What the rate is multiplied by; 0.1 by default. */
  readonly factor?: number;
  /** Epochs without getting better after which it is reduced; 10 by default. */
  readonly patience?: number;
  readonly mode?: MonitorMode;
  /** The least change that counts as better; 0.0001 by default. */
  readonly minDelta?: number;
  /** Epochs to wait after a reduction; 0 by default. */
  readonly cooldown?: number;
  /** The least rate; 0 by default. */
  readonly minLr?: number;
}

/**
 * Reduces the learning rate when a value no longer gets better (Keras's ReduceLROnPlateau).
 *
 * @example
 * callbacks.reduceLROnPlateau({ monitor: 'valLoss', factor: 0.2, patience: 5, minLr: 0.001 });
 */
export class ReduceLROnPlateau implements Callback {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'reduceLROnPlateau',
    first: ['monitor'],
    kinds: {
      monitor: 'string',
      minDelta: 'number',
      patience: 'number',
      mode: 'string',
      factor: 'number',
      cooldown: 'number',
      minLr: 'number',
    },
  } as const satisfies AcceptedOptions<ReduceLROnPlateauOptions>;
  readonly name = 'reduceLROnPlateau';
  private readonly monitor: Monitor;
  private wait = 0;
  private cooldown = 0;
  private best: number;
  private restored = false;

  constructor(private readonly options: ReduceLROnPlateauOptions = {}) {
    expectOptions(ReduceLROnPlateau.acceptedOptions, options);
    const { monitor = 'valLoss', factor = 0.1, mode, minDelta = 1e-4 } = options;
    expectNumber('reduceLROnPlateau', 'factor', factor, { above: 0, below: 1 });
    this.monitor = new Monitor(this.name, monitor, mode, minDelta);
    this.best = this.monitor.worst;
  }

  onTrainBegin(training: Training): void {
    this.monitor.check(training);
    if (!this.restored) {
      this.wait = 0;
      this.cooldown = 0;
      this.best = this.monitor.worst;
    }
    this.restored = false;
  }

  onEpochEnd(_epoch: number, logs: Logs, training: Training): void {
    const { factor = 0.1, patience = 10, cooldown = 0, minLr = 0 } = this.options;
    const value = this.monitor.value(logs);
    if (value === undefined) return;
    if (this.cooldown > 0) {
      this.cooldown--;
      this.wait = 0;
    }
    if (this.monitor.better(value, this.best)) {
      this.best = value;
      this.wait = 0;
    } else if (this.cooldown === 0 && ++this.wait >= patience && training.learningRate > minLr) {
      training.learningRate = Math.max(training.learningRate * factor, minLr);
      this.cooldown = cooldown;
      this.wait = 0;
    }
  }

  state(): CallbackState {
    const best = Number.isFinite(this.best) ? this.best : null;
    return { values: { wait: this.wait, cooldown: this.cooldown, best } };
  }

  restore({ values }: CallbackState): void {
    this.wait = finiteOr(values.wait, 0);
    this.cooldown = finiteOr(values.cooldown, 0);
    this.best = finiteOr(values.best, this.monitor.worst);
    this.restored = true;
  }
}
