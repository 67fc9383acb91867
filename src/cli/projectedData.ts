import { alignClasses, differingNames } from '../classify/alignClasses.js';
import { classNamesOf } from '../classify/classNames.js';
import { Subset } from '../data/derivedSet.js';
import type { DataSet } from '../data/dataSet.js';
import type { Model } from '../models/index.js';
import {
  embeddingsOf,
  project,
  projectionQuality,
  type EmbeddingsOptions,
  type ProjectOptions,
} from '../projection/index.js';
import type { ProjectedPictures } from '../report/projectedPictures.js';
import { PictureTiles } from '../report/pictureTiles.js';
import { Random, sizeOf, StriateError } from '../tensor/index.js';
import { pictureFilesOf } from './dataArgument.js';
import { reportPicture } from './testModel.js';

/** What is projected, and how it is called. */
export interface ProjectedDataOptions extends Pick<EmbeddingsOptions, 'batchSize' | 'signal' | 'onProgress'> {
  /** The model's name, for titles. */
  readonly name: string;
  /** Pictures at most; of more, a sample is drawn. */
  readonly limit: number;
  readonly project: ProjectOptions;
}

/** A projection with all that is drawn of it, and what there is to tell. */
export interface ProjectedData {
  readonly pictures: ProjectedPictures;
  readonly notes: readonly string[];
}

/** Pixels of the longer side of small pictures, of so many at most: a page of thousands stays a few megabytes. */
const tileSides = [
  { upTo: 700, side: 112 },
  { upTo: 2500, side: 64 },
  { upTo: 6000, side: 48 },
  { upTo: Infinity, side: 32 },
] as const;

/**
 * A data set's pictures in two dimensions, by what a model sees in them.
 *
 * @throws StriateError when there are too few pictures, or the model sees no difference between them.
 */
export async function projectedData(
  model: Model,
  set: DataSet,
  { name, limit, project: how, batchSize, signal, onProgress }: ProjectedDataOptions,
): Promise<ProjectedData> {
  if (set.size < 3) {
    throw new StriateError({
      where: `data '${set.name}'`,
      rule: 'has too few pictures for a projection, which needs 3 or more',
      received: set.size,
      advice: 'give more pictures, or another part of the data (--split)',
    });
  }
  const { data: classes, predictedNames, note } = await withClasses(model, set);
  const rows = sample(classes.size, limit, how.seed ?? 0);
  const data = rows ? new Subset(classes, rows) : classes;
  const { side } = tileSides.find(({ upTo }) => data.size <= upTo)!;
  const tiles = new PictureTiles(data.size, data.inputShape, side);
  const size = sizeOf(data.inputShape);
  const { vectors, labels, predicted, probabilities } = await embeddingsOf(model, data, {
    ...(batchSize !== undefined && { batchSize }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
    onPictures: ({ start, count, x }) => {
      for (let i = 0; i < count; i++) tiles.set(start + i, reportPicture(data, x.subarray(i * size, (i + 1) * size)));
    },
  });
  const projection = await project(vectors, how);
  const quality = await projectionQuality(vectors, projection.points, { labels });
  const files = pictureFilesOf(data);
  const pictures: ProjectedPictures = {
    model: name,
    data: set.name,
    projection,
    quality,
    labels,
    classNames: data.classNames,
    ...(predicted && { predicted, probabilities }),
    ...(predictedNames && { predictedNames }),
    ...(files && { files: Array.from({ length: data.size }, (_, i) => files.path(i)) }),
    ...(rows && { places: rows }),
    tiles,
  };
  return { pictures, notes: note === undefined ? [] : [note] };
}

/** Multiply-adds that a map on a page of something else may cost: a second or two. */
const cheap = 1e10;

/**
 * The pictures that a model was tested on, by their principal components, for the page about it: all up to 2,000 where that
 * is cheap, else 500; of very large networks 100. Undefined where they cannot be shown so.
 */
export async function testedMap(
  model: Model,
  set: DataSet,
  signal?: AbortSignal,
): Promise<ProjectedPictures | undefined> {
  const { multiplyAdds } = model.summarize();
  const limit = [2000, 500].find(
    (count) => multiplyAdds * Math.min(count, set.size) <= (count > 500 ? cheap : 50 * cheap),
  );
  try {
    const { pictures } = await projectedData(model, set, {
      name: model.name,
      limit: limit ?? 100,
      project: { method: 'pca' },
      ...(signal && { signal }),
    });
    return pictures;
  } catch {
    // A network that sees no difference, or decides from no vector; the page says enough of it, and is worth more than its map.
    return undefined;
  }
}

/** The data with the model's class numbers where both can be brought together; otherwise with its own, beside the model's names. */
async function withClasses(
  model: Model,
  set: DataSet,
): Promise<{ readonly data: DataSet; readonly predictedNames?: readonly string[]; readonly note?: string }> {
  try {
    const aligned = await alignClasses(model, set);
    const note = differingNames(aligned);
    return { data: aligned.data, ...(note !== undefined && { note }) };
  } catch (error) {
    if (!(error instanceof StriateError)) throw error;
    const names = await classNamesOf(model);
    const classes = model.outputs[0].shape.at(-1) ?? 0;
    const predictedNames = names ?? Array.from({ length: Math.max(2, classes) }, (_, i) => `class ${i}`);
    return { data: set, predictedNames, note: `Mistakes are not marked: ${error.parts.rule}` };
  }
}

/** Some of the places by chance, in order; undefined where all are few enough. */
function sample(count: number, limit: number, seed: number): Int32Array | undefined {
  if (count <= limit) return undefined;
  const all = Int32Array.from({ length: count }, (_, i) => i);
  return new Random([seed, 6]).shuffle(all).slice(0, limit).sort();
}
