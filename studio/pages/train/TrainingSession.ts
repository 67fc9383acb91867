import { augment, modelFromBytes, type Callback, type DataSet, type Engine, type Model } from 'striate';
import type { TaskContext } from '../../engine/protocol.js';
import { Looks, type TrainingLook } from './looks.js';
import { isTrained, makeModel, makeOptimizer } from './makeModel.js';
import { openData, type OpenedData } from './openData.js';
import { appendPoint } from './points.js';
import { augmentationOptions, seed, type TrainSettings } from './recipe.js';
import { keepRun, keptCheckpoint, keptRun, type RunStatus, type TrainingRun } from './trainingRuns.js';

/** What is to be trained. */
export interface SessionInput {
  readonly id: string;
  readonly settings: TrainSettings;
  /** The address of the server's data up to a folder's name; undefined where there is no server. */
  readonly server: string | undefined;
}

/** What a training tells on its way. */
export interface TrainingNews {
  readonly run: TrainingRun;
  /** Batches of the epoch under way, and pictures a second. */
  readonly batch: number;
  readonly picturesPerSecond: number;
  readonly notes: readonly string[];
  /** What it sees now, where that was looked at anew. */
  readonly look?: TrainingLook;
}

/** Milliseconds between news, looks and checkpoints; the latter two take no more than a share of the time. */
const each = { news: 120, look: 500, checkpoint: 800 } as const;
const share = { look: 25, checkpoint: 25 } as const;

/** The means of an epoch after so many of its batches. */
interface EpochMeans {
  readonly batch: number;
  readonly loss: number;
  readonly accuracy: number;
}

const nothing: EpochMeans = { batch: 0, loss: 0, accuracy: 0 };

/** A training in the worker: it goes on where it was paused, and from what the browser keeps where it was cut off. */
export class TrainingSession {
  private readonly looks: Looks;
  private run: TrainingRun;
  private abort: AbortController | undefined;
  private checkpointed = { at: 0, took: 0 };
  private looked = { at: 0, took: 0 };
  private told = 0;
  /** The means of the epoch at the last point; undefined where they are not known, as after a reload. */
  private mark: EpochMeans | undefined;

  private constructor(
    readonly input: SessionInput,
    readonly model: Model,
    private readonly data: OpenedData,
    private readonly notes: readonly string[],
    run: TrainingRun,
  ) {
    this.run = run;
    this.looks = new Looks(model, data.held);
    this.mark = run.step % (run.steps / run.settings.epochs) === 0 ? nothing : undefined;
  }

