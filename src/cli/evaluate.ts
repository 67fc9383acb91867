import { Command, Option } from 'commander';
import { alignClasses, differingNames } from '../classify/alignClasses.js';
import { pictureShape } from '../classify/preparation.js';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import { type Model } from '../models/index.js';
import type { CompletePreprocessing } from '../pictures/index.js';
import { formatCount } from '../platform/textTable.js';
import { formatShape, sameShape, StriateError } from '../tensor/index.js';
import { evaluateTask } from './evaluateTask.js';
import { expectNone, openTaskOrModel, taskWord } from './taskArgument.js';
import { dataOption, openData, reportSkipped, testedOn } from './dataArgument.js';
import { printEvaluation, writeEvaluationPage } from './evaluationOutput.js';
import { UsageError } from './failure.js';
import { invocation } from './invocation.js';
import { classifierObjective } from './modelArgument.js';
import { addModelOptions, type ModelOptions } from './openArgument.js';
import { engineChoice, shared } from './commandOptions.js';
import type { Output } from './output.js';
import { pageParts } from './pageParts.js';
import { onlySeen, testModel } from './testModel.js';

interface EvaluateOptions extends ModelOptions {
  readonly data?: string;
  readonly part: keyof DataSplits;
  readonly out?: string;
  readonly batch?: number;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** How many of its mistakes the page shows. */
const mistakesShown = 24;

/** `striate evaluate`: tries a trained model on a data set's test pictures. */
export function evaluateCommand(output: Output): Command {
  const command = new Command('evaluate')
    .description(
      'try a trained model on the test pictures of a data set, class by class; boxes and masks on annotated ones',
    )
    .argument(
      '<model>',
      'a saved .safetensors model, a run, an ONNX, Keras or TensorFlow.js file, a model of the zoo, or torchvision’s name of a detector or segmenter',
    )
    .addOption(dataOption())
    .addOption(
      new Option('--part <which>', 'which of the data’s pictures')
        .choices(['train', 'validation', 'test'])
        .default('test'),
    );
  return addModelOptions(command)
    .option(
      '--out <dir>',
      'a folder for the page, with the worst mistakes, and tables; of boxes, masks and points also numbers, curves and COCO’s files',
    )
    .addOption(shared.batch())
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action((argument: string, options: EvaluateOptions) => evaluate(argument, options, output));
}

async function evaluate(argument: string, options: EvaluateOptions, output: Output): Promise<void> {
  const { part, out, weights, json = false } = options;
  const { task, opened } = await openTaskOrModel(argument, options, output);
  const { model } = task ?? opened;
  try {
    if (task) {
      if (options.data === undefined) {
        const rule = 'name scenes, or a folder of annotated pictures';
        throw new UsageError({ where: '--data is missing', rule });
      }
      expectNone(taskWord(task), { '--batch': options.batch });
      await evaluateTask({ argument, task, data: options.data }, options, output);
      return;
    }
    pictureShape(model);
    const { preprocessing, note } = opened.preparation!;
    const data = await openData(options.data, output, { preprocessing });
    const set = partOf(data, part);
    if (note !== undefined) output.progress(note);
    const aligned = await alignClasses(model, set).catch((error: unknown) => {
      throw error instanceof StriateError ? error.advising(retraining(argument, set)) : error;
    });
    const test = aligned.data;
    checkPictures(model, set);
    const names = differingNames(aligned);
    if (names !== undefined) output.progress(names);
    // Trying needs no optimizer; the loss is the one that classifiers of pictures are trained with.
    model.compile({ optimizer: 'sgd', ...classifierObjective(model), ...engineChoice(options) });
    const shown = part === 'test' ? testedOn(data) : part;
    const kind = part === 'train' ? 'training' : shown;
    output.progress(`Trying ${argument} on ${formatCount(test.size)} ${kind} pictures of ${test.name} …`);
    const batch = options.batch ?? batchFor(preprocessing);
    const tested = await testModel(model, test, { mistakes: out === undefined ? 0 : mistakesShown, batch });
    const { test: whole, inside } = out === undefined ? { test: tested } : await pageParts(model, test, tested);
    reportSkipped(data, output);
    const seen = onlySeen(whole, set.classNames, test.classNames);
    const evaluation = {
      argument,
      weights,
      dataName: options.data!,
      part: shown,
      model,
      set,
      preprocessing,
      inside,
      ...seen,
    };
    const page = out === undefined ? undefined : await writeEvaluationPage(out, evaluation);
    printEvaluation(evaluation, { page, json }, output);
  } finally {
    await model.dispose();
  }
}

function partOf(data: DataSplits, part: keyof DataSplits): DataSet {
  const set = data[part];
  if (set && set.size > 0) return set;
  throw new StriateError({
    where: `data '${data.train.name}'`,
    rule: `has no ${part} part`,
    advice: 'leave --part out',
  });
}

/** What to do where a model's classes are not those of the data. */
function retraining(argument: string, { name }: DataSet): string {
  return `${invocation()} train --data ${name} --model ${argument}; --classes FILE names a model's classes`;
}

/** Large pictures in smaller batches: no faster otherwise, and memory stays small. */
function batchFor({ size: [height, width] }: CompletePreprocessing): number {
  return height * width > 128 * 128 ? 16 : 64;
}

function checkPictures(model: Model, set: DataSet): void {
  const { shape } = model.inputs[0];
  if (sameShape(shape, set.inputShape)) return;
  throw new StriateError({
    rule: `the model takes pictures of ${formatShape(shape)}, '${set.name}' has ${formatShape(set.inputShape)}`,
    advice: 'choose other data or another model',
  });
}
