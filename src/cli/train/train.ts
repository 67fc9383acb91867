import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { files } from '#platform';
import type { DataSplits } from '../../data/dataSet.js';
import { openEngine, type EngineDescription } from '../../engine/index.js';
import { callbacks, History, type Callback, type FitOptions } from '../../fit/index.js';
import type { HeadFit, Model } from '../../models/index.js';
import { reasonOf } from '../../platform/systemErrors.js';
import { formatCount } from '../../platform/textTable.js';
import { epochRows, resultsCsv } from '../../report/resultsCsv.js';
import type { TestResult } from '../../report/runResult.js';
import { StriateError } from '../../tensor/index.js';
import { pictureFilesOf, reportSkipped } from '../dataArgument.js';
import { exitCodes } from '../failure.js';
import { invocation } from '../invocation.js';
import { modelName } from '../modelArgument.js';
import type { Output } from '../output.js';
import { testModel } from '../testModel.js';
import { diverged, stopWhereDiverged } from './divergence.js';
import { findRate } from './findLearningRate.js';
import { listenForInterrupt } from './interrupt.js';
import { continueRun, createRun, frozenEpochs, runFiles, type RunArguments } from './runFolder.js';
import { epochs, runResult, type FinishedRun } from './finishedRun.js';
import { readHead, solveHead } from './solveHead.js';
import { startTraining, type TrainingStart } from './startTraining.js';
import { addTrainOptions, runArguments, type TrainOptions } from './trainOptions.js';

/** How many of its mistakes the page shows. */
const mistakesShown = 24;

/** Seconds of training that a `kill -9` may cost. */
const saveEvery = 10;

/** `striate train`: trains a model on a data set and leaves a run folder. */
export function trainCommand(output: Output): Command {
  const command = new Command('train').description(
    'train a model on a data set, or a trained one on other classes; leaves a folder with weights, results and a page',
  );
  return addTrainOptions(command).action(async (options: TrainOptions) => {
    process.exitCode = await train(options, output);
  });
}

async function train(options: TrainOptions, output: Output): Promise<number> {
  const { resume, out, json } = options;
  const asked = runArguments(options);
  using interrupt = listenForInterrupt(() => {
    output.progress('Stopping after this step … (Ctrl-C again stops at once)');
  });
  const engine = await openEngine(asked.engine, { threads: asked.threads });
  try {
    const start = await startTraining(asked, engine, output, options.findLr);
    const { run, model, data } = start;
    const name = modelName(run.model);
    if (options.findLr) return await findRate({ run, name, model, data, signal: interrupt.signal, out, json }, output);
    using kept = resume === undefined ? await createRun(out, run) : await continueRun(resume);
    const { folder } = kept;
    output.progress(heading(name, model, data, run));
    const head =
      run.head && (resume === undefined ? await solveHead(start, folder, interrupt.signal, output) : readHead(resume));
    if (run.head && !head) {
      output.progress(`Stopped before the classifier was solved. Start again with --out ${folder}`);
      if (json) output.json({ command: 'train', model: name, interrupted: true, run: folder });
      return exitCodes.interrupted;
    }
    const history = await fitRun(start, {
      callbacks: runCallbacks(run, folder),
      signal: interrupt.signal,
      resumeFrom: resume && runFiles(resume).last,
    }).catch((error: unknown) => {
      throw withCheckpoint(error, folder, output);
    });
    const rows = epochRows(history.epochs, frozenEpochs(run));
    const description = engine.describe();
    const common = {
      command: 'train',
      model: name,
      parameters: model.parameterCounts().parameters,
      engine: description.name,
      threads: description.threads,
      ...(head && { head }),
      epochs: rows.map(({ epoch: _, ...row }) => row),
    };
    if (history.interrupted) {
      output.progress(`Stopped and saved. Go on with: ${invocation()} train --resume ${folder}`);
      if (json) output.json({ ...common, interrupted: true, run: folder });
      return exitCodes.interrupted;
    }
    const test = await testModel(model, data.test, { mistakes: mistakesShown, batch: run.batch });
    reportSkipped(data, output, 'those met in training were replaced by others of their class');
    const { imagesPerSecond } = history;
    output.progress(summaryLine(test, imagesPerSecond, head));
    await reportRun(folder, { ...start, name, engine: engineText(description), history, rows, head, test }, output);
    const { loss, accuracy } = test;
    if (json) output.json({ ...common, test: { loss, accuracy }, imagesPerSecond, run: folder });
    return exitCodes.done;
  } finally {
    await engine.close();
  }
}

/** Writes a run's page. The training is done and saved: a page that cannot be drawn is told, and nothing more. */
async function reportRun(folder: string, finished: FinishedRun, output: Output): Promise<void> {
  try {
    const { writeReport } = await import('../../report/writeReport.js');
    const page = await writeReport(folder, runResult(finished));
    output.progress(`The page of this run: ${output.strong(pathToFileURL(page).href)}`);
  } catch (error) {
    const reason = error instanceof StriateError ? error.message : reasonOf(error);
    output.progress(`The page of this run could not be written (${reason}). Weights and results are in ${folder}.`);
  }
}

