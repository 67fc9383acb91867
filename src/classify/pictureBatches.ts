import { readingFor } from '../pictures/decodePicture.js';
import { fitPicture } from '../pictures/fitPicture.js';
import { pictureLimits } from '../pictures/pictureHeader.js';
import { BrokenPicture } from '../pictures/pictureReader.js';
import { resizing } from '../pictures/pictureResampler.js';
import { PlainTransform } from '../pictures/plainTransform.js';
import { completePreprocessing, resolvePreprocessing, type Preprocessing } from '../pictures/preprocessing.js';
import type { Model } from '../models/index.js';
import { Random, sizeOf, zeros, type Tensor } from '../tensor/index.js';
import { readSource, type PictureSource } from '../pictures/pictureSource.js';

/** Pictures as a model sees them. */
export interface PictureBatch {
  /** The place of the first picture among all. */
  readonly start: number;
  /** How many pictures the batch has; the last one is filled up, so that all are computed by the same program. */
  readonly count: number;
  /** [rows, H, W, C]; rows of pictures that could not be read mean nothing. */
  readonly x: Tensor<'float32'>;
  /** Why pictures could not be read, by place in the batch. */
  readonly problems: ReadonlyMap<number, string>;
  /** Places of drawings whose light and dark were exchanged. */
  readonly inverted: ReadonlySet<number>;
}

/** How `pictureBatches` reads. */
export interface PictureBatchOptions {
  /** As the model's weights want it; undefined: the middle of the picture at the model's size, from 0 to 1. */
  readonly preprocessing?: Preprocessing | undefined;
  /** Pictures a step. */
  readonly batchSize: number;
}

/** Reads a picture into its place of a batch; gives whether light and dark were exchanged. */
type PictureWriter = (source: PictureSource, x: Float32Array, offset: number) => Promise<boolean>;

/** Pictures that are decoded at the same time: as many as Node has threads for such work. */
const decodedAtOnce = 4;

/**
 * Pictures as a model takes them, batch after batch in their order, with the limits of picture folders: while one batch is
 * used, the next is read, and no more than these two are in memory.
 *
 * @throws StriateError when the model takes no grey or RGB pictures.
 */
export async function* pictureBatches(
  model: Model,
  pictures: readonly PictureSource[],
  { preprocessing, batchSize }: PictureBatchOptions,
): AsyncGenerator<PictureBatch> {
  const { shape } = model.inputs[0];
  const write = pictureWriter(model, preprocessing);
  const rows = Math.min(batchSize, pictures.length);
  const read = (start: number): Promise<PictureBatch> | undefined =>
    start < pictures.length ? readBatch(pictures, start, zeros([rows, ...shape]), write) : undefined;
  let next = read(0);
  while (next) {
    const batch: PictureBatch = await next;
    next = read(batch.start + batch.count);
    // A failure is reported when its batch is waited for, also where somebody stops listening before.
    next?.catch(() => undefined);
    yield batch;
  }
}

async function readBatch(
  pictures: readonly PictureSource[],
  start: number,
  x: Tensor<'float32'>,
  write: PictureWriter,
): Promise<PictureBatch> {
  const [rows, ...shape] = x.shape;
  const count = Math.min(rows, pictures.length - start);
  const problems = new Map<number, string>();
  const inverted = new Set<number>();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const place = next++;
      try {
        if (await write(pictures[start + place], x.data, place * sizeOf(shape))) inverted.add(place);
      } catch (error) {
        if (!(error instanceof BrokenPicture)) throw error;
        problems.set(place, error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(decodedAtOnce, count) }, lane));
  return { start, count, x, problems, inverted };
}

function pictureWriter(model: Model, preprocessing: Preprocessing | undefined): PictureWriter {
  const where = `model '${model.name}'`;
  const complete = completePreprocessing(preprocessing ?? {}, model.inputs[0].shape, where);
  const { geometry, normalization } = resolvePreprocessing(complete, where);
  const transform = new PlainTransform(normalization);
  return async (source, x, offset) => {
    const picture = await readSource(source, pictureLimits, readingFor(geometry));
    const pixels = fitPicture(picture, geometry, await resizing());
    transform.apply(pixels, geometry, new Random(0), x, offset);
    return pixels.inverted === true;
  };
}
