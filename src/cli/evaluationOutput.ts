import { pathToFileURL } from 'node:url';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import type { Model } from '../models/index.js';
import type { CompletePreprocessing } from '../pictures/index.js';
import { classScores, macroAverages, topConfusions } from '../report/classScores.js';
import { ConfusionCounts, type Confusion } from '../report/confusionCounts.js';
import type { Inside } from '../report/inside.js';
import type { TestResult } from '../report/runResult.js';
import type { Calibration } from '../training/calibrationSums.js';
import { modelName } from './modelArgument.js';
import { columns, type Output } from './output.js';
import { shellWords } from './invocation.js';
import { layerRows, provenance } from './pageFacts.js';

/** A model that was tried on a data set. */
export interface Evaluation {
  /** The model and its weights as the command line names them. */
  readonly argument: string;
  readonly weights: string | undefined;
  /** The data as the command line names them. */
  readonly dataName: string;
  readonly part: keyof DataSplits;
  readonly model: Model;
  readonly set: DataSet;
  readonly preprocessing: CompletePreprocessing;
  readonly result: TestResult;
  /** What the model has inside, for the page; undefined where nobody looked. */
  readonly inside?: Inside | undefined;
  /** The names of the result's classes. */
  readonly classNames: readonly string[];
}

/** Of more classes than this, JSON lists what was confused, as the table would be mostly zeros. */
const tableUpTo = 200;

/** Of more classes than this, those that were recognised worst are printed. */
const classRows = 40;

/** Writes the page of an evaluation; gives its path. */
export async function writeEvaluationPage(folder: string, evaluation: Evaluation): Promise<string> {
  const { argument, weights, part, model, set, preprocessing, result, inside, classNames } = evaluation;
  const [{ writeEvaluation }, { drawArchitecture }] = await Promise.all([
    import('../report/writeReport.js'),
    import('../explain/index.js'),
  ]);
  const base = modelName(argument);
  const call = shellWords([
    ...['striate', 'evaluate', argument],
    ...['--data', evaluation.dataName, '--part', part],
    ...(weights === undefined ? [] : ['--weights', weights]),
  ]);
  // A run's files are all called the same.
  const name = ['best', 'last'].includes(base) ? model.name : base;
  const engine = await model.describeEngine();
  return writeEvaluation(folder, {
    model: name,
    parameters: model.summarize().parameters,
    layers: layerRows(model),
    test: result,
    ...(inside && { inside }),
    architecture: drawArchitecture(model, { title: name }),
    data: { name: set.name, pictures: set.size, classNames, inputShape: set.inputShape },
    settings: {
      model: argument,
      ...(weights !== undefined && { weights }),
      part,
      preprocessing: preprocessingText(preprocessing),
      ...provenance(call),
    },
    engine: `${engine.name}, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`,
  });
}

/** Preprocessing in a line: `RGB, mean 0.485 0.456 0.406, std 0.229 0.224 0.225, 224×224 (crop of 256, bilinear)`. */
function preprocessingText(preprocessing: CompletePreprocessing): string {
  const { channels, mean, std, size, fit, resize, interpolation, invert, colorProfile } = preprocessing;
  const numbers = (values: readonly number[]): string => values.map((value) => Number(value.toPrecision(4))).join(' ');
  const rare = `${invert ? ', light on dark' : ''}${colorProfile ? ', colours converted' : ''}`;
  const cut = fit === 'crop' ? `crop of ${Math.round(resize)}` : fit;
  return `${channels}, mean ${numbers(mean)}, std ${numbers(std)}, ${size.join('×')} (${cut}, ${interpolation})${rare}`;
}

/** Prints an evaluation: the accuracy and a row for each class, or one JSON object. */
export function printEvaluation(
  evaluation: Evaluation,
  { page, json }: { readonly page: string | undefined; readonly json: boolean },
  output: Output,
): void {
  const { argument, part, model, set, preprocessing, result, classNames } = evaluation;
  const { loss, accuracy, confusion, calibration } = result;
  const classes = classScores(confusion, classNames);
  const averages = macroAverages(classes);
  if (page !== undefined) output.progress(`The page of this evaluation: ${output.strong(pathToFileURL(page).href)}`);
  if (json) {
    output.json({
      command: 'evaluate',
      model: argument,
      parameters: model.summarize().parameters,
      data: set.name,
      part,
      pictures: set.size,
      preprocessing,
      test: { loss, accuracy, ...averages },
      calibration: calibration && calibrationNumbers(calibration),
      // JSON has no NaN: what cannot be computed is null.
      classes: classes.map(({ name, pictures, recall, precision, f1 }) => ({ name, pictures, recall, precision, f1 })),
      ...confusionNumbers(confusion, classNames),
      page: page ?? null,
    });
    return;
  }
  const error = calibration ? `, expected calibration error ${percent(calibration.expectedCalibrationError)}` : '';
  output.data(`accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}${error}`);
  const tested = classes.filter(({ pictures }) => pictures > 0);
  if (tested.length > classRows) {
    output.data(`The ${classRows} worst recognised of ${tested.length} classes:`);
    tested.sort((a, b) => a.recall - b.recall).splice(classRows);
  }
  const rows = tested.map(({ name, pictures, precision, recall, f1, takenFor }) => [
    name,
    pictures,
    ...[precision, recall, f1].map(percent),
    takenFor === undefined ? '' : `${takenFor.name} (${takenFor.times} times)`,
  ]);
  const shares = [averages.precision, averages.recall, averages.f1].map(percent);
  const header = ['class', 'pictures', 'precision', 'recall', 'F1', 'most often taken for'];
  for (const line of columns([header, ...rows, ['mean of all classes', set.size, ...shares, '']])) output.data(line);
}

/** JSON has no NaN: means of no pictures are null. */
function calibrationNumbers({
  bins,
  expectedCalibrationError,
  maximumCalibrationError,
  brierScore,
}: Calibration): object {
  const numbers = bins.map((bin) => (bin.count > 0 ? bin : { ...bin, confidence: null, accuracy: null }));
  return { expectedCalibrationError, maximumCalibrationError, brierScore, bins: numbers };
}

/** The table of all classes; of very many, what was taken for what, most frequent first. */
function confusionNumbers(confusion: Confusion, classNames: readonly string[]): object {
  const counts = ConfusionCounts.of(confusion);
  if (counts.classes <= tableUpTo) return { confusion: counts.toMatrix() };
  return { confusion: null, confusions: topConfusions(counts, classNames, Infinity) };
}

function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${(share * 100).toFixed(2)} %`;
}
