import type { Model } from '../../models/index.js';
import { sizeOf, StriateError, Tensor } from '../../tensor/index.js';
import { preparePicture } from '../../zoo/index.js';
import type { Classifier } from '../classifierArgument.js';
import { decodePicture, readPicture, type ModelPicture } from './pictures.js';
import { classProbabilities, topPlaces } from '../testModel.js';

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

/** Pictures that are decoded at the same time: as many as Node has threads for such work. */
const atOnce = 4;

type Read = (ModelPicture & { readonly picture: string }) | UnreadPicture;

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
  const shape = model.inputs[0].shape;
  const size = sizeOf(shape);
  let next: Promise<Read[]> | undefined = readAll(pictures.slice(0, batch), classifier);
  for (let start = 0; start < pictures.length; start += batch) {
    const read: Read[] = await next;
    next = readAll(pictures.slice(start + batch, start + 2 * batch), classifier);
    // Whoever stops listening leaves a reading behind that nobody waits for.
    next.catch(() => undefined);
    const sound = read.filter((one): one is Exclude<Read, UnreadPicture> => 'values' in one);
    const values = new Float32Array(sound.length * size);
    sound.forEach((one, i) => values.set(one.values, i * size));
    const rows = sound.length === 0 ? [] : await probabilities(model, values, sound.length);
    let row = 0;
    yield read.map((one) => {
      if (!('values' in one)) return one;
      const shares = rows[row++];
      const classes = topPlaces(shares, top).map((index) => ({
        ...{ name: classNames?.[index] ?? String(index), index, probability: shares[index] },
      }));
      return { picture: one.picture, inverted: one.inverted, classes };
    });
  }
}

function probabilities(model: Model, values: Float32Array, count: number): Promise<Float32Array[]> {
  return classProbabilities(model, new Tensor('float32', [count, ...model.inputs[0].shape], values), count);
}

async function readAll(pictures: readonly string[], classifier: Classifier): Promise<Read[]> {
  const read: Read[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < pictures.length) {
      const i = next++;
      const picture = pictures[i];
      read[i] = await readOne(picture, classifier).then(
        (one) => ({ picture, ...one }),
        (error: unknown) => {
          if (error instanceof StriateError) return { picture, reason: error.message };
          throw error;
        },
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, pictures.length) }, lane));
  return read;
}

async function readOne(path: string, { model, preprocessing, drawings }: Classifier): Promise<ModelPicture> {
  if (drawings) return readPicture(path, model.inputs[0].shape);
  return { values: preparePicture(await decodePicture(path), preprocessing).data, inverted: false };
}
