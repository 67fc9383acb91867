import type { DataSet } from '../data/dataSet.js';
import { predictsScores, type Logs, type TestedBatch } from '../fit/index.js';
import { type Model } from '../models/index.js';
import { keepsNumbers, type Preprocessing } from '../pictures/preprocessing.js';
import { confusionMatrix } from '../report/classScores.js';
import type { Mistake, TestResult } from '../report/runResult.js';
import { sizeOf, StriateError, type Tensor } from '../tensor/index.js';
import { pictureFilesOf } from './dataArgument.js';
import { classesOf } from './modelArgument.js';

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
 * @throws StriateError when the model tells another number of classes apart.
 */
export async function testModel(model: Model, data: DataSet, { mistakes, batch }: TestOptions): Promise<TestResult> {
  checkFit(model, data);
  const labels = new Int32Array(data.size);
  const predictions = new Int32Array(data.size);
  const worst: Mistake[] = [];
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
      const label = labels[index];
      const predicted = argMax(row);
      predictions[index] = predicted;
      // A model that knows nothing yet makes mistakes by the thousand: only pictures that may be shown are copied.
      const least = worst.length < mistakes ? 0 : (worst.at(-1)?.probability ?? 1);
      if (predicted === label || !(row[predicted] > least)) return;
      const values = Float32Array.from(pictures.data.subarray(i * size, (i + 1) * size));
      worst.push(mistakeOf(data, { values, index, label, predicted, row }));
      worst.sort((a, b) => b.probability - a.probability || a.index - b.index).splice(mistakes);
    });
  };
  const { loss, accuracy } = await model.evaluate(data, { batchSize: batch, callbacks: [{ onTestBatchEnd }] });
  return { loss, accuracy, confusion: confusionMatrix(labels, predictions, data.classNames.length), mistakes: worst };
}

/** The class number of each target: numbers as they are, and of one number per class the place of the largest. */
function labelsOf({ shape, data }: Tensor): ArrayLike<number> {
  const classes = shape.length > 1 ? shape[1] : 1;
  if (classes === 1) return data;
  return Int32Array.from({ length: shape[0] }, (_, i) => argMax(data.subarray(i * classes, (i + 1) * classes)));
}

/**
 * A model's outputs as probabilities, a row per picture. Scores get their softmax here; where one number tells two classes
 * apart, it is that of the second, and a score gets its sigmoid.
 */
export async function classProbabilities(model: Model, x: Tensor, batch: number): Promise<Float32Array[]> {
  return probabilityRows(await model.predict(x, { batchSize: batch }), predictsScores(model));
}

function probabilityRows({ shape, data }: Tensor<'float32'>, scores: boolean): Float32Array[] {
  const classes = shape[shape.length - 1];
  return Array.from({ length: shape[0] }, (_, i) => {
    const row = data.slice(i * classes, (i + 1) * classes);
    if (classes === 1) {
      const second = scores ? 1 / (1 + Math.exp(-row[0])) : row[0];
      return Float32Array.of(1 - second, second);
    }
    const sum = row.reduce((a, b) => a + b, 0);
    const distribution = Math.abs(sum - 1) < 1e-3 && row.every((value) => value >= 0);
    return distribution && !scores ? row : softmax(row);
  });
}

/** The places of the largest values, largest first. */
export function topPlaces(row: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: row.length }, (_, i) => i)
    .sort((a, b) => row[b] - row[a] || a - b)
    .slice(0, count);
}

function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i] > row[best]) best = i;
  return best;
}

function softmax(scores: Float32Array): Float32Array {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function mistakeOf(
  data: DataSet,
  made: Pick<Mistake, 'index' | 'label' | 'predicted'> & { readonly values: Float32Array; readonly row: Float32Array },
): Mistake {
  const { index, label, predicted, values, row } = made;
  const [height, width, channels] = data.inputShape;
  const file = pictureFilesOf(data)?.path(index);
  return {
    index,
    ...(file !== undefined && { file }),
    picture: { height, width, channels, values: asSeen(values, channels, data.preprocessing) },
    label,
    predicted,
    probability: row[predicted],
    labelProbability: row[label],
  };
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
  const classes = classesOf(model);
  if (classes !== data.classNames.length) {
    throw new StriateError({
      rule: `the model tells ${classes} classes apart, but '${data.name}' has ${data.classNames.length}`,
      advice: 'choose other data or another model',
    });
  }
}
