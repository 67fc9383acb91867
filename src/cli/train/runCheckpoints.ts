import { files } from '#platform';
import type { Callback, CallbackState, Training } from '../../fit/index.js';
import { resultsCsv } from '../../report/resultsCsv.js';
import type { EpochResult } from '../../report/runResult.js';
import { runFiles } from './runFolder.js';

/** Milliseconds of training that a `kill -9` may cost. */
const saveEvery = 10_000;

/**
 * Keeps a run's folder up to date while it trains: `last.safetensors` at the start, every ten seconds and after every
 * epoch; `best.safetensors` after the epochs with the best validation accuracy so far; `results.csv`.
 */
export class RunCheckpoints implements Callback {
  readonly name = 'runCheckpoints';
  readonly last = true;
  private best = -Infinity;
  private saved = 0;
  private readonly paths: ReturnType<typeof runFiles>;

  constructor(
    folder: string,
    /** After how many epochs fine-tuning begins, where it does. */
    private readonly frozenEpochs?: number,
  ) {
    this.paths = runFiles(folder);
  }

  async onTrainBegin(training: Training): Promise<void> {
    await this.saveLast(training);
  }

  async onBatchEnd(_batch: number, _logs: unknown, training: Training): Promise<void> {
    if (performance.now() - this.saved > saveEvery) await this.saveLast(training);
  }

  async onEpochEnd(_epoch: number, logs: Readonly<Record<string, number>>, training: Training): Promise<void> {
    const accuracy = logs.valAccuracy ?? logs.accuracy;
    if (accuracy > this.best && (await hasGoodWeights(training))) {
      this.best = accuracy;
      await training.model.save(this.paths.best);
    }
    // After the best, so that it knows of it.
    await this.saveLast(training);
    const rows = epochRows(training.results, this.frozenEpochs);
    await files.writeWhole(this.paths.results, new TextEncoder().encode(resultsCsv(rows)));
  }

  async onTrainEnd(training: Training): Promise<void> {
    if (training.outcome !== 'failed') await this.saveLast(training);
  }

  state(): CallbackState {
    return { values: { best: Number.isFinite(this.best) ? this.best : null } };
  }

  restore({ values }: CallbackState): void {
    this.best = typeof values.best === 'number' ? values.best : -Infinity;
  }

  private async saveLast(training: Training): Promise<void> {
    // A step whose loss is still a number can leave weights that are none: those must not take the good ones' place.
    if (await hasGoodWeights(training)) await training.model.save(this.paths.last, { optimizer: true });
    this.saved = performance.now();
  }
}

/** A history's epochs as the report takes them; with their phases where there are two. */
export function epochRows(results: Training['results'], frozenEpochs?: number): EpochResult[] {
  return results.map((result, i) => ({
    epoch: i + 1,
    loss: result.loss,
    accuracy: result.accuracy,
    valLoss: result.valLoss,
    valAccuracy: result.valAccuracy,
    seconds: result.seconds,
    ...(frozenEpochs !== undefined && { phase: i < frozenEpochs ? ('frozen' as const) : ('fine-tuning' as const) }),
  }));
}

function hasGoodWeights({ model }: Training): Promise<boolean> {
  return model.hasFiniteWeights();
}
