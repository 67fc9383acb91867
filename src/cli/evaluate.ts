import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { pictureShape } from '../classify/preparation.js';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import type { EngineDescription } from '../engine/index.js';
import type { Model } from '../models/index.js';
import { classScores, macroAverages, type ClassScore } from '../report/classScores.js';
import type { TestResult } from '../report/runResult.js';
import { formatShape, sameShape, StriateError } from '../tensor/index.js';
import type { CompletePreprocessing } from '../pictures/index.js';
import { alignClasses } from './alignedClasses.js';
import { openData, tellSkipped } from './dataArgument.js';
import { classifierObjective, modelName } from './modelArgument.js';
import { addModelOptions, openArgument, type ModelOptions } from './openArgument.js';
import { engineChoice, shared } from './options.js';
import { columns, type Output } from './output.js';
import { layerRows } from './train/runResult.js';
import { testModel } from './testModel.js';

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

/** More classes than this are printed by the worst recognised ones. */
const classRows = 40;

/** `striate evaluate`: tries a trained model on a data set's test pictures. */
export function evaluateCommand(output: Output): Command {
  const command = new Command('evaluate')
    .description('try a trained model on the test pictures of a data set, class by class')
    .argument('<model>', 'a saved .safetensors model, an ONNX, Keras or TensorFlow.js file, or a model of the zoo')
    .addOption(shared.data())
    .addOption(
      new Option('--part <which>', 'which of the data’s pictures')
        .choices(['train', 'validation', 'test'])
        .default('test'),
    );
  return addModelOptions(command)
    .option('--out <dir>', 'a folder for the page, with the worst mistakes, and tables')
    .addOption(shared.batch())
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action((argument: string, options: EvaluateOptions) => evaluate(argument, options, output));
}

