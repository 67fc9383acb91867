import type { Classifier } from '../classify/classify.js';
import { pictureBatches } from '../classify/pictureBatches.js';
import { preparationFor, type PreprocessingChoice } from '../classify/preparation.js';
import type { DataSet } from '../data/index.js';
import { isDataSet } from '../fit/fitData.js';
import type { Model } from '../models/index.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import { completePreprocessing, type CompletePreprocessing } from '../pictures/preprocessing.js';
import { formatShape, sameShape, sizeOf, StriateError, Tensor, type Shape } from '../tensor/index.js';

/**
 * Pictures that a model is watched with: one or many from any sources, numbers as the model takes them, [H, W, C] or
 * [N, H, W, C], or a data set.
 */
export type WatchedPictures = PictureSource | readonly PictureSource[] | Tensor<'float32'> | DataSet;

/** A few pictures as the model takes them. */
export interface PictureRows {
  /** [count, H, W, C] as one. */
  readonly data: Float32Array;
  readonly count: number;
  /** The place of the first among all. */
  readonly start: number;
  /** How many pictures there are in all. */
  readonly total: number;
  /** How they became numbers; undefined where they were given as such. */
  readonly preprocessing: CompletePreprocessing | undefined;
}

/** How `pictureRows` reads. */
export interface PictureRowsOptions {
  readonly where: string;
  readonly preprocessing?: PreprocessingChoice | undefined;
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
}

/** The model of what `openModel` gives, or the model itself. */
export function modelOf(classifier: Classifier): Model {
  return 'model' in classifier ? classifier.model : classifier;
}

/** How pictures become a model's numbers: as the caller says, else as `openModel` found, else the model, else a guess. */
export async function preprocessingOf(
  classifier: Classifier,
  chosen: PreprocessingChoice | undefined,
): Promise<CompletePreprocessing> {
  if ('model' in classifier && classifier.preparation && chosen === undefined)
    return classifier.preparation.preprocessing;
  const model = modelOf(classifier);
  const from = { chosen, file: model.name, format: 'Striate', option: 'preprocessing' } as const;
  return (await preparationFor(model, from)).preprocessing;
}

/**
 * The only input of a model, when it is a picture [H, W, C].
 *
 * @throws StriateError otherwise.
 */
export function onlyPicture(where: string, { name, inputs }: Model): Shape {
  if (inputs.length === 1 && inputs[0].shape.length === 3) return inputs[0].shape;
  throw new StriateError({
    where,
    rule: `needs a model that takes one picture [height, width, channels]`,
    received: `'${name}', which takes ${inputs.map(({ shape }) => formatShape(shape)).join(' and ')}`,
    advice: 'make a model of the part that sees the picture: model({ inputs, outputs })',
  });
}

/**
 * Pictures as the model takes them, a few at a time.
 *
 * @throws StriateError when there are none, one cannot be read, or they have another shape than the model takes.
 */
export async function* pictureRows(
  classifier: Classifier,
  pictures: WatchedPictures,
  { where, preprocessing, batchSize, signal }: PictureRowsOptions,
): AsyncGenerator<PictureRows> {
  const model = modelOf(classifier);
  const shape = onlyPicture(where, model);
  const size = sizeOf(shape);
  // What is given is checked, also where numbers need no preparing.
  if (preprocessing !== undefined) await preprocessingOf(classifier, preprocessing);
  if (pictures instanceof Tensor) {
    const given = pictures.shape.length === 4 ? pictures.shape.slice(1) : pictures.shape;
    expectSame(where, given, shape);
    const total = pictures.size / size;
    for (let start = 0; start < total; start += batchSize) {
      signal?.throwIfAborted();
      const end = Math.min(start + batchSize, total);
      const data = pictures.data.slice(start * size, end * size);
      yield { data, count: end - start, start, total, preprocessing: undefined };
    }
    return;
  }
  if (isDataSet(pictures)) {
    expectSame(where, pictures.inputShape, shape);
    const how = pictures.preprocessing && completePreprocessing(pictures.preprocessing, shape, where);
    for (let start = 0; start < pictures.size; start += batchSize) {
      signal?.throwIfAborted();
      const count = Math.min(batchSize, pictures.size - start);
      const data = new Float32Array(count * size);
      const indices = Array.from({ length: count }, (_, i) => start + i);
      await pictures.fill(indices, data, new Int32Array(count));
      yield { data, count, start, total: pictures.size, preprocessing: how };
    }
    return;
  }
  const sources = Array.isArray(pictures) ? (pictures as readonly PictureSource[]) : [pictures as PictureSource];
  if (sources.length === 0) throw new StriateError({ where, rule: 'needs a picture', received: 'none' });
  const how = await preprocessingOf(classifier, preprocessing);
  for await (const { x, start, count, problems } of pictureBatches(model, sources, { preprocessing: how, batchSize })) {
    signal?.throwIfAborted();
    const [problem] = problems;
    if (problem) {
      const source = sources[start + problem[0]];
      const named = typeof source === 'string' ? source : where;
      throw new StriateError({ where: named, rule: 'must be a picture', advice: problem[1] });
    }
    yield { data: x.data.slice(0, count * size), count, start, total: sources.length, preprocessing: how };
  }
}

/** Whether it is a single picture, whose results have no axis of pictures. */
export function isSinglePicture(pictures: WatchedPictures): boolean {
  if (pictures instanceof Tensor) return pictures.shape.length === 3;
  return !Array.isArray(pictures) && !isDataSet(pictures);
}

function expectSame(where: string, given: readonly number[], wanted: Shape): void {
  if (sameShape(given, wanted)) return;
  throw new StriateError({
    where,
    rule: `the model takes ${formatShape(wanted)}`,
    received: formatShape(given),
    advice: 'give pictures, which are then brought to size, or numbers of this shape',
  });
}
