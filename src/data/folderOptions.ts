import { StriateError } from '../tensor/index.js';
import { checkGeometry, type PictureGeometry } from '../pictures/pictureGeometry.js';
import { channelScale } from '../pictures/normalization.js';
import { pictureLimits } from '../pictures/pictureLimits.js';
import type { Normalization, PictureTransform } from '../pictures/pictureTransform.js';

/** How a model wants its pictures; the zoo's `preprocessing` objects are of this form. */
export interface ModelPreprocessing {
  /** Rows and columns that go in. */
  readonly size: readonly [height: number, width: number];
  /** The length of the shorter side before the middle is cut out. */
  readonly resize?: number;
  readonly fit?: 'crop' | 'stretch' | 'contain';
  /** Of values from 0 to 1. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly channels?: 'RGB' | 'BGR' | 'grey';
  readonly interpolation?: 'nearest' | 'bilinear' | 'bicubic';
}

/** Where decoded pictures are kept. */
export type PictureCacheKind = 'disk' | 'memory' | 'none';

/** What is kept where nothing is said. */
const usualBytes: Readonly<Record<PictureCacheKind, number>> = { disk: 4e9, memory: 48e6, none: 0 };

/** Options of folders of pictures, in Node and in the browser. */
export interface PictureFolderOptions {
  /** [height, width] of an example; or give `inputShape`, or `preprocessing`. */
  readonly size?: readonly [height: number, width: number];
  /** [H, W, C] of an example. */
  readonly inputShape?: readonly number[];
  /** 3 (RGB, the default) or 1 (grey). */
  readonly channels?: 1 | 3;
  /**
   * 'crop' (the default) keeps proportions and cuts the middle out, 'stretch' does not keep them, 'contain' shows all of a
   * picture on black ground.
   */
  readonly fit?: 'crop' | 'stretch' | 'contain';
  /** With 'crop', the length of the shorter side before the middle is cut out; that of the size by default. */
  readonly resize?: number;
  /** 'bilinear' by default, averaging where pictures become smaller. */
  readonly interpolation?: 'nearest' | 'bilinear' | 'bicubic';
  /** Subtracted from each channel, of values from 0 to 1. */
  readonly mean?: readonly number[];
  /** Each channel is divided by this afterwards. */
  readonly std?: readonly number[];
  /** All of this at once, as `zoo.describe(name).preprocessing` says it; what is given beside it comes first. */
  readonly preprocessing?: ModelPreprocessing;
  /**
   * What training changes about pictures, anew every epoch. A function is told how numbers must come out, so that the
   * model sees the same range in training as afterwards.
   */
  readonly augment?: PictureTransform | ((normalization: Normalization) => PictureTransform);
  /** The share of each class that is kept for validation, where the folder has no parts of its own; 0.2 by default. */
  readonly validationSplit?: number;
  /** The share of each class that is kept for testing, where the folder has no parts of its own; 0 by default. */
  readonly testSplit?: number;
  /** Which files are kept follows from it; 0 by default. */
  readonly seed?: number;
  /** Whether a broken file is an error instead of being skipped; false by default. */
  readonly strict?: boolean;
  /**
   * Where decoded pictures, at their small size, are kept for the next epochs: 'disk' (the default in Node; browsers do not
   * have it) is a temporary file, of which nothing is left when the process ends, however it ends; 'memory' (the default in
   * browsers); 'none' decodes every picture in every epoch. What comes out is the same.
   */
  readonly cache?: PictureCacheKind;
  /**
   * How much is kept of all parts of the folder together: by default 4 GB on disk, and never more than half of what is free
   * there; 48 MB in memory.
   */
  readonly cacheBytes?: number;
  /** Pictures of more pixels are skipped unread: 64 million by default, more than cameras' 8,000 × 8,000. */
  readonly maxPixels?: number;
  /** Files of more bytes are skipped unread: 128 MB by default. */
  readonly maxBytes?: number;
}

/** Options with everything filled in. */
export interface ResolvedFolderOptions {
  readonly geometry: PictureGeometry;
  readonly normalization: Normalization;
  readonly augment: PictureTransform | undefined;
  readonly validationSplit: number;
  readonly testSplit: number;
  readonly seed: number;
  readonly strict: boolean;
  readonly cache: PictureCacheKind;
  /** 0 where nothing is kept. */
  readonly cacheBytes: number;
  readonly maxPixels: number;
  readonly maxBytes: number;
}

/**
 * Fills options in and checks them.
 *
 * @param where what error messages begin with
 * @param caches where decoded pictures can be kept, the usual place first
 * @throws StriateError for sizes, channels or numbers that cannot be.
 */
export function resolveFolderOptions(
  where: string,
  options: PictureFolderOptions,
  caches: readonly PictureCacheKind[] = ['memory', 'none'],
): ResolvedFolderOptions {
  const { preprocessing, inputShape } = options;
  const size = options.size ?? (inputShape ? ([inputShape[0], inputShape[1]] as const) : preprocessing?.size);
  if (!size) {
    throw new StriateError({
      where,
      rule: 'needs the size of an example: size: [height, width], inputShape, or preprocessing of a zoo model',
    });
  }
  const [height, width] = size;
  const grey = preprocessing?.channels === 'grey' ? 1 : 3;
  const channels = (options.channels ?? inputShape?.[2] ?? grey) as 1 | 3;
  const fit = options.fit ?? preprocessing?.fit ?? 'crop';
  const interpolation = options.interpolation ?? preprocessing?.interpolation ?? 'bilinear';
  const geometry: PictureGeometry = { height, width, channels, fit, margin: marginOf(options, size), interpolation };
  checkGeometry(where, geometry);
  expectOneOf(where, 'fit', fit, ['crop', 'stretch', 'contain']);
  expectOneOf(where, 'interpolation', interpolation, ['nearest', 'bilinear', 'bicubic']);
  const mean = options.mean ?? preprocessing?.mean;
  const std = options.std ?? preprocessing?.std;
  const normalization: Normalization = {
    ...(mean && { mean }),
    ...(std && { std }),
    ...(preprocessing?.channels === 'BGR' && { order: 'BGR' as const }),
  };
  // Means and deviations for another number of channels are an error now, not at the first batch.
  channelScale(normalization, channels);
  const { cache = caches[0], augment } = options;
  expectOneOf(where, 'cache', cache, caches);
  const cacheBytes = options.cacheBytes ?? usualBytes[cache];
  const { maxPixels = pictureLimits.maxPixels, maxBytes = pictureLimits.maxBytes } = options;
  const numbers = { maxPixels, maxBytes, cacheBytes };
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value >= 0))
      throw new StriateError({ where, rule: `${name} must be a number of at least 0`, received: value });
  }
  return {
    geometry,
    normalization,
    ...numbers,
    augment: typeof augment === 'function' ? augment(normalization) : augment,
    validationSplit: options.validationSplit ?? 0.2,
    testSplit: options.testSplit ?? 0,
    seed: options.seed ?? 0,
    strict: options.strict ?? false,
    cache,
    cacheBytes: cache === 'none' ? 0 : cacheBytes,
  };
}

/** How much larger than the size pictures are made before they are cut. */
function marginOf(options: PictureFolderOptions, size: readonly [number, number]): number {
  if (options.resize !== undefined) return options.resize / Math.min(...size);
  const { preprocessing } = options;
  if (preprocessing?.resize === undefined) return 1;
  // The same share is cut off where the model is made for another size.
  return Math.max(1, preprocessing.resize / Math.min(...preprocessing.size));
}

function expectOneOf(where: string, name: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new StriateError({ where, rule: `${name} must be ${allowed.join(', ')}`, received: `'${value}'` });
}
