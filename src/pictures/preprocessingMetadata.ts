import { StriateError } from '../tensor/index.js';
import type { Interpolation } from './pictureGeometry.js';
import {
  atSize,
  completePreprocessing,
  parsePreprocessing,
  type CompletePreprocessing,
  type Preprocessing,
} from './preprocessing.js';

/** The metadata key of a file's preprocessing. */
const preprocessingKey = 'preprocessing';

/** The keys of older files and other programs. */
const olderKeys = ['mean', 'std', 'input'] as const;

type Metadata = Readonly<Record<string, string>>;

/** Whether metadata describes how pictures are prepared. */
export function describesPictures(metadata: Metadata): boolean {
  return [preprocessingKey, ...olderKeys].some((key) => metadata[key] !== undefined);
}

/** Preprocessing as metadata. */
export function preprocessingText(preprocessing: Preprocessing | undefined): Record<string, string> {
  return preprocessing ? { [preprocessingKey]: JSON.stringify(preprocessing) } : {};
}

/** A file's metadata, split. */
export interface TakenPreprocessing {
  readonly preprocessing: CompletePreprocessing | undefined;
  /** Everything else. */
  readonly metadata: Record<string, string>;
}

/** Removes the preprocessing from metadata, as `readPreprocessing` reads it. */
export function takePreprocessing(metadata: Metadata, inputShape: readonly number[], file: string): TakenPreprocessing {
  const preprocessing = readPreprocessing(metadata, inputShape, file);
  if (!preprocessing) return { preprocessing, metadata: { ...metadata } };
  const { [preprocessingKey]: _, ...others } = metadata;
  return { preprocessing, metadata: others };
}

/**
 * How a model's pictures are prepared according to a file's metadata: the JSON text `preprocessing`, or else `mean`, `std`
 * and `input` as in older files; at the model's own size. Undefined if it says nothing, or if the model does not take grey
 * or colour pictures.
 *
 * @param inputShape of the model's input
 * @throws StriateError when the text is damaged, or for pictures of another number of channels.
 */
export function readPreprocessing(
  metadata: Metadata,
  inputShape: readonly number[],
  file: string,
): CompletePreprocessing | undefined {
  if (inputShape.length !== 3 || ![1, 3].includes(inputShape[2])) return undefined;
  const text = metadata[preprocessingKey];
  if (text !== undefined) return parsePreprocessing(text, `${file}, metadata '${preprocessingKey}'`, inputShape);
  if (!describesPictures(metadata)) return undefined;
  try {
    const older = preprocessingFromTexts(metadata, completePreprocessing({}, inputShape), file);
    return completePreprocessing(atSize(older, inputShape), inputShape, `${file}, metadata`);
  } catch (error) {
    // Keys with such common names may belong to the user and mean something else.
    if (error instanceof StriateError) return undefined;
    throw error;
  }
}

/**
 * How pictures are prepared for the weights of a file, where its metadata says so: `mean` and `std` (`0.485,0.456,0.406`)
 * and `input` (`RGB 0-255, 227x227 bilinear`). Means and deviations above 1, or a range to 255, are of values from 0 to
 * 255. A stated size is the size to which the whole picture is resized.
 *
 * @param usual what the metadata leaves out: the architecture's preprocessing
 * @throws StriateError when a mean or deviation is not a list of numbers.
 */
export function preprocessingFromTexts(metadata: Metadata, usual: Preprocessing, file = 'weights'): Preprocessing {
  const { input = '' } = metadata;
  const stated = { mean: numbers(metadata, 'mean', file), std: numbers(metadata, 'std', file) };
  const bytes = /\b0\s*(-|–|to|\.\.)\s*255\b/.test(input) || [stated.mean, stated.std].flat().some((n) => n && n > 1);
  const scale = bytes ? 255 : 1;
  const scaled = (values: readonly number[] | undefined): readonly number[] | undefined =>
    values?.map((value) => value / scale);
  const size = /(\d+)\s*[x×]\s*(\d+)/.exec(input);
  const order = /\b(RGB|BGR|grey|gray)\b/i.exec(input)?.[1].toUpperCase();
  const interpolation = /\b(nearest|bilinear|bicubic)\b/i.exec(input)?.[1].toLowerCase();
  const orders = { RGB: 'RGB', BGR: 'BGR', GREY: 'grey', GRAY: 'grey' } as const;
  return {
    ...usual,
    mean: scaled(stated.mean) ?? usual.mean,
    // A range to 255 without a deviation means that values are not scaled.
    std: scaled(stated.std) ?? (bytes ? [1 / 255] : usual.std),
    size: size ? [Number(size[1]), Number(size[2])] : usual.size,
    fit: size ? 'stretch' : usual.fit,
    channels: order === undefined ? usual.channels : orders[order as keyof typeof orders],
    interpolation: (interpolation as Interpolation | undefined) ?? usual.interpolation,
  };
}

function numbers(metadata: Metadata, key: string, file: string): number[] | undefined {
  const text = metadata[key];
  if (text === undefined) return undefined;
  const values = text
    .replace(/[[\]()]/g, '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  if (values.length > 0 && values.every((value) => Number.isFinite(value) && (key === 'mean' || value > 0))) {
    return values;
  }
  throw new StriateError({
    where: file,
    rule: `its metadata says ${key} '${text}'`,
    advice: 'it must be numbers with commas between them',
  });
}
