import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { files } from '#platform';
import { callbacks, History, type Callback, type EpochResult } from '../../fit/index.js';
import type { Model } from '../../models/index.js';
import { historyCsv } from '../../report/resultsCsv.js';
import { StriateError } from '../../tensor/index.js';
import { invocation } from '../invocation.js';
import type { Output } from '../output.js';
import { diverged, stopWhereDiverged } from './divergence.js';
import { frozenEpochs, type AskedRun } from './runArguments.js';
import { runFiles } from './runFolder.js';
import type { TrainingStart } from './startTraining.js';

/** Seconds of training that a `kill -9` may cost. */
const saveEvery = 10;

/**
 * Trains a model as its run says: all of it, what is not frozen, or first the classifier and then everything. Its folder is
 * kept up to date; a resumed run goes on from it.
 */
export async function fitRun(
  { run, model, data }: TrainingStart,
  folder: string,
  { signal, resume }: { readonly signal: AbortSignal; readonly resume: boolean },
  output: Output,
): Promise<History> {
  const { train, validation, test } = data;
  const { batch: batchSize, seed, fineTune, freeze, epochs } = run;
  const resumeFrom = resume ? runFiles(folder).last : undefined;
  const common = {
    callbacks: runCallbacks(run, folder, {
      best: 'valAccuracy',
      table: (results) => historyCsv(results, frozenEpochs(run)),
    }),
    signal,
    resumeFrom,
    batchSize,
    seed,
    validationData: validation ?? test,
  };
  try {
    if (run.head && fineTune === undefined) return await solvedBefore(model, resumeFrom);
    if (fineTune === undefined) return await model.fit(train, { ...common, epochs, cacheFeatures: 'auto' });
    return await model.fineTune(train, fineTune, {
      ...common,
      freezeEpochs: epochs,
      learningRate: run.lr,
      frozenUntil: freeze === 'features' ? undefined : freeze,
    });
  } catch (error) {
    throw withCheckpoint(error, folder, output);
  }
}

/** What a run's folder keeps of its epochs. */
interface KeptEpochs {
  /** The measure by which the best epoch is known, the larger the better. */
  readonly best: string;
  /** The epochs as `results.csv`. */
  readonly table: (results: readonly EpochResult[]) => string;
}

/**
 * What keeps a run's folder up to date: `last.safetensors` to go on from, `best.safetensors` by a measure of validation,
 * `results.csv`, and what the command line asks for.
 */
export function runCallbacks(run: AskedRun, folder: string, kept: KeptEpochs): Callback[] {
  const { earlyStopping: patience, reduceLr, checkpoint } = run;
  const { best, last, results: table } = runFiles(folder);
  // First, so that nothing is saved of an epoch that went wrong.
  const asked: Callback[] = [stopWhereDiverged()];
  if (reduceLr !== undefined) asked.push(callbacks.reduceLROnPlateau({ patience: reduceLr }));
  if (patience !== undefined) asked.push(callbacks.earlyStopping({ patience, restoreBestWeights: true }));
  return [
    ...asked,
    callbacks.modelCheckpoint({
      filepath: best,
      monitor: kept.best,
      mode: 'max',
      saveBestOnly: true,
      optimizer: false,
    }),
    ...(checkpoint === undefined ? [] : [callbacks.modelCheckpoint({ filepath: join(folder, checkpoint) })]),
    // After the others, so that it keeps what they have seen.
    callbacks.modelCheckpoint({ filepath: last, saveFreq: { seconds: saveEvery } }),
    {
      last: true,
      onEpochEnd: (_epoch, _logs, { results }) =>
        files.writeWhole(table, new TextEncoder().encode(kept.table(results))),
    },
  ];
}

/** A run that has no epochs: its classifier is solved; of a resumed one, the weights come from its folder. */
async function solvedBefore(model: Model, file: string | undefined): Promise<History> {
  if (file !== undefined) await model.loadWeights(file);
  return new History([], 0, false);
}

/** An error with where the work up to then is. */
export function withCheckpoint(error: unknown, folder: string, output: Output): unknown {
  const { last } = runFiles(folder);
  if (!existsSync(last)) return error;
  if (error instanceof StriateError) {
    // Where the checkpoint itself is what is damaged, or training had gone wrong before it was written, it holds nothing good.
    return error.where.startsWith(last) || error.where === diverged
      ? error
      : error.advising(`the last good weights are in ${last}`);
  }
  output.progress(`The last checkpoint is sound. Go on with: ${invocation()} train --resume ${folder}`);
  return error;
}
