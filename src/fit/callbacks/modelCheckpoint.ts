import { StriateError } from '../../tensor/index.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import type { Logs } from '../runningMeans.js';
import type { Callback, CallbackState, Training } from './callback.js';
import { finiteOr, Monitor, type MonitorMode } from './monitor.js';
import { isWhole } from '../../tensor/check.js';
import { modelFileFormat, weightFileFormat, type ModelFileFormat } from '../modelFile.js';

/** Options of ModelCheckpoint. */
export interface ModelCheckpointOptions {
  /**
   * May hold `{epoch}` (from 1), `{valLoss}`, … and Keras's formats: `{epoch:02d}`, `{valLoss:.2f}`. Ends as what `Model.save`
   * writes, or `saveWeights` with `saveWeightsOnly`: `.safetensors`, or Keras's formats.
   */
  readonly filepath: string;
  /** 'valLoss' by default; only looked at with `saveBestOnly`. */
  readonly monitor?: string;
  readonly mode?: MonitorMode;
  /** Whether only epochs are saved that are better than all before; false by default. */
  readonly saveBestOnly?: boolean;
  /** Whether only weights are written; false by default. */
  readonly saveWeightsOnly?: boolean;
  /** Whether training can go on from the file; true by default, but for Keras's formats, which do not hold it. */
  readonly optimizer?: boolean;
  /**
   * 'epoch' (default), or a number of batches after which a file is written; `{ seconds }` to lose little when a training is
   * killed: at the start, after every epoch, between them after so much time, and where training is interrupted.
   */
  readonly saveFreq?: 'epoch' | number | { readonly seconds: number };
}

/**
 * Saves the model at the end of epochs, whole or not at all (Keras's ModelCheckpoint). A model whose weights are not finite
 * numbers is not saved: it must not take the place of a good one.
 *
 * @example
 * callbacks.modelCheckpoint({ filepath: 'best.safetensors', monitor: 'valAccuracy', saveBestOnly: true });
 */
export class ModelCheckpoint implements Callback {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'modelCheckpoint',
    first: ['filepath'],
    kinds: {
      filepath: 'string',
      monitor: 'string',
      mode: 'string',
      saveBestOnly: 'boolean',
      saveWeightsOnly: 'boolean',
      optimizer: 'boolean',
      saveFreq: 'number or string or object',
    },
  } as const satisfies AcceptedOptions<ModelCheckpointOptions>;
  readonly name = 'modelCheckpoint';
  readonly last = true;
  private readonly monitor: Monitor;
  private best: number;
  private restored = false;
  private epoch = 0;
  private readonly format: ModelFileFormat | undefined;
  private readonly seconds: number | undefined;
  /** When it was last saved, in milliseconds. */
  private saved = 0;

  constructor(private readonly options: ModelCheckpointOptions) {
    expectOptions(ModelCheckpoint.acceptedOptions, options);
    const { filepath, monitor = 'valLoss', mode, saveFreq = 'epoch' } = options;
    if (!filepath) throw new StriateError({ where: 'modelCheckpoint', rule: 'needs a filepath', received: 'none' });
    if (options.saveWeightsOnly) weightFileFormat('modelCheckpoint', filepath);
    else this.format = modelFileFormat('modelCheckpoint', filepath);
    const isSound = typeof saveFreq === 'object' ? saveFreq.seconds > 0 : isWhole(saveFreq, 1);
    if (saveFreq !== 'epoch' && !isSound) {
      throw new StriateError({
        where: 'modelCheckpoint',
        rule: "saveFreq must be 'epoch', a number of batches, or { seconds }",
        received: typeof saveFreq === 'object' ? JSON.stringify(saveFreq) : saveFreq,
      });
    }
    this.seconds = typeof saveFreq === 'object' ? saveFreq.seconds : undefined;
    this.monitor = new Monitor(this.name, monitor, mode);
    this.best = this.monitor.worst;
  }

  async onTrainBegin(training: Training): Promise<void> {
    if (this.options.saveBestOnly) this.monitor.check(training);
    if (!this.restored) this.best = this.monitor.worst;
    this.restored = false;
    if (this.seconds !== undefined) await this.save(training.results.length - 1, {}, training);
  }

  onEpochBegin(epoch: number): void {
    this.epoch = epoch;
  }

  async onTrainBatchEnd(_batch: number, logs: Logs, training: Training): Promise<void> {
    const { saveFreq } = this.options;
    const isDue =
      this.seconds === undefined
        ? typeof saveFreq === 'number' && training.model.iterations % saveFreq === 0
        : performance.now() - this.saved > 1000 * this.seconds;
    if (isDue) await this.save(this.epoch, logs, training);
  }

  async onEpochEnd(epoch: number, logs: Logs, training: Training): Promise<void> {
    if (typeof this.options.saveFreq === 'number') return;
    const { best } = this;
    if (this.options.saveBestOnly) {
      const value = this.monitor.value(logs);
      if (value === undefined || !this.monitor.better(value, best)) return;
      // Before it is saved, so that the file knows of it.
      this.best = value;
    }
    if (!(await this.save(epoch, logs, training))) this.best = best;
  }

  async onTrainEnd(training: Training): Promise<void> {
    if (this.seconds !== undefined && training.outcome === 'interrupted') await this.save(this.epoch, {}, training);
  }

  state(): CallbackState {
    return { values: { best: Number.isFinite(this.best) ? this.best : null } };
  }

  restore({ values }: CallbackState): void {
    this.best = finiteOr(values.best, this.monitor.worst);
    this.restored = true;
  }

  /** Saves the model, and says whether it was worth saving. */
  private async save(epoch: number, logs: Logs, { model }: Training): Promise<boolean> {
    const { filepath, saveWeightsOnly, optimizer = this.format === 'safetensors' } = this.options;
    const file = formatPath(filepath, { ...logs, epoch: epoch + 1 });
    // A step whose loss is still a number can leave weights that are not.
    const isSound = await model.hasFiniteWeights();
    if (isSound) await (saveWeightsOnly ? model.saveWeights(file) : model.save(file, { optimizer }));
    this.saved = performance.now();
    return isSound;
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
