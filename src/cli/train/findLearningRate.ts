import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Option } from 'commander';
import type { DataSplits } from '../../data/dataSet.js';
import { findLearningRate, type Model } from '../../models/index.js';
import { formatCount } from '../../platform/textTable.js';
import { reportSkipped } from '../dataArgument.js';
import { exitCodes } from '../failure.js';
import { columns, type Output } from '../output.js';
import type { RunArguments } from './runArguments.js';

/** A compiled model and data to search with, as `train` has made them. */
export interface SearchedTraining {
  readonly run: RunArguments;
  readonly name: string;
  readonly model: Model;
  readonly data: DataSplits;
  readonly signal: AbortSignal;
  /** Where the chart and its page go; the current folder by default. */
  readonly out?: string;
  readonly json?: boolean;
}

/** `--find-lr`: what is fixed by the run's own rate or weights leaves nothing to find. */
export function findLrOption(): Option {
  return new Option(
    '--find-lr',
    'find a learning rate instead of training: prints it, and draws learning-rate.svg',
  ).conflicts(['lr', 'resume']);
}

/** `striate train … --find-lr`: prints suggestions and writes the chart; the exit code. */
export async function findRate(training: SearchedTraining, output: Output): Promise<number> {
  const { run, name, model, data, signal, out = '.', json } = training;
  const { train } = data;
  const settings = { optimizer: run.optimizer, batch: run.batch, seed: run.seed, augment: run.augment ?? 'none' };
  output.progress(
    `Looking for a learning rate for ${name} on ${formatCount(train.size)} pictures of ${train.name}: up to ` +
      `100 steps, ${run.optimizer}, batches of ${run.batch}, seed ${run.seed} …`,
  );
  const found = await findLearningRate(model, train, { batchSize: run.batch, seed: run.seed, signal }).catch(
    (error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    },
  );
  reportSkipped(data, output);
  if (!found) {
    output.progress('Stopped; nothing was written.');
    return exitCodes.interrupted;
  }
  const { suggestionRows, writeLearningRateReport } = await import('../../report/learningRatePage.js');
  const search = { model: name, data: train.name, found, settings };
  const page = await writeLearningRateReport(out, search);
  if (json) {
    const { suggestion, learningRates, losses, smoothed, diverged } = found;
    output.json({
      command: 'train',
      findLr: true,
      model: name,
      data: train.name,
      ...settings,
      suggestion,
      diverged,
      learningRates,
      losses,
      smoothed,
      folder: out,
    });
  } else {
    for (const line of columns([['suggestion', 'rate', 'what it is'], ...suggestionRows(found)])) output.data(line);
  }
  output.progress(`Train with it: --lr ${suggestionRows(found)[0][1]}`);
  output.progress(`The page of this search: ${output.strong(pathToFileURL(resolve(page)).href)}`);
  return exitCodes.done;
}
