import { files } from '#platform';
import type { AnnotatedSplits } from '../../data/annotated/annotatedFolder.node.js';
import type { History } from '../../fit/index.js';
import { formatCount } from '../../platform/textTable.js';
import { logsCsv } from '../../report/resultsCsv.js';
import { headline, type TaskTrial } from '../../report/task/taskTrial.js';
import type { TaskFitOptions } from '../../tasks/index.js';
import { optimizers, type OptimizerName } from '../../training/index.js';
import { exitCodes, UsageError } from '../failure.js';
import { invocation } from '../invocation.js';
import { modelName } from '../modelArgument.js';
import type { Output } from '../output.js';
import { trialOutput } from '../trialOutput.js';
import { tryTask } from '../tryTask.js';
import { runCallbacks, withCheckpoint } from './fitRun.js';
import type { TaskRun, TrainOptions } from './runArguments.js';
import { continueRun, createRun, runFiles } from './runFolder.js';
import { epochs as counted } from './runSettings.js';
import { startTask, type TaskStart } from './startTask.js';
import { writeTaskPage } from './taskRunPage.js';

/** What a run's result is measured on: the pictures of validation where the data have no others. */
const testedOn = ({ validation, test }: AnnotatedSplits): 'validation' | 'test' =>
  validation !== undefined && sameSet(validation, test) ? 'validation' : 'test';

const sameSet = (a: AnnotatedSplits['test'], b: AnnotatedSplits['test']): boolean =>
  a.size === b.size && a.picture(0) === b.picture(0);

/** Trains a network for boxes, masks or points, tries it, and leaves a run's folder. */
export async function trainTask(
  asked: TaskRun,
  { resume, out, json, findLr, signal }: TrainOptions & { readonly signal: AbortSignal },
  output: Output,
): Promise<number> {
  if (findLr) {
    const rule = `is for classifiers of whole pictures, and this run learns to ${asked.task}`;
    throw new UsageError({ where: '--find-lr', rule, advice: 'give a learning rate with --lr' });
  }
  const start = await startTask(asked, output);
  const { run, task, data } = start;
  const { model } = task;
  try {
    using kept = resume === undefined ? await createRun(out, run) : await continueRun(resume);
    const { folder } = kept;
    for (const line of data.train.problemLines) output.progress(line);
    output.progress(heading(start));
    const history = await fitTaskRun(start, folder, { signal, resume: resume !== undefined }, output);
    const { name: engine, threads } = await model.describeEngine();
    const { parameters } = model.parameterCounts();
    const common = {
      ...{ command: 'train', task: run.task, model: modelName(run.model), parameters, engine, threads },
      epochs: history.epochs,
    };
    if (history.interrupted) {
      output.progress(`Stopped and saved. Go on with: ${invocation()} train --resume ${folder}`);
      if (json) output.json({ ...common, interrupted: true, run: folder });
      return exitCodes.interrupted;
    }
    const trial = await tryTask(task, data.test, modelName(run.model));
    output.progress(summaryLine(trial, testedOn(data), history));
    const { numbers, lines, files: written } = trialOutput(trial);
    for (const [name, text] of Object.entries(written))
      await files.writeWhole(`${folder}/${name}`, new TextEncoder().encode(text));
    await writeTaskPage(folder, { ...start, trial, testedOn: testedOn(data), history }, output);
    output.progress(`Find things in other pictures: ${invocation()} predict ${folder} PICTURE`);
    if (json) {
      const { imagesPerSecond } = history;
      output.json({ ...common, testedOn: testedOn(data), ...numbers, imagesPerSecond, run: folder });
    } else for (const line of lines) output.data(line);
    return exitCodes.done;
  } finally {
    await model.dispose();
  }
}

/** The measure of validation by which the best epoch of a task is known. */
const bestBy = { detect: 'valMap50', segment: 'valMeanIou', keypoints: 'valPck' } as const;

/** Trains a task as its run says, and keeps its folder up to date. */
async function fitTaskRun(
  { run, task, data }: TaskStart,
  folder: string,
  { signal, resume }: { readonly signal: AbortSignal; readonly resume: boolean },
  output: Output,
): Promise<History> {
  const { batch: batchSize, seed, epochs, lr, optimizer } = run;
  const { validation, test } = data;
  const options: TaskFitOptions = {
    ...{ epochs, seed, signal, validationData: validation ?? test },
    callbacks: runCallbacks(run, folder, { best: bestBy[run.task], table: logsCsv }),
    cacheFeatures: 'auto',
    ...(batchSize !== undefined && { batchSize }),
    ...(lr !== undefined && optimizer === undefined && { learningRate: lr }),
    ...(optimizer !== undefined && { optimizer: optimizers[optimizer as OptimizerName]({ learningRate: lr }) }),
    ...(resume && { resumeFrom: runFiles(folder).last }),
  };
  try {
    return await task.fit(data.train, options);
  } catch (error) {
    throw withCheckpoint(error, folder, output);
  }
}

const learned = { detect: 'boxes', segment: 'masks', keypoints: 'points' } as const;

/** What is trained, on what, in a line. */
function heading({ run, task, data: { train, format } }: TaskStart): string {
  const { parameters, trainable } = task.model.parameterCounts();
  const frozen = trainable < parameters ? `, ${formatCount(trainable)} of them trained` : '';
  const augmented = run.augment === undefined || run.augment === 'none' ? '' : `, augmentation ${run.augment}`;
  const head = task.architecture === run.model ? '' : `, head ${task.architecture}`;
  return (
    `Training ${modelName(run.model)}${head} (${formatCount(parameters)} parameters${frozen}) on the ${learned[run.task]} of ` +
    `${formatCount(train.size)} pictures of ${train.name} (${format}): ${counted(run.epochs)}, seed ${run.seed}${augmented}`
  );
}

/** How a run came out, in a line. */
function summaryLine(trial: TaskTrial, on: 'validation' | 'test', { imagesPerSecond }: History): string {
  const [name, value] = headline(trial);
  const speed =
    imagesPerSecond > 0
      ? `trained ${formatCount(Math.round(imagesPerSecond))} pictures a second`
      : 'it was trained already';
  return `${on === 'test' ? 'Test' : 'Validation'} ${name} ${value >= 0 ? value.toFixed(3) : '–'}; ${speed}.`;
}
