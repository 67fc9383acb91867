import { classCount, type Model } from '../models/index.js';
import { readingFor } from '../pictures/decodePicture.js';
import { pictureLimits } from '../pictures/pictureHeader.js';
import { BrokenPicture } from '../pictures/pictureReader.js';
import { readSource, type PictureSource } from '../pictures/pictureSource.js';
import type { Pixels } from '../pictures/pictureTransform.js';
import { namedPreprocessing } from '../pictures/index.js';
import { resolvePreprocessing } from '../pictures/preprocessing.js';
import { Random, StriateError } from '../tensor/index.js';
import { argMaxOf } from '../tensor/row.js';
import { usualFirst, type MeasuredPreprocessing } from '../zoo/measurePreprocessing.js';
import { pictureBatches } from './pictureBatches.js';
import { pictureShape } from './preparation.js';
import { classProbabilities } from './probabilities.js';

/** A name of `namedPreprocessing` that tells in which numbers pictures come. */
export type NumericPreprocessing = MeasuredPreprocessing['name'];

/** What a model says of pictures that are prepared in one way. */
export interface PreparedAnswers {
  readonly name: NumericPreprocessing;
  /** What its answer gets, over each picture and parts of it, on average; from 0 to 1. */
  readonly agreement: number;
  /**
   * What the answer owes to what a picture shows, in nats: p · log(p / q), where p is what the picture gives it and q what the same
   * picture gives it that was cut into tiles and shuffled. At 0, the model says so of anything.
   */
  readonly information: number;
}

/** Ways to prepare pictures, compared by a model's answers. */
export interface ComparedPreprocessing {
  /** The way to take: the usual one, unless what the model says by it does not depend on the pictures, and by another it does. */
  readonly name: NumericPreprocessing;
  /** Those that were tried: the usual one first; alone where it does well. */
  readonly ways: readonly PreparedAnswers[];
}

/** Pictures that are looked at; more take longer than the work that waits for it. */
const most = 3;
/** Of fewer classes an answer is too often right by chance. */
const fewestClasses = 10;
/** An answer that owes less than this share of the most that it could is owed to the preparation; more by so much is a clear lead. */
const owed = 0.1;
/** Logarithm of the factor by which what answers get differs between single pictures for no reason. */
const noise = 0.35;

/**
 * Which numbers a classifier wants its pictures in, where nothing says it and there are no labels: a network that gets numbers of
 * another size than it was trained with gives one answer to all pictures, or as sure an answer to shuffled pieces of a picture as to
 * the picture itself. `measurePreprocessing` measures it better, on labelled pictures.
 *
 * @param pictures three of them are looked at
 * @param usual what is taken unless another way is clearly better
 * @returns undefined where the model or the pictures do not tell: fewer than ten classes, no coloured pictures, none that can be read.
 * @throws StriateError when the model takes no pictures.
 *
 * @example
 * const { model } = await openModel('squeezenet.onnx');
 * const compared = await comparePreprocessing(model, ['photo.jpg']);
 * if (compared) model.preprocessing = namedPreprocessing(compared.name, model.inputShape);
 */
export async function comparePreprocessing(
  model: Model,
  pictures: readonly PictureSource[],
  usual: NumericPreprocessing = usualFirst[0],
): Promise<ComparedPreprocessing | undefined> {
  const shape = pictureShape(model);
  if (shape[2] !== 3 || classCount(model) < fewestClasses) return undefined;
  const { geometry } = resolvePreprocessing(namedPreprocessing(usual, shape), 'comparePreprocessing');
  const cut: CutPicture[] = [];
  for (const picture of spread(pictures, most)) {
    const read = await readSource(picture, pictureLimits, readingFor(geometry)).catch((error: unknown) => {
      if (error instanceof BrokenPicture || error instanceof StriateError) return undefined;
      throw error;
    });
    if (read) cut.push(cutPicture(read.pixels));
  }
  if (cut.length === 0) return undefined;
  const least = owed * Math.log(classCount(model));
  const first = await answersTo(model, cut, usual);
  if (first.information >= least) return { name: usual, ways: [first] };
  const ways = [first];
  for (const name of usualFirst) if (name !== usual) ways.push(await answersTo(model, cut, name));
  const telling = ways.filter(({ information }) => information >= first.information + least);
  if (telling.length === 0) return { name: usual, ways };
  // Scaling alone often does not matter: of those that are about as good as the best, the most usual.
  const good = Math.max(...telling.map(({ agreement }) => agreement)) / Math.exp(noise / Math.sqrt(cut.length));
  return { name: telling.find(({ agreement }) => agreement >= good)!.name, ways };
}

