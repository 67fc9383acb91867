import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import type { DataSplits } from '../data/dataSet.js';
import { openEngine, type EngineDescription } from '../engine/index.js';
import type { Model } from '../models/index.js';
import { StriateError } from '../tensor/index.js';
import { optimizers } from '../training/index.js';
import { augmentedFolder, augmentedTraining, augmentOption } from './augmentArgument.js';
import { openData, tellSkipped } from './dataArgument.js';
import { exitCodes, UsageError } from './failure.js';
import { listenForInterrupt } from './interrupt.js';
import { invocation } from './invocation.js';
import { modelForTraining } from './modelArgument.js';
import { positiveNumber, shared, wholeNumber } from './options.js';
import type { Output } from './output.js';
import { epochRows, RunCheckpoints } from './runCheckpoints.js';
import { clearUnfinished, createRun, readRun, runFiles, type RunArguments } from './runFolder.js';
import { runResult } from './runResult.js';
import { testModel } from './testModel.js';

type TrainOptions = Partial<RunArguments> & {
  readonly resume?: string;
  readonly out?: string;
  readonly json?: boolean;
};

/** What is taken where neither the command line nor the resumed run says otherwise. */
const defaults = { epochs: 5, batch: 64, optimizer: 'adam', seed: 1, engine: 'wasm', augment: 'none' } as const;

/** What a resumed run may not change, because the result would not be that of one uninterrupted run. */
const fixed = ['data', 'model', 'batch', 'optimizer', 'lr', 'seed', 'augment'] as const;

/** How many of its mistakes the page shows. */
const mistakesShown = 24;

/** `striate train`: trains a model on a data set and leaves a run folder. */
export function trainCommand(output: Output): Command {
  return new Command('train')
    .description('train a model on a data set; leaves a folder with weights, results and a page')
    .addOption(shared.data())
    .option(
      '--model <name|file>',
      'a model of the zoo (mnist_cnn, mnist_dense, …) or a .safetensors file to start from',
    )
    .addOption(
      new Option('--epochs <n>', `times through the data (default: ${defaults.epochs})`).argParser(wholeNumber(1)),
    )
    .addOption(new Option('--batch <n>', `pictures per step (default: ${defaults.batch})`).argParser(wholeNumber(1)))
    .addOption(new Option('--lr <x>', 'learning rate (default: the optimizer’s)').argParser(positiveNumber))
    .addOption(new Option('--optimizer <name>', `(default: "${defaults.optimizer}")`).choices(Object.keys(optimizers)))
    .addOption(augmentOption())
    .addOption(shared.seed(`of the starting weights and the order of the pictures (default: ${defaults.seed})`))
    .addOption(shared.threads())
    .addOption(shared.engine())
    .option('--resume <run>', 'go on with the run in this folder, to the bit as if it had not been interrupted')
    .option('--out <dir>', 'the run’s folder (default: the next free runs/MODEL-DATA-N)')
    .addOption(shared.json())
    .action(async (options: TrainOptions) => {
      process.exitCode = await train(options, output);
    });
}

async function train(options: TrainOptions, output: Output): Promise<number> {
  const { resume } = options;
  const run = resume === undefined ? newRun(options) : resumedRun(resume, options);
  using interrupt = listenForInterrupt(() => {
    output.progress('Stopping after this step … (Ctrl-C again stops at once)');
  });
  // The pictures are read while the engine starts its threads.
  const [data, engine] = await Promise.all([
    openData(run.data, output, { model: run.model, options: augmentedFolder(run.augment) }),
    openEngine(run.engine, run.threads === undefined ? {} : { threads: run.threads }),
  ]);
  try {
    const model = await modelForTraining(run, data, engine);
    const name = modelName(run.model);
    const folder = resume ?? (await createRun(options.out, run));
    if (resume !== undefined) await clearUnfinished(resume);
    output.progress(heading(name, model, data, run));
    const training = model.fit(augmentedTraining(data.train, run.augment), {
      epochs: run.epochs,
      batchSize: run.batch,
      seed: run.seed,
      validationData: data.validation ?? data.test,
      callbacks: [new RunCheckpoints(folder)],
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
    const epochs = epochRows(history.epochs);
    const common = {
      ...{ command: 'train', model: name, parameters, engine: description.name, threads: description.threads },
      epochs: epochs.map(({ epoch: _, ...row }) => row),
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
      epochs,
      test,
      imagesPerSecond,
    });
    const { writeReport } = await import('../report/writeReport.js');
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

function newRun(options: TrainOptions): RunArguments {
  const { data, model } = options;
  if (data === undefined) throw new UsageError('--data is missing: name a data set, for example --data digits');
  if (model === undefined) throw new UsageError('--model is missing: name a model, for example --model mnist_cnn');
  return {
    data,
    model,
    epochs: options.epochs ?? defaults.epochs,
    batch: options.batch ?? defaults.batch,
    optimizer: options.optimizer ?? defaults.optimizer,
    lr: options.lr,
    seed: options.seed ?? defaults.seed,
    engine: options.engine ?? defaults.engine,
    threads: options.threads,
    augment: options.augment ?? defaults.augment,
  };
}

function resumedRun(folder: string, options: TrainOptions): RunArguments {
  if (options.out !== undefined) {
    throw new UsageError('--out and --resume exclude each other: a resumed run goes on in its own folder');
  }
  // Runs of earlier versions do not say how they augment: they did not.
  const run = { augment: defaults.augment, ...readRun(folder) };
  for (const name of fixed) {
    const asked = options[name];
    if (asked !== undefined && asked !== run[name]) {
      throw new UsageError(
        `--${name} ${asked}: the run in ${folder} has ${run[name] ?? 'the default'}, and a resumed run goes on as it was; ` +
          'leave the option out, or start a new run',
      );
    }
  }
  return {
    ...run,
    epochs: options.epochs ?? run.epochs,
    threads: options.threads ?? run.threads,
    engine: options.engine ?? run.engine,
  };
}

/** A mistake's message with where the work up to then is. */
function withCheckpoint(error: unknown, folder: string): unknown {
  const { last } = runFiles(folder);
  // Where the checkpoint itself is what is damaged, it holds nothing good.
  if (!(error instanceof StriateError) || !existsSync(last) || error.message.startsWith(last)) return error;
  return new StriateError(`${error.message}; the last good weights are in ${last}`, { cause: error });
}

/** What tables and pages call the model: the zoo's name, or the file's. */
function modelName(argument: string): string {
  return argument.replace(/^.*[\\/]/, '').replace(/\.safetensors$/, '');
}

function engineText({ name, simd, threads }: EngineDescription): string {
  return `${name}, ${simd === 'none' ? 'no SIMD' : simd}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

function heading(name: string, model: Model, data: DataSplits, run: RunArguments): string {
  const count = (n: number): string => n.toLocaleString('en-US');
  const { parameters } = model.summarize();
  return (
    `Training ${name} (${count(parameters)} parameters) on ${count(data.train.size)} pictures of ${data.train.name}: ` +
    `${run.epochs} ${run.epochs === 1 ? 'epoch' : 'epochs'}, ${run.optimizer}, batches of ${run.batch}, seed ${run.seed}` +
    (run.augment === undefined || run.augment === 'none' ? '' : `, augmentation ${run.augment}`)
  );
}
