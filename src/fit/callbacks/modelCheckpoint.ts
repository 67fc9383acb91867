import { StriateError } from '../../tensor/index.js';
import { expectNotRenamed } from '../../training/optionNames.js';
import type { Logs } from '../runningMeans.js';
import type { Callback, CallbackState, Training } from './callback.js';
import { finiteOr, Monitor, type MonitorMode } from './monitor.js';

/** Options of ModelCheckpoint. */
export interface ModelCheckpointOptions {
  /** May hold `{epoch}` (from 1), `{valLoss}`, … and Keras's formats: `{epoch:02d}`, `{valLoss:.2f}`. */
  readonly filepath: string;
  /** 'valLoss' by default; only looked at with `saveBestOnly`. */
  readonly monitor?: string;
  readonly mode?: MonitorMode;
  /** Whether only epochs are saved that are better than all before; false by default. */
  readonly saveBestOnly?: boolean;
  /** Whether only weights are written; false by default. */
  readonly saveWeightsOnly?: boolean;
  /** Whether training can go on from the file; true by default. */
  readonly optimizer?: boolean;
  /** 'epoch' (default), or a number of batches after which a file is written. */
  readonly saveFreq?: 'epoch' | number;
}

/**
 * Saves the model at the end of epochs, whole or not at all (Keras's ModelCheckpoint).
 *
 * @example
 * callbacks.modelCheckpoint({ filepath: 'best.safetensors', monitor: 'valAccuracy', saveBestOnly: true });
 */
export class ModelCheckpoint implements Callback {
  readonly name = 'modelCheckpoint';
  readonly last = true;
  private readonly monitor: Monitor;
  private best: number;
  private restored = false;
  private epoch = 0;

  constructor(private readonly options: ModelCheckpointOptions) {
    const { filepath, monitor = 'valLoss', mode, saveFreq = 'epoch' } = options;
    expectNotRenamed('modelCheckpoint', options, { path: 'filepath' });
    if (!filepath) throw new StriateError({ where: 'modelCheckpoint', rule: 'needs a filepath', received: 'none' });
    if (saveFreq !== 'epoch' && !(Number.isInteger(saveFreq) && saveFreq > 0)) {
      throw new StriateError({
        where: 'modelCheckpoint',
        rule: "saveFreq must be 'epoch' or a number of batches",
        received: saveFreq,
      });
    }
    this.monitor = new Monitor(this.name, monitor, mode);
    this.best = this.monitor.worst;
  }

  onTrainBegin(training: Training): void {
    if (this.options.saveBestOnly) this.monitor.check(training);
    if (!this.restored) this.best = this.monitor.worst;
    this.restored = false;
  }

  onEpochBegin(epoch: number): void {
    this.epoch = epoch;
  }

  async onTrainBatchEnd(_batch: number, logs: Logs, training: Training): Promise<void> {
    const { saveFreq } = this.options;
    if (typeof saveFreq === 'number' && training.model.iterations % saveFreq === 0) {
      await this.save(this.epoch, logs, training);
    }
  }

  async onEpochEnd(epoch: number, logs: Logs, training: Training): Promise<void> {
    if (typeof this.options.saveFreq === 'number') return;
    if (this.options.saveBestOnly) {
      const value = this.monitor.value(logs);
      if (!this.monitor.better(value, this.best)) return;
      this.best = value;
    }
    await this.save(epoch, logs, training);
  }

  state(): CallbackState {
    return { values: { best: Number.isFinite(this.best) ? this.best : null } };
  }

  restore({ values }: CallbackState): void {
    this.best = finiteOr(values.best, this.monitor.worst);
    this.restored = true;
  }

  private async save(epoch: number, logs: Logs, { model }: Training): Promise<void> {
    const { filepath, saveWeightsOnly, optimizer = true } = this.options;
    const file = formatPath(filepath, { ...logs, epoch: epoch + 1 });
    if (saveWeightsOnly) await model.saveWeights(file);
    else await model.save(file, { optimizer });
  }
}

/** Fills in the values that a path names. */
export function formatPath(path: string, values: Logs): string {
  return path.replace(/\{(\w+)(?::0?(\d+)d|:\.(\d+)f)?\}/g, (_, name: string, digits?: string, decimals?: string) => {
    if (!Object.hasOwn(values, name)) {
      const known = Object.keys(values).join(', ');
      throw new StriateError({
        where: 'modelCheckpoint',
        rule: `the path names {${name}}`,
        advice: `there are ${known}`,
      });
    }
    const value = values[name];
    if (digits !== undefined) return String(Math.round(value)).padStart(Number(digits), '0');
    if (decimals !== undefined) return value.toFixed(Number(decimals));
    return Number.isInteger(value) ? String(value) : value.toFixed(4);
  });
}
