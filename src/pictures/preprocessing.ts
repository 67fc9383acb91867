import { expectOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import { expectOneOf, isWhole, shown } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { Normalizer, type PictureNormalization } from './normalization.js';
import type { Interpolation, PictureGeometry } from './pictureGeometry.js';

/** How pictures become a model's input. */
export interface Preprocessing {
  /** Rows and columns of the input. */
  readonly size: readonly [height: number, width: number];
  /** Length of the shorter side before the centre crop; that of the size by default. */
  readonly resize?: number;
  /**
   * 'crop' (the default) keeps proportions and crops; 'stretch' resizes the whole picture without keeping proportions;
   * 'contain' pads it with black.
   */
  readonly fit?: 'crop' | 'stretch' | 'contain';
  /** Subtracted from each channel, of values from 0 to 1; 0 by default. A single number applies to all channels. */
  readonly mean?: readonly number[];
  /** Each channel is divided by this afterwards; 1 by default. A single number applies to all channels. */
  readonly std?: readonly number[];
  /** 'RGB' by default; mean and std are in this order, too. */
  readonly channels?: 'RGB' | 'BGR' | 'grey';
  /** 'bilinear' by default, averaging where pictures become smaller. */
  readonly interpolation?: Interpolation;
  /**
   * 'auto' is for drawings: light and dark are exchanged where a picture's border is bright, so that strokes are always light
   * on dark ground, as in MNIST; and 'contain' pads with the border's grey. 'never' by default.
   */
  readonly invert?: 'never' | 'auto';
  /**
   * What becomes of a file's colour profile: 'ignore' (the default) takes the file's numbers as they are, as torchvision and
   * Pillow do, with which published weights were made; 'convert' brings them to sRGB, so that pictures look as intended.
   */
  readonly colorProfile?: 'ignore' | 'convert';
}

/** What is left out of complete preprocessing where it is the default. */
type Rare = 'invert' | 'colorProfile';

/** Preprocessing with every default filled in; `invert` and `colorProfile` are there where they are not the default. */
export type CompletePreprocessing = Required<Omit<Preprocessing, Rare>> & Pick<Preprocessing, Rare>;

/** ImageNet preprocessing of torchvision's weights: the shorter side to 256, a centre crop of 224×224. */
export const imagenetPreprocessing: CompletePreprocessing = {
  size: [224, 224],
  resize: 256,
  fit: 'crop',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channels: 'RGB',
  interpolation: 'bilinear',
};

/** The values that options of preprocessing may have. */
const choices = {
  fit: ['crop', 'stretch', 'contain'],
  interpolation: ['nearest', 'bilinear', 'bicubic'],
  channels: ['RGB', 'BGR', 'grey'],
  invert: ['never', 'auto'],
  colorProfile: ['ignore', 'convert'],
} as const satisfies { readonly [K in keyof Preprocessing]?: readonly Preprocessing[K][] };

const kinds = {
  size: 'list',
  resize: 'number',
  fit: 'string',
  mean: 'list',
  std: 'list',
  channels: 'string',
  interpolation: 'string',
  invert: 'string',
  colorProfile: 'string',
} as const satisfies OptionKinds<Preprocessing>;

/**
 * Checks the names of preprocessing's fields, the kinds of their values, and words among them.
 *
 * @param where what error messages begin with
 */
export function expectPreprocessing(where: string, preprocessing: Partial<Preprocessing>): void {
  expectOptions<Partial<Preprocessing>>({ where, kinds }, preprocessing);
  for (const [name, allowed] of Object.entries(choices)) {
    const value = preprocessing[name as keyof typeof choices];
    if (value !== undefined) expectOneOf<string>(where, name, value, allowed);
  }
}

/** How numbers become a model's input. */
function normalizationOf({ mean, std, channels }: Preprocessing): PictureNormalization {
  return { mean, std, order: channels === 'BGR' ? 'BGR' : undefined };
}

/**
 * What brings pictures in memory, RGB from 0 to 1, into a model's range.
 *
 * @param channels how many they have
 * @param where what error messages begin with
 * @throws StriateError for invalid numbers.
 */
export function numbersNormalizer(preprocessing: Preprocessing, channels: number, where: string): Normalizer {
  expectPreprocessing(where, preprocessing);
  return new Normalizer({ scale: 1, ...normalizationOf(preprocessing) }, channels);
}

const isSide = (n: unknown): n is number => isWhole(n, 1, 4096);

/** What preprocessing means for pixels. */
export interface ResolvedPreprocessing {
  /** How a picture is brought to size. */
  readonly geometry: PictureGeometry;
  /** How its bytes become numbers. */
  readonly normalization: PictureNormalization;
}

/**
 * What preprocessing means for pixels: its fields are interpreted here only, wherever pictures are read.
 *
 * @param where what error messages begin with
 * @throws StriateError for invalid sizes, channels or numbers.
 */
export function resolvePreprocessing(preprocessing: Preprocessing, where = 'preprocessing'): ResolvedPreprocessing {
  expectPreprocessing(where, preprocessing);
  const { size, resize, fit = 'crop', channels, interpolation = 'bilinear' } = preprocessing;
  const { invert = 'never', colorProfile = 'ignore' } = preprocessing;
  const [height, width] = (size as Preprocessing['size'] | undefined) ?? [];
  if (!isSide(height) || !isSide(width)) {
    throw new StriateError({
      where,
      rule: 'size must be [height, width], whole numbers from 1 to 4096',
      received: shown(size),
    });
  }
  const shorter = Math.min(height, width);
  // A picture is never resized below the size of its crop.
  const margin = Math.max(1, (resize ?? shorter) / shorter);
  if (!(margin >= 1)) throw new StriateError({ where, rule: 'resize must be a number', received: resize });
  const normalization = normalizationOf(preprocessing);
  const count = channels === 'grey' ? 1 : 3;
  // A wrong number of means or deviations is an error now, not at the first batch.
  new Normalizer(normalization, count);
  const geometry: PictureGeometry = {
    height,
    width,
    channels: count,
    fit,
    margin,
    interpolation,
    ...(invert === 'auto' && { invert }),
    ...(colorProfile === 'convert' && { colorProfile }),
  };
  return { geometry, normalization };
}

/** Whether numbers from 0 to 1, RGB or grey, stay unchanged. */
export function keepsNumbers({ mean = [], std = [], channels }: Preprocessing): boolean {
  return channels !== 'BGR' && mean.every((value) => value === 0) && std.every((value) => value === 1);
}

/**
 * Preprocessing for a model's input, checked and with every default filled in: by default a centre crop with values from 0
 * to 1. Preprocessing for another size is scaled to the model's, so that the same share of a picture is cropped.
 *
 * @param inputShape [H, W, C] of the model's pictures
 * @param where what error messages begin with
 * @throws StriateError for unknown fields, invalid values, or another number of channels than the model's.
 *
 * @example
 * completePreprocessing({ mean: [0.5], std: [0.5] }, [224, 224, 3]); // { size: [224, 224], resize: 224, fit: 'crop', … }
 */
export function completePreprocessing(
  preprocessing: Partial<Preprocessing>,
  inputShape: readonly number[],
  where = 'preprocessing',
): CompletePreprocessing {
  const fail = (rule: string, received: unknown): never => {
    throw new StriateError({ where, rule, received: JSON.stringify(received) });
  };
  expectOptions<Partial<Preprocessing>>({ where, kinds }, preprocessing);
  // What is in the lists may come from a file.
  const stated = preprocessing as Readonly<Record<keyof Preprocessing, unknown>>;
  const count = inputShape[2];
  const oneOf = <K extends keyof typeof choices>(key: K, usual: (typeof choices)[K][number]) => {
    const allowed: readonly (typeof choices)[K][number][] = choices[key];
    const value = stated[key] ?? usual;
    return allowed.find((one) => one === value) ?? fail(`${key} must be ${allowed.join(', ')}`, value);
  };
  const perChannel = (key: 'mean' | 'std', usual: number): readonly number[] => {
    const value = stated[key] ?? [usual];
    const numbers: unknown[] = Array.isArray(value) ? value : [value];
    const rule = `${key} must be a number for each of ${count} channels${key === 'std' ? ', none of them 0' : ''}`;
    if (![1, count].includes(numbers.length)) return fail(rule, value);
    const sound = numbers.filter(
      (n): n is number => typeof n === 'number' && Number.isFinite(n) && (key === 'mean' || n !== 0),
    );
    if (sound.length !== numbers.length) return fail(rule, value);
    return sound.length === count ? sound : Array<number>(count).fill(sound[0]);
  };
  const size = (stated.size ?? inputShape.slice(0, 2)) as unknown[];
  if (!Array.isArray(size) || size.length !== 2 || !size.every(isSide)) {
    return fail('size must be [height, width], whole numbers from 1 to 4096', stated.size);
  }
  const resize = stated.resize ?? Math.min(...size);
  if (!(typeof resize === 'number' && resize >= 1 && resize <= 16_384)) {
    return fail('resize must be a number from 1 to 16384', resize);
  }
  const channels = oneOf('channels', count === 1 ? 'grey' : 'RGB');
  if ((channels === 'grey' ? 1 : 3) !== count) {
    fail(`channels must suit the model, which takes pictures of ${count} channels`, channels);
  }
  const complete: CompletePreprocessing = {
    size: [size[0], size[1]],
    resize,
    fit: oneOf('fit', 'crop'),
    mean: perChannel('mean', 0),
    std: perChannel('std', 1),
    channels,
    interpolation: oneOf('interpolation', 'bilinear'),
    ...(oneOf('invert', 'never') === 'auto' && { invert: 'auto' }),
    ...(oneOf('colorProfile', 'ignore') === 'convert' && { colorProfile: 'convert' }),
  };
  return atSize(complete, inputShape);
}

/** The same preprocessing for pictures of another size: the same share is cut off. */
export function atSize<P extends Preprocessing>(preprocessing: P, [height, width]: readonly number[]): P {
  const { size, resize } = preprocessing;
  if (size[0] === height && size[1] === width) return preprocessing;
  const share = resize === undefined ? undefined : resize / Math.min(...size);
  return { ...preprocessing, size: [height, width], resize: share && share * Math.min(height, width) };
}

/**
 * Preprocessing written as JSON, `{"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "resize": 256}`, in a file or in a
 * model's metadata; completed by `completePreprocessing`.
 *
 * @param where what error messages begin with
 * @param inputShape [H, W, C] of the model's pictures
 * @throws StriateError when the text is not such JSON, or does not suit the model's pictures.
 *
 * @example
 * parsePreprocessing('{"mean": [0.5], "std": [0.5], "fit": "stretch"}', 'mine.json', [224, 224, 3]);
 */
export function parsePreprocessing(text: string, where: string, inputShape: readonly number[]): CompletePreprocessing {
  return completePreprocessing(parsed(text, where), inputShape, where);
}

/** The size that preprocessing written as JSON has; undefined where it leaves it to the model. */
export function sizeInJson(text: string): readonly [number, number] | undefined {
  const { size } = parsed(text, 'preprocessing') as Readonly<Record<string, unknown>>;
  return Array.isArray(size) && size.length === 2 ? [Number(size[0]), Number(size[1])] : undefined;
}

/** A JSON object, whatever is in it. */
function parsed(text: string, where: string): Partial<Preprocessing> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // Files of other programs have one number for all channels, too.
    const listed = Object.entries(value).map(([key, one]: [string, unknown]) => [
      key,
      typeof one === 'number' && (key === 'mean' || key === 'std') ? [one] : one,
    ]);
    return Object.fromEntries(listed) as Partial<Preprocessing>;
  }
  throw new StriateError({
    where,
    rule: 'preprocessing must be a JSON object such as {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}',
    received: `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`,
  });
}

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
  expectPreprocessing(file, usual);
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
