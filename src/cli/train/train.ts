import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import type { DataSplits } from '../../data/dataSet.js';
import { openEngine, type EngineDescription } from '../../engine/index.js';
import type { Model } from '../../models/index.js';
import { StriateError } from '../../tensor/index.js';
import { epochRows } from '../../report/resultsCsv.js';
import { tellSkipped } from '../dataArgument.js';
import { exitCodes } from '../failure.js';
import { findRate } from './findLearningRate.js';
import { listenForInterrupt } from './interrupt.js';
import { invocation } from '../invocation.js';
import { modelName } from '../modelName.js';
import type { Output } from '../output.js';
import { RunCheckpoints } from './runCheckpoints.js';
import { clearUnfinished, createRun, frozenEpochs, runFiles, type RunArguments } from './runFolder.js';
import { runResult } from './runResult.js';
import { runTraining } from './runTraining.js';
import { testModel } from '../testModel.js';
import { startTraining } from './trainingModel.js';
import { addTrainOptions, runArguments, type TrainOptions } from './trainOptions.js';

/** How many of its mistakes the page shows. */
const mistakesShown = 24;

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
  const { resume } = options;
  const asked = runArguments(options);
  using interrupt = listenForInterrupt(() => {
    output.progress('Stopping after this step … (Ctrl-C again stops at once)');
  });
  const engine = await openEngine(asked.engine, asked.threads === undefined ? {} : { threads: asked.threads });
  try {
    const start = await startTraining(asked, engine, output);
    const { run, model, data } = start;
    const name = modelName(run.model);
    if (options.findLr) {
      const { out, json } = options;
      return await findRate({ run, name, model, data, signal: interrupt.signal, out, json }, output);
    }
    const folder = resume ?? (await createRun(options.out, run));
    if (resume !== undefined) await clearUnfinished(resume);
    output.progress(heading(name, model, data, run));
    const training = runTraining(start, {
      callbacks: [new RunCheckpoints(folder, frozenEpochs(run))],
      signal: interrupt.signal,
      ...(resume !== undefined && { resumeFrom: runFiles(resume).last }),
    });
    const history = await training.catch((error: unknown) => {
      if (!(error instanceof StriateError) && existsSync(runFiles(folder).last))
        output.progress(`The last checkpoint is sound. Go on with: ${invocation()} train --resume ${folder}`);
      throw withCheckpoint(error, folder);
    });
    const description = engine.describe();
    const { parameters } = model.summarize();
    const common = {
      command: 'train',
      model: name,
      parameters,
      engine: description.name,
      threads: description.threads,
      epochs: epochRows(history.epochs, frozenEpochs(run)).map(({ epoch: _, ...row }) => row),
    };
    if (history.interrupted) {
      output.progress(`Stopped and saved. Go on with: ${invocation()} train --resume ${folder}`);
      if (options.json) output.json({ ...common, interrupted: true, run: folder });
      return exitCodes.interrupted;
    }
    const test = await testModel(model, data.test, { mistakes: mistakesShown, batch: run.batch });
    tellSkipped(data, output);
    const { imagesPerSecond } = history;
    const result = runResult({
      run,
      name,
      model,
      data,
      engine: engineText(description),
      epochs: history.epochs,
      frozenEpochs: frozenEpochs(run),
      test,
      imagesPerSecond,
    });
    const { writeReport } = await import('../../report/writeReport.js');
    const page = await writeReport(folder, result);
    output.progress(
      `Test accuracy ${(test.accuracy * 100).toFixed(2)} %, loss ${test.loss.toFixed(4)}; ` +
        (imagesPerSecond > 0
          ? `trained ${Math.round(imagesPerSecond).toLocaleString('en-US')} pictures a second.`
          : 'there was nothing left to train; for more, give --epochs.'),
    );
    output.progress(`The page of this run: ${output.strong(pathToFileURL(page).href)}`);
    if (options.json) {
      const { loss, accuracy } = test;
      output.json({ ...common, test: { loss, accuracy }, imagesPerSecond, run: folder });
    }
    return exitCodes.done;
  } finally {
    await engine.close();
  }
}

/** A mistake's message with where the work up to then is. */
function withCheckpoint(error: unknown, folder: string): unknown {
  const { last } = runFiles(folder);
  // Where the checkpoint itself is what is damaged, it holds nothing good.
  if (!(error instanceof StriateError) || !existsSync(last) || error.where.startsWith(last)) return error;
  return error.advising(`the last good weights are in ${last}`);
}

function engineText({ name, simd, threads }: EngineDescription): string {
  return `${name}, ${simd === 'none' ? 'no SIMD' : simd}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

function heading(name: string, model: Model, data: DataSplits, run: RunArguments): string {
  const count = (n: number): string => n.toLocaleString('en-US');
  const epochs = (n: number): string => `${n} ${n === 1 ? 'epoch' : 'epochs'}`;
  const { parameters, trainable } = model.parameterCounts();
  const frozen = trainable < parameters ? `, ${count(trainable)} of them trained` : '';
  return (
    `Training ${name} (${count(parameters)} parameters${frozen}) on ${count(data.train.size)} pictures of ${data.train.name}: ` +
    `${epochs(run.epochs)}${run.fineTune === undefined ? '' : `, then ${epochs(run.fineTune)} with everything trained`}, ` +
    `${run.optimizer}, batches of ${run.batch}, seed ${run.seed}` +
    (run.augment === undefined || run.augment === 'none' ? '' : `, augmentation ${run.augment}`)
  );
}
