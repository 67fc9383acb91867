import { pictureLimits } from '../../pictures/pictureLimits.js';
import { BrokenPicture } from '../../pictures/pictureReader.js';
import { zeros } from '../../tensor/index.js';
import type { Classifier } from '../classifierArgument.js';
import { classProbabilities, topPlaces } from '../testModel.js';
import { modelPictures, type PictureBatch } from './modelPictures.js';
import { readDrawing } from './readDrawing.js';

/** A class with its share of a prediction. */
export interface PredictedClass {
  readonly name: string;
  readonly index: number;
  readonly probability: number;
}

/** What a model sees in one picture. */
export interface Prediction {
  readonly picture: string;
  /** Whether light and dark were exchanged before the model saw it. */
  readonly inverted: boolean;
  /** The likeliest classes, likeliest first. */
  readonly classes: readonly PredictedClass[];
}

/** A picture that could not be read. */
export interface UnreadPicture {
  readonly picture: string;
  readonly reason: string;
}

/** Options of `predictions`. */
export interface PredictionOptions {
  readonly classNames: readonly string[] | undefined;
  /** How many classes to give. */
  readonly top: number;
  /** Pictures a step. */
  readonly batch: number;
}

/**
 * What a model sees in pictures, batch after batch in their order: while one batch is computed, the next is read, and no more
 * than these two are in memory.
 */
export async function* predictions(
  classifier: Classifier,
  pictures: readonly string[],
  { classNames, top, batch }: PredictionOptions,
): AsyncGenerator<(Prediction | UnreadPicture)[]> {
  const { model } = classifier;
  // The last batch is filled up, so that all of them are computed by the same program.
  const size = Math.min(batch, pictures.length);
  const readBatch = batchReader(classifier, size);
  const readFrom = (start: number): Promise<ReadBatch> => readBatch(pictures.slice(start, start + batch));
  let next: Promise<ReadBatch> | undefined = readFrom(0);
  for (let start = 0; next; start += batch) {
    const { x, problems, inverted } = await next;
    next = start + batch < pictures.length ? readFrom(start + batch) : undefined;
    // Whoever stops listening leaves a reading behind that nobody waits for.
    next?.catch(() => undefined);
    const rows =
      problems.size === Math.min(size, pictures.length - start) ? [] : await classProbabilities(model, x, size);
    yield pictures.slice(start, start + batch).map((picture, i) => {
      const problem = problems.get(i);
      if (problem !== undefined) return { picture, reason: `${picture}: must be a picture; ${problem}` };
      const classes = topPlaces(rows[i], top).map((index) => ({
        name: classNames?.[index] ?? String(index),
        index,
        probability: rows[i][index],
      }));
      return { picture, inverted: inverted.has(i), classes };
    });
  }
}

interface ReadBatch extends PictureBatch {
  /** Places of drawings whose light and dark were exchanged. */
  readonly inverted: ReadonlySet<number>;
}

/** How a classifier's pictures are read, into batches of `rows`. */
function batchReader(
  { model, preprocessing, drawings }: Classifier,
  rows: number,
): (paths: readonly string[]) => Promise<ReadBatch> {
  if (drawings) return (paths) => drawingBatch(paths, [rows, ...model.inputs[0].shape]);
  const read = modelPictures(model, preprocessing);
  return async (paths) => ({ ...(await read(paths, rows)), inverted: new Set() });
}

async function drawingBatch(paths: readonly string[], shape: readonly number[]): Promise<ReadBatch> {
  const x = zeros(shape);
  const problems = new Map<number, string>();
  const inverted = new Set<number>();
  const read = async (path: string, place: number): Promise<void> => {
    try {
      const drawing = await readDrawing(path, shape.slice(1), pictureLimits);
      x.data.set(drawing.values, place * drawing.values.length);
      if (drawing.inverted) inverted.add(place);
    } catch (error) {
      if (!(error instanceof BrokenPicture)) throw error;
      problems.set(place, error.message);
    }
  };
  await Promise.all(paths.map(read));
  return { x, problems, inverted };
}