/**
 * What keeps a run's folder up to date: `last.safetensors` to go on from, `best.safetensors` by validation accuracy,
 * `results.csv`, and what the command line asks for.
 */
function runCallbacks(run: RunArguments, folder: string): Callback[] {
  const { earlyStopping: patience, reduceLr, checkpoint } = run;
  const { best, last, results: table } = runFiles(folder);
  // First, so that nothing is saved of an epoch that went wrong.
  const asked: Callback[] = [stopWhereDiverged()];
  if (reduceLr !== undefined) asked.push(callbacks.reduceLROnPlateau({ patience: reduceLr }));
  if (patience !== undefined) asked.push(callbacks.earlyStopping({ patience, restoreBestWeights: true }));
  return [
    ...asked,
    callbacks.modelCheckpoint({ filepath: best, monitor: 'valAccuracy', saveBestOnly: true, optimizer: false }),
    ...(checkpoint === undefined ? [] : [callbacks.modelCheckpoint({ filepath: join(folder, checkpoint) })]),
    // After the others, so that it keeps what they have seen.
    callbacks.modelCheckpoint({ filepath: last, saveFreq: { seconds: saveEvery } }),
    {
      last: true,
      onEpochEnd: (_epoch, _logs, { results }) =>
        files.writeWhole(table, new TextEncoder().encode(resultsCsv(epochRows(results, frozenEpochs(run))))),
    },
  ];
}

/** Trains a model as its run says: all of it, what is not frozen, or first the classifier and then everything. */
async function fitRun(
  { run, model, data }: TrainingStart,
  options: Pick<FitOptions, 'callbacks' | 'signal' | 'resumeFrom'>,
): Promise<History> {
  const { train, validation, test } = data;
  const { batch: batchSize, seed, fineTune, freeze } = run;
  if (run.head && fineTune === undefined) return solvedBefore(model, options.resumeFrom);
  const common = { ...options, batchSize, seed, validationData: validation ?? test };
  if (fineTune === undefined) return model.fit(train, { ...common, epochs: run.epochs, cacheFeatures: 'auto' });
  return model.fineTune(train, fineTune, {
    ...common,
    freezeEpochs: run.epochs,
    learningRate: run.lr,
    frozenUntil: freeze === 'features' ? undefined : freeze,
  });
}

/** A run that has no epochs: its classifier is solved; of a resumed one, the weights come from its folder. */
async function solvedBefore(model: Model, file: FitOptions['resumeFrom']): Promise<History> {
  if (typeof file === 'string') await model.loadWeights(file);
  return new History([], 0, false);
}

/** An error with where the work up to then is. */
function withCheckpoint(error: unknown, folder: string, output: Output): unknown {
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

function engineText({ name, simd, threads }: EngineDescription): string {
  return `${name}, ${simd === 'none' ? 'no SIMD' : simd}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

function heading(name: string, model: Model, data: DataSplits, run: RunArguments): string {
  const { parameters, trainable } = model.parameterCounts();
  const frozen = trainable < parameters ? `, ${formatCount(trainable)} of them trained` : '';
  const broken = pictureFilesOf(data.train)?.skipped.length ?? 0;
  const without = broken > 0 ? ` (without ${formatCount(broken)} broken ${broken === 1 ? 'file' : 'files'})` : '';
  const on = `on ${formatCount(data.train.size)} pictures of ${data.train.name}${without}`;
  const augmented = run.augment === undefined || run.augment === 'none' ? '' : `, augmentation ${run.augment}`;
  const steps = `${run.optimizer}, batches of ${run.batch}, seed ${run.seed}${augmented}`;
  const sizes = `${name} (${formatCount(parameters)} parameters${frozen})`;
  if (run.head) {
    const after =
      run.fineTune === undefined
        ? `seed ${run.seed}${augmented}`
        : `then ${epochs(run.fineTune)} with everything trained, ${steps}`;
    return (
      `Solving the classifier of ${sizes} ${on}: logistic regression on what the layers before it see, its penalty by ` +
      `cross-validation, ${after}`
    );
  }
  const then = run.fineTune === undefined ? '' : `, then ${epochs(run.fineTune)} with everything trained`;
  return `Training ${sizes} ${on}: ${epochs(run.epochs)}${then}, ${steps}`;
}

function summaryLine({ accuracy, loss }: TestResult, imagesPerSecond: number, head: HeadFit | undefined): string {
  const result = `Test accuracy ${(accuracy * 100).toFixed(2)} %, loss ${loss.toFixed(4)}`;
  if (head && imagesPerSecond === 0) return `${result}.`;
  const speed =
    imagesPerSecond > 0
      ? `trained ${formatCount(Math.round(imagesPerSecond))} pictures a second.`
      : 'there was nothing left to train; for more, give --epochs.';
  return `${result}; ${speed}`;
}
