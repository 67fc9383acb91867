import { Command } from 'commander';
import type { DataSplits } from '../../data/dataSet.js';
import { openEngine } from '../../engine/index.js';
import type { Model } from '../../models/index.js';
import { formatCount } from '../../platform/textTable.js';
import { epochRows } from '../../report/resultsCsv.js';
import { pictureFilesOf, testedOn } from '../dataArgument.js';
import { exitCodes } from '../failure.js';
import { invocation } from '../invocation.js';
import { modelName } from '../modelArgument.js';
import type { Output } from '../output.js';
import { findRate } from './findLearningRate.js';
import { listenForInterrupt } from './interrupt.js';
import { fitRun } from './fitRun.js';
import { frozenEpochs, isTaskRun, runArguments, type RunArguments, type TrainOptions } from './runArguments.js';
import { continueRun, createRun, readRun } from './runFolder.js';
import { finishRun, writeRunPage } from './finishedRun.js';
import { epochs } from './runSettings.js';
import { readHead, solveHead } from './solveHead.js';
import { startTraining } from './startTraining.js';
import { addTrainOptions } from './trainOptions.js';
import { trainTask } from './trainTask.js';

/** `striate train`: trains a model on a data set and leaves a run folder. */
export function trainCommand(output: Output): Command {
  const command = new Command('train').description(
    'train a model on a data set, or a trained one on other classes, or to find boxes, masks or points; leaves a folder with weights, results and a page',
  );
  return addTrainOptions(command).action(async (options: TrainOptions) => {
    process.exitCode = await train(options, output);
  });
}

async function train(options: TrainOptions, output: Output): Promise<number> {
  const { resume, out, json } = options;
  const asked = runArguments(options, resume === undefined ? undefined : readRun(resume));
  using interrupt = listenForInterrupt(() => {
    output.progress('Stopping after this step … (Ctrl-C again stops at once)');
  });
  if (isTaskRun(asked)) return await trainTask(asked, { ...options, signal: interrupt.signal }, output);
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
    const history = await fitRun(start, folder, { signal: interrupt.signal, resume: resume !== undefined }, output);
    const rows = epochRows(history.epochs, frozenEpochs(run));
    const description = engine.describe();
    const common = {
      command: 'train',
      model: name,
      parameters: model.parameterCounts().parameters,
      engine: description.name,
      threads: description.threads,
      ...(head && { head }),
      epochs: rows.map(({ epoch: _, metrics, ...row }) => ({ ...row, ...metrics })),
    };
    if (history.interrupted) {
      output.progress(`Stopped and saved. Go on with: ${invocation()} train --resume ${folder}`);
      if (json) output.json({ ...common, interrupted: true, run: folder });
      return exitCodes.interrupted;
    }
    const finished = await finishRun(
      { ...start, name, engine: description, history, rows, head },
      interrupt.signal,
      output,
    );
    await writeRunPage(folder, finished, output);
    if (json) {
      const { test, suspects } = finished;
      const { loss, accuracy, metrics } = test;
      output.json({
        ...common,
        testedOn: testedOn(data),
        test: { loss, accuracy, ...metrics },
        imagesPerSecond: history.imagesPerSecond,
        ...(suspects && {
          suspects: suspects.found.map(({ picture: _, label, suggested, ...suspect }) => {
            const [given, other] = [label, suggested].map((number) => data.train.classNames[number]);
            return { ...suspect, label: given, suggested: other };
          }),
        }),
        run: folder,
      });
    }
    return exitCodes.done;
  } finally {
    await engine.close();
  }
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