  /** Begins a training, or opens one that this browser has kept. */
  static async open(input: SessionInput, engine: Engine): Promise<TrainingSession> {
    const { id, settings, server } = input;
    const [kept, checkpoint] = await Promise.all([keptRun(id), keptCheckpoint(id)]);
    if (kept && checkpoint) {
      const model = await modelFromBytes(checkpoint, { engine }, id);
      const { data, pictures, held, side } = kept.settings;
      const prepared = isTrained(kept.settings)
        ? { inputShape: model.inputs[0].shape, preprocessing: model.preprocessing }
        : {};
      const opened = await openData({ data, pictures, held, side, server, ...prepared });
      return new TrainingSession({ ...input, settings: kept.settings }, model, opened, [], kept);
    }
    const { model, data, notes } = await makeModel(settings, server, engine);
    const steps = Math.ceil(data.train.size / settings.batch) * settings.epochs;
    model.compile({
      optimizer: makeOptimizer(settings, steps),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    const run: TrainingRun = {
      id,
      settings,
      status: 'paused',
      created: Date.now(),
      points: new Float32Array(0),
      results: [],
      step: 0,
      steps,
      classNames: data.train.classNames,
    };
    return new TrainingSession(input, model, data, notes, run);
  }

  /** The run as it stands. */
  get current(): TrainingRun {
    return this.run;
  }

  /** Ends the training under way after the step that is being computed. */
  pause(): void {
    this.abort?.abort();
  }

  /**
   * Trains to the end, until it is paused, or a few batches.
   *
   * @param batches how many; undefined for all
   */
  async train(context: TaskContext, batches?: number): Promise<TrainingNews> {
    const { run } = this;
    if (run.status === 'done') return this.news(0, 0, await this.looks.take(true));
    this.abort = new AbortController();
    this.told = 0;
    this.run = { ...run, status: 'running' };
    let rate = { since: performance.now(), steps: run.step, perSecond: 0 };
    let left = batches ?? Infinity;
    const { batch: batchSize } = this.input.settings;
    const epochSteps = run.steps / this.input.settings.epochs;
    const watch: Callback = {
      onTrainBegin: async () => {
        if (this.run.step === 0) await this.checkpoint('running');
        context.news(this.news(0, 0, await this.looks.take(true)));
      },
      onTrainBatchEnd: (batch, logs, training) => {
        const step = training.results.length * epochSteps + batch + 1;
        left--;
        if (left <= 0) this.abort!.abort();
        const now = performance.now();
        this.run = { ...this.run, step };
        if (now - this.told < each.news && left > 0 && batch + 1 < epochSteps) return undefined;
        const { loss, accuracy } = logs;
        this.addPoint(step, batch + 1, loss, accuracy);
        if (now - rate.since > 400) {
          const perSecond = ((step - rate.steps) * batchSize * 1000) / (now - rate.since);
          rate = { since: now, steps: step, perSecond };
        }
        this.told = now;
        return this.tell(context, batch + 1, rate.perSecond);
      },
      onEpochEnd: (_, __, training) => {
        this.mark = nothing;
        this.run = { ...this.run, results: [...training.results] };
        rate = { since: performance.now(), steps: this.run.step, perSecond: rate.perSecond };
      },
    };
    try {
      const history = await this.fit(watch, this.abort.signal);
      const done = !history.interrupted;
      this.run = { ...this.run, results: history.epochs, ...(done && { step: run.steps }) };
      await this.checkpoint(done ? 'done' : 'paused');
    } catch (error) {
      this.run = { ...this.run, status: 'failed' };
      await keepRun(this.run).catch(() => undefined);
      throw error;
    } finally {
      this.abort = undefined;
    }
    return this.news(0, rate.perSecond, await this.looks.take(true));
  }

  private fit(watch: Callback, signal: AbortSignal): ReturnType<Model['fit']> {
    const { settings } = this.input;
    const { batch: batchSize, epochs } = settings;
    const state = this.model.trainingState;
    const { held: validationData } = this.data;
    const options = {
      batchSize,
      validationData,
      callbacks: [watch],
      signal,
      seed,
      verbose: 0,
      ...(state && { resumeFrom: state }),
    } as const;
    const train: DataSet = augment(this.data.train, augmentationOptions[settings.augment]);
    if (isTrained(settings)) return this.model.fineTune(train, epochs, { ...options, learningRate: settings.rate });
    return this.model.fit(train, { ...options, epochs });
  }

  /** News, and with them looks and checkpoints where it is time for them. */
  private async tell(context: TaskContext, batch: number, perSecond: number): Promise<void> {
    const began = performance.now();
    let look: TrainingLook | undefined;
    if (began - this.looked.at > Math.max(each.look, share.look * this.looked.took)) {
      look = await this.looks.take(false);
      this.looked = { at: performance.now(), took: performance.now() - began };
    }
    context.news(this.news(batch, perSecond, look));
    if (began - this.checkpointed.at > Math.max(each.checkpoint, share.checkpoint * this.checkpointed.took)) {
      await this.checkpoint('running');
    }
  }

  private news(batch: number, picturesPerSecond: number, look?: TrainingLook): TrainingNews {
    const { run, notes } = this;
    return { run, batch, picturesPerSecond, notes, ...(look && { look }) };
  }

  /** The means since the point before, which follow from those of the epoch so far. */
  private addPoint(step: number, batch: number, loss: number, accuracy: number): void {
    const { mark } = this;
    this.mark = { batch, loss, accuracy };
    if (!mark || mark.batch >= batch) return;
    const since = (now: number, then: number): number => (now * batch - then * mark.batch) / (batch - mark.batch);
    const points = appendPoint(this.run.points, step, since(loss, mark.loss), since(accuracy, mark.accuracy));
    this.run = { ...this.run, points };
  }

  /** Keeps the run with weights, optimizer and position, so that it goes on after whatever happens to the page. */
  private async checkpoint(status: RunStatus): Promise<void> {
    const began = performance.now();
    this.run = { ...this.run, status };
    await keepRun(this.run, await this.model.toBytes({ optimizer: true }));
    this.checkpointed = { at: performance.now(), took: performance.now() - began };
  }
}
