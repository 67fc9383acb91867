import { augment, modelFromBytes, type Callback, type DataSet, type Engine, type Model } from 'striate';
import type { TaskContext } from '../../engine/protocol.js';
import { Looks, type TrainingLook } from './looks.js';
import { atOnce, batchesOf, FrozenFeatures } from './frozenFeatures.js';
import { lossOf, makeModel, makeOptimizer } from './makeModel.js';
import { openData, type OpenedData } from './openData.js';
import { appendPoint } from './points.js';
import { augmentationOptions, isTrained, seed, solvesAlone, type TrainSettings } from './recipe.js';
import { solvableLayer, solveHead } from './solvedHead.js';
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
  private passes: readonly [train: FrozenFeatures, held: FrozenFeatures] | undefined;
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
    const { model, data, notes, hasNewHead } = await makeModel(settings, server, engine);
    const learns = hasNewHead && solvableLayer(model) ? settings.learns : 'all';
    const used: TrainSettings = isTrained(settings) ? { ...settings, learns: learns ?? 'all' } : settings;
    const steps = solvesAlone(used)
      ? batchesOf(data.train) + batchesOf(data.held)
      : Math.ceil(data.train.size / settings.batch) * settings.epochs;
    model.compile({ optimizer: makeOptimizer(settings, steps), loss: lossOf(settings), metrics: ['accuracy'] });
    const run: TrainingRun = {
      id,
      settings: used,
      status: 'paused',
      created: Date.now(),
      points: new Float32Array(0),
      results: [],
      step: 0,
      steps,
      classNames: data.train.classNames,
      pictures: data.train.size + data.held.size,
      held: data.held.size,
    };
    return new TrainingSession({ ...input, settings: used }, model, data, notes, run);
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
    if (this.run.status === 'done') return this.news(0, 0, await this.looks.take(true));
    const abort = new AbortController();
    this.abort = abort;
    this.told = 0;
    this.run = { ...this.run, status: 'running' };
    const pace = new Pace(this.run.step);
    try {
      if (this.run.step === 0) await this.checkpoint('running');
      context.news(this.news(0, 0, await this.looks.take(true)));
      const { settings } = this.input;
      const left = { batches: batches ?? Infinity };
      const isTaught = solvesAlone(settings) || (await this.learn(context, left, pace));
      const mustSolve = solvesAlone(settings) || settings.finish === true;
      const isDone = isTaught && (!mustSolve || (await this.solve(context, left, pace)));
      if (isDone) this.run = { ...this.run, step: this.run.steps };
      await this.checkpoint(isDone ? 'done' : 'paused');
    } catch (error) {
      this.run = { ...this.run, status: 'failed' };
      await keepRun(this.run).catch(() => undefined);
      throw error;
    } finally {
      this.abort = undefined;
    }
    return this.news(0, pace.perSecond, await this.looks.take(true));
  }

  /** Learns by steps; whether all of them are done. */
  private async learn(context: TaskContext, left: { batches: number }, pace: Pace): Promise<boolean> {
    const { batch: batchSize } = this.input.settings;
    const epochSteps = this.run.steps / this.input.settings.epochs;
    const watch: Callback = {
      onTrainBatchEnd: (batch, logs, training) => {
        const step = training.results.length * epochSteps + batch + 1;
        left.batches--;
        if (left.batches <= 0) this.pause();
        this.run = { ...this.run, step };
        if (performance.now() - this.told < each.news && left.batches > 0 && batch + 1 < epochSteps) return undefined;
        this.addPoint(step, batch + 1, logs.loss, logs.accuracy);
        pace.at(step, batchSize);
        return this.tell(context, batch + 1, pace.perSecond);
      },
      onEpochEnd: (_, __, training) => {
        this.mark = nothing;
        this.run = { ...this.run, results: [...training.results] };
        pace.goesOnFrom(this.run.step);
      },
    };
    const history = await this.fit(watch, this.abort!.signal);
    this.run = { ...this.run, results: history.epochs };
    return !history.interrupted;
  }

  /** Solves the classifier on what the layers before it make of the pictures; whether that is done. */
  private async solve(context: TaskContext, left: { batches: number }, pace: Pace): Promise<boolean> {
    const { signal } = this.abort!;
    const passes = await this.passesOver();
    const counts = solvesAlone(this.input.settings);
    for (const pass of passes) {
      while (pass.done < pass.total) {
        await pass.next();
        left.batches--;
        const done = passes.reduce((sum, { done }) => sum + Math.ceil(done / atOnce), 0);
        if (counts) this.run = { ...this.run, step: done };
        if (signal.aborted || left.batches <= 0) return false;
        if (performance.now() - this.told < each.news) continue;
        if (counts) pace.at(done, atOnce);
        this.told = performance.now();
        context.news(this.news(done, pace.perSecond));
      }
    }
    try {
      const solved = await solveHead(this.model, passes[0], passes[1], signal);
      if (solved) this.run = { ...this.run, solved };
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  /** What goes through the layers that stay as they are: pictures to learn from, and those that are held out. */
  private async passesOver(): Promise<readonly [train: FrozenFeatures, held: FrozenFeatures]> {
    const { model, data, input } = this;
    const { data: name, pictures, held, side, model: file } = input.settings;
    const key = solvesAlone(input.settings) ? [name, pictures, held, side, file].join(' ') : undefined;
    const open = async (set: DataSet, part: string): Promise<FrozenFeatures> => {
      const features = new FrozenFeatures(model.embedding, set, key && `${key} ${part}`);
      await features.restore();
      return features;
    };
    return (this.passes ??= [await open(data.train, 'train'), await open(data.held, 'held')]);
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
    this.told = began;
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
    const now = performance.now();
    // The first also opens the database, and any may wait for something else: the quickest tells what keeping costs.
    const took = this.run.step === 0 ? 0 : Math.min(now - began, this.checkpointed.took || Infinity);
    this.checkpointed = { at: now, took };
  }
}

/** Pictures a second, measured anew about twice a second. */
class Pace {
  perSecond = 0;
  private since = performance.now();

  constructor(private steps: number) {}

  /** So many steps are done, of so many pictures each. */
  at(step: number, pictures: number): void {
    const now = performance.now();
    if (now - this.since <= 400) return;
    this.perSecond = ((step - this.steps) * pictures * 1000) / (now - this.since);
    this.goesOnFrom(step);
  }

  /** What was done since is not counted. */
  goesOnFrom(step: number): void {
    this.since = performance.now();
    this.steps = step;
  }
}