async function evaluate(argument: string, options: EvaluateOptions, output: Output): Promise<void> {
  const { model, preparation } = await openArgument(argument, options);
  try {
    // A model that takes no pictures is refused.
    if (!preparation) pictureShape(model);
    const { preprocessing, note } = preparation!;
    const data = await openData(options.data, output, { options: { preprocessing } });
    const set = data[options.part];
    if (!set || set.size === 0) {
      throw new StriateError({
        where: `data '${data.train.name}'`,
        rule: `has no ${options.part} part`,
        advice: 'leave --part out',
      });
    }
    if (note !== undefined) output.progress(note);
    const { data: test, advice: names } = await alignClasses(model, set, { argument });
    checkPictures(model, set);
    if (names !== undefined) output.progress(names);
    // Trying needs no optimizer; the loss is the one that classifiers of pictures are trained with.
    model.compile({ optimizer: 'sgd', ...classifierObjective(model), ...engineChoice(options) });
    const kind = options.part === 'train' ? 'training' : options.part;
    output.progress(`Trying ${argument} on ${test.size.toLocaleString('en-US')} ${kind} pictures of ${test.name} …`);
    const batch = options.batch ?? batchFor(preprocessing);
    const mistakes = options.out === undefined ? 0 : mistakesShown;
    const whole = await testModel(model, test, { mistakes, batch });
    tellSkipped(data, output);
    const { result, classNames } = onlySeen(whole, set.classNames, test.classNames);
    const classes = classScores(result.confusion, classNames);
    const page =
      options.out === undefined
        ? undefined
        : await report(options.out, argument, options, {
            model,
            set,
            preprocessing,
            result,
            classNames,
            engine: await model.describeEngine(),
          });
    print({ argument, options, model, set, preprocessing, result, classes, page }, output);
  } finally {
    await model.dispose();
  }
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

/** Of a model with many more classes than the data: those that are in the data, and those that were seen in it. */
function onlySeen(
  result: TestResult,
  own: readonly string[],
  all: readonly string[],
): { result: TestResult; classNames: readonly string[] } {
  if (own.length === all.length) return { result, classNames: all };
  const { confusion } = result;
  const kept = all.flatMap((_, i) => (confusion[i].some(Boolean) || confusion.some((row) => row[i] > 0) ? [i] : []));
  const place = new Map(kept.map((number, i) => [number, i]));
  return {
    classNames: kept.map((number) => all[number]),
    result: {
      ...result,
      confusion: kept.map((i) => kept.map((j) => confusion[i][j])),
      mistakes: result.mistakes.map((mistake) => ({
        ...mistake,
        label: place.get(mistake.label)!,
        predicted: place.get(mistake.predicted)!,
      })),
    },
  };
}

interface Tried {
  readonly model: Model;
  readonly set: DataSet;
  readonly preprocessing: CompletePreprocessing;
  readonly result: TestResult;
  readonly classNames: readonly string[];
  readonly engine: EngineDescription;
}

/** Writes the page; gives its path. */
async function report(
  folder: string,
  argument: string,
  options: EvaluateOptions,
  { model, set, preprocessing, result, classNames, engine }: Tried,
): Promise<string> {
  const [{ writeEvaluation }, { drawArchitecture }] = await Promise.all([
    import('../report/writeEvaluation.js'),
    import('../explain/index.js'),
  ]);
  const base = modelName(argument);
  // A run's files are all called the same.
  const name = ['best', 'last'].includes(base) ? model.name : base;
  const { parameters } = model.summarize();
  return writeEvaluation(folder, {
    model: name,
    parameters,
    layers: layerRows(model),
    test: result,
    architecture: drawArchitecture(model, { title: name }),
    data: { name: set.name, pictures: set.size, classNames, inputShape: set.inputShape },
    settings: {
      model: argument,
      ...(options.weights !== undefined && { weights: options.weights }),
      part: options.part,
      preprocessing: preprocessingText(preprocessing),
    },
    engine: `${engine.name}, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`,
  });
}

/** Preprocessing in a line: `RGB, mean 0.485 0.456 0.406, std 0.229 0.224 0.225, 224×224 (crop of 256, bilinear)`. */
function preprocessingText({ channels, mean, std, size, fit, resize, interpolation }: CompletePreprocessing): string {
  const numbers = (values: readonly number[]): string => values.map((value) => Number(value.toPrecision(4))).join(' ');
  const cut = fit === 'crop' ? `crop of ${Math.round(resize)}` : fit;
  return `${channels}, mean ${numbers(mean)}, std ${numbers(std)}, ${size.join('×')} (${cut}, ${interpolation})`;
}

interface Printed extends Omit<Tried, 'classNames' | 'engine'> {
  readonly argument: string;
  readonly options: EvaluateOptions;
  readonly classes: readonly ClassScore[];
  readonly page: string | undefined;
}

function print({ argument, options, model, set, preprocessing, result, classes, page }: Printed, output: Output): void {
  const { loss, accuracy, confusion } = result;
  const averages = macroAverages(classes);
  if (page !== undefined) output.progress(`The page of this evaluation: ${output.strong(pathToFileURL(page).href)}`);
  if (options.json) {
    output.json({
      command: 'evaluate',
      model: argument,
      parameters: model.summarize().parameters,
      data: set.name,
      part: options.part,
      pictures: set.size,
      preprocessing,
      test: { loss, accuracy, ...averages },
      // JSON has no NaN: what cannot be computed is null.
      classes: classes.map(({ name, pictures, recall, precision, f1 }) => ({ name, pictures, recall, precision, f1 })),
      confusion,
      page: page ?? null,
    });
    return;
  }
  output.data(`accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}`);
  const tested = classes.filter(({ pictures }) => pictures > 0);
  if (tested.length > classRows) {
    output.data(`The ${classRows} worst recognised of ${tested.length} classes:`);
    tested.sort((a, b) => a.recall - b.recall).splice(classRows);
  }
  const rows = tested.map((score) => [
    score.name,
    score.pictures,
    percent(score.precision),
    percent(score.recall),
    percent(score.f1),
    score.takenFor === undefined ? '' : `${score.takenFor.name} (${score.takenFor.times} times)`,
  ]);
  const mean = [
    'mean of all classes',
    set.size,
    ...[averages.precision, averages.recall, averages.f1].map(percent),
    '',
  ];
  const header = ['class', 'pictures', 'precision', 'recall', 'F1', 'most often taken for'];
  for (const line of columns([header, ...rows, mean])) output.data(line);
}

function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${(share * 100).toFixed(2)} %`;
}