/** So many of a list at most, at equal distances. */
function spread<Entry>(list: readonly Entry[], count: number): Entry[] {
  const kept = Math.min(count, list.length);
  return Array.from({ length: kept }, (_, i) => list[Math.floor((i * list.length) / kept)]);
}

/** A picture with parts of it in which the same is to be seen, and with the same colours in which it is not. */
interface CutPicture {
  readonly views: readonly PictureSource[];
  readonly shuffled: readonly PictureSource[];
}

function cutPicture(pixels: Pixels): CutPicture {
  const { width, height } = pixels;
  const edge = { x: Math.round(width / 16), y: Math.round(height / 16) };
  const inner = { left: edge.x, top: edge.y, width: width - 2 * edge.x, height: height - 2 * edge.y };
  const corner = { left: 0, top: 0, width: width - edge.x, height: height - edge.y };
  const random = new Random(0);
  return {
    views: [sourceOf(pixels), sourceOf(part(pixels, inner)), sourceOf(turned(part(pixels, corner)))],
    shuffled: [4, 8, 16].map((tiles) => sourceOf(shuffledTiles(pixels, tiles, random))),
  };
}

async function answersTo(
  model: Model,
  pictures: readonly CutPicture[],
  name: NumericPreprocessing,
): Promise<PreparedAnswers> {
  let agreement = 0;
  let information = 0;
  for (const { views, shuffled } of pictures) {
    const rows = await probabilities(model, [...views, ...shuffled], name);
    const seen = meanOf(rows.slice(0, views.length));
    const unseen = meanOf(rows.slice(views.length));
    const answer = argMaxOf(seen);
    const contrast = Math.log(seen[answer] / Math.max(unseen[answer], 1 / seen.length));
    agreement += seen[answer] / pictures.length;
    information += (seen[answer] * contrast) / pictures.length;
  }
  return { name, agreement, information };
}

async function probabilities(
  model: Model,
  pictures: readonly PictureSource[],
  name: NumericPreprocessing,
): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  const preprocessing = namedPreprocessing(name, pictureShape(model));
  for await (const { x, count } of pictureBatches(model, pictures, { preprocessing, batchSize: pictures.length })) {
    rows.push(...(await classProbabilities(model, x, x.shape[0])).slice(0, count));
  }
  return rows;
}

function meanOf(rows: readonly Float32Array[]): Float32Array {
  // What overflowed on the way speaks for nothing.
  const sum = (c: number): number => rows.reduce((total, row) => total + (Number.isNaN(row[c]) ? 0 : row[c]), 0);
  return rows[0].map((_, c) => sum(c) / rows.length);
}

function sourceOf({ width, height, data }: Pixels): PictureSource {
  return { data, info: { width, height, channels: 3 } };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function part(pixels: Pixels, { left, top, width, height }: Box): Pixels {
  const data = new Uint8ClampedArray(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * pixels.width + left) * 3;
    data.set(pixels.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, channels: 3, data };
}

/** Left and right exchanged. */
function turned({ width, height, data }: Pixels): Pixels {
  const result = new Uint8ClampedArray(data.length);
  for (let at = 0; at < width * height; at++) {
    const x = at % width;
    const from = (at - x + width - 1 - x) * 3;
    for (let c = 0; c < 3; c++) result[at * 3 + c] = data[from + c];
  }
  return { width, height, channels: 3, data: result };
}

/** Tiles of a picture, so many a side, in another order. */
function shuffledTiles(pixels: Pixels, tiles: number, random: Random): Pixels {
  const [across, down] = [Math.min(tiles, pixels.width), Math.min(tiles, pixels.height)];
  const [width, height] = [Math.floor(pixels.width / across), Math.floor(pixels.height / down)];
  const places = Int32Array.from({ length: across * down }, (_, i) => i);
  random.shuffle(places);
  const data = new Uint8ClampedArray(across * width * down * height * 3);
  places.forEach((from, to) => {
    const tile = part(pixels, {
      left: (from % across) * width,
      top: Math.floor(from / across) * height,
      width,
      height,
    });
    for (let y = 0; y < height; y++) {
      const at = ((Math.floor(to / across) * height + y) * across + (to % across)) * width * 3;
      data.set(tile.data.subarray(y * width * 3, (y + 1) * width * 3), at);
    }
  });
  return { width: across * width, height: down * height, channels: 3, data };
}
