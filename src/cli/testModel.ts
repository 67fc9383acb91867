import type { DataSet } from '../data/dataSet.js';
import type { ModelPreprocessing } from '../data/folderOptions.js';
import { isPlain } from '../data/normalizedSet.js';
import { PictureFiles } from '../data/pictureFiles.js';
import { RelabelledSet } from '../data/relabelledSet.js';
import { predictsScores, type Model } from '../models/index.js';
import { confusionMatrix } from '../report/classScores.js';
import type { Mistake, TestResult } from '../report/runResult.js';
import { sizeOf, StriateError, Tensor } from '../tensor/index.js';
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
  let worst: Mistake[] = [];
  const { loss, accuracy } = await model.evaluate(data, { batchSize: batch });
  const size = sizeOf(data.inputShape);
  const rows = Math.min(batch, data.size);
  // Shared, so that threads which read files write here. The last batch is filled up: it then needs no program of its own.
  const room = new Float32Array(new SharedArrayBuffer(4 * rows * size));
  const pictures = new Tensor('float32', [rows, ...data.inputShape], room);
  for (let start = 0; start < data.size; start += batch) {
    const count = Math.min(batch, data.size - start);
    const indices = Int32Array.from({ length: count }, (_, i) => start + i);
    const x = room.subarray(0, count * size);
    const y = labels.subarray(start, start + count);
    await data.fill(indices, x, y);
    const probabilities = await classProbabilities(model, pictures, rows);
    probabilities.slice(0, count).forEach((row, i) => {
      const predicted = argMax(row);
      predictions[start + i] = predicted;
      // A model that knows nothing yet makes mistakes by the thousand: only pictures that may be shown are copied.
      const shown = worst.length < mistakes || row[predicted] > (worst[mistakes - 1]?.probability ?? 1);
      if (predicted !== y[i] && shown) worst.push(mistakeOf(data, x, i, start + i, y[i], predicted, row));
    });
    worst = worst.sort((a, b) => b.probability - a.probability || a.index - b.index).slice(0, mistakes);
  }
  return { loss, accuracy, confusion: confusionMatrix(labels, predictions, data.classNames.length), mistakes: worst };
}

/**
 * A model's outputs as probabilities, a row per picture. Scores get their softmax here; where one number tells two classes
 * apart, it is that of the second, and a score gets its sigmoid.
 */
export async function classProbabilities(model: Model, x: Tensor, batch: number): Promise<Float32Array[]> {
  const output = await model.predict(x, { batchSize: batch });
  const classes = output.shape[output.shape.length - 1];
  const scores = predictsScores(model);
  return Array.from({ length: x.shape[0] }, (_, i) => {
    const row = Float32Array.from(output.data.subarray(i * classes, (i + 1) * classes));
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
  x: Float32Array,
  i: number,
  index: number,
  label: number,
  predicted: number,
  row: Float32Array,
): Mistake {
  const [height, width, channels] = data.inputShape;
  const size = sizeOf(data.inputShape);
  const values = x.slice(i * size, (i + 1) * size);
  const file = fileOf(data, index);
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

/** The path of an example's file, where the set has files. */
function fileOf(data: DataSet, index: number): string | undefined {
  if (data instanceof PictureFiles) return data.path(index);
  return data instanceof RelabelledSet ? fileOf(data.base, index) : undefined;
}

/** A picture as people see it, 0 to 1 and red-green-blue, from the numbers that a model sees. */
function asSeen(values: Float32Array, channels: number, preprocessing?: ModelPreprocessing): Float32Array {
  if (!preprocessing || isPlain(preprocessing)) return values;
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
    throw new StriateError(
      `the model tells ${classes} classes apart, but '${data.name}' has ${data.classNames.length}; choose other data or another model`,
    );
  }
}
