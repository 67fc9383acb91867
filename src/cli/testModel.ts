import type { DataSet } from '../data/dataSet.js';
import { predictsScores, type Logs, type TestedBatch } from '../fit/index.js';
import { classCount, type Model } from '../models/index.js';
import { keepsNumbers, type Preprocessing } from '../pictures/preprocessing.js';
import { ConfusionCounts } from '../report/confusionCounts.js';
import type { Mistake, ReportPicture, TestResult } from '../report/runResult.js';
import { CalibrationSums } from '../training/calibrationSums.js';
import { sizeOf, StriateError, type Tensor } from '../tensor/index.js';
import { argMaxOf } from '../tensor/row.js';
import { probabilityRows } from '../classify/probabilities.js';
import { pictureFilesOf } from './dataArgument.js';

/** As many as Guo et al. 2017 take, and `calibration`. */
const calibrationBins = 15;

/** Options of `testModel`. */
interface TestOptions {
  /** How many of the most confident mistakes to keep. */
  readonly mistakes: number;
  /** Pictures a step; that of the training needs no further programs. */
  readonly batch: number;
}

/**
 * Tries a compiled model on a data set.
 *
 * @throws StriateError when the model has another number of classes.
 */
export async function testModel(model: Model, data: DataSet, { mistakes, batch }: TestOptions): Promise<TestResult> {
  checkFit(model, data);
  const labels = new Int32Array(data.size);
  const predictions = new Int32Array(data.size);
  const worst: Mistake[] = [];
  const calibration = new CalibrationSums(calibrationBins);
  const scores = predictsScores(model);
  const size = sizeOf(data.inputShape);
  const onTestBatchEnd = (_: number, __: Logs, tested: TestedBatch): void => {
    const {
      start,
      x: [pictures],
      y: [targets],
      outputs: [output],
    } = tested;
    labels.set(labelsOf(targets), start);
    probabilityRows(output, scores).forEach((row, i) => {
      const index = start + i;
      if (Number.isNaN(row[0])) throw notANumber(model, data, index);
      const label = labels[index];
      const predicted = argMaxOf(row);
      predictions[index] = predicted;
      calibration.add(row, label);
      // A model that knows nothing yet makes mistakes by the thousand: only pictures that may be shown are copied.
      const least = worst.length < mistakes ? 0 : (worst.at(-1)?.probability ?? 1);
      if (predicted === label || !(row[predicted] > least)) return;
      const values = Float32Array.from(pictures.data.subarray(i * size, (i + 1) * size));
      worst.push(mistakeOf(data, { values, index, label, predicted, row }));
      worst.sort((a, b) => b.probability - a.probability || a.index - b.index).splice(mistakes);
    });
  };
  const { loss, accuracy, ...metrics } = await model.evaluate(data, {
    batchSize: batch,
    callbacks: [{ onTestBatchEnd }],
  });
  const confusion = ConfusionCounts.count(labels, predictions, data.classNames.length);
  return {
    loss,
    accuracy,
    ...(Object.keys(metrics).length > 0 && { metrics }),
    confusion,
    calibration: calibration.result(),
    mistakes: worst,
  };
}

/** Weights can be finite, and yet overflow on the way. */
function notANumber({ name }: Model, data: DataSet, index: number): StriateError {
  const file = pictureFilesOf(data)?.path(index);
  return new StriateError({
    where: `model '${name}'`,
    rule: `its outputs must be numbers, and of picture ${file ?? index} of '${data.name}' they are NaN`,
    advice: 'its training diverged, or its pictures are prepared in another way (--preprocessing)',
  });
}

/** Of a model with many more classes than the data: those that are in the data, and those that were predicted for it. */
export function onlySeen(
  result: TestResult,
  own: readonly string[],
  all: readonly string[],
): { result: TestResult; classNames: readonly string[] } {
  if (own.length === all.length) return { result, classNames: all };
  const { counts, kept } = ConfusionCounts.of(result.confusion).onlySeen();
  const place = new Map(kept.map((number, i) => [number, i]));
  return {
    classNames: kept.map((number) => all[number]),
    result: {
      ...result,
      confusion: counts,
      mistakes: result.mistakes.map((mistake) => ({
        ...mistake,
        label: place.get(mistake.label)!,
        predicted: place.get(mistake.predicted)!,
      })),
    },
  };
}

/** The class number of each target: numbers as they are, and of one number per class the place of the largest. */
function labelsOf({ shape, data }: Tensor): ArrayLike<number> {
  const classes = shape.length > 1 ? shape[1] : 1;
  if (classes === 1) return data;
  return Int32Array.from({ length: shape[0] }, (_, i) => argMaxOf(data.subarray(i * classes, (i + 1) * classes)));
}

function mistakeOf(
  data: DataSet,
  made: Pick<Mistake, 'index' | 'label' | 'predicted'> & { readonly values: Float32Array; readonly row: Float32Array },
): Mistake {
  const { index, label, predicted, values, row } = made;
  const file = pictureFilesOf(data)?.path(index);
  return {
    index,
    file,
    picture: reportPicture(data, values),
    label,
    predicted,
    probability: row[predicted],
    labelProbability: row[label],
  };
}

/** A picture of a data set as reports show it, from the numbers that a model sees. */
export function reportPicture({ inputShape, preprocessing }: DataSet, values: Float32Array): ReportPicture {
  const [height, width, channels] = inputShape;
  return { height, width, channels, values: asSeen(values, channels, preprocessing) };
}

/** A picture as people see it, 0 to 1 and red-green-blue, from the numbers that a model sees. */
function asSeen(values: Float32Array, channels: number, preprocessing?: Preprocessing): Float32Array {
  if (!preprocessing || keepsNumbers(preprocessing)) return values;
  const { mean = [0], std = [1], channels: order } = preprocessing;
  const turned = order === 'BGR';
  return values.map((_, at) => {
    const c = at % channels;
    // The channel that this colour went to.
    const from = turned ? channels - 1 - c : c;
    return values[at - c + from] * (std[from] ?? std[0]) + (mean[from] ?? mean[0]);
  });
}

function checkFit(model: Model, data: DataSet): void {
  const classes = classCount(model);
  if (classes !== data.classNames.length) {
    throw new StriateError({
      rule: `the model tells ${classes} classes apart, but '${data.name}' has ${data.classNames.length}`,
      advice: 'choose other data or another model',
    });
  }
}
