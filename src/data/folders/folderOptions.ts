import type { OptionKinds } from '../../tensor/acceptedOptions.js';
import { StriateError } from '../../tensor/index.js';
import type { PictureNormalization } from '../../pictures/normalization.js';
import { pictureLimits } from '../../pictures/pictureHeader.js';
import type { PictureTransform } from '../../pictures/pictureTransform.js';
import {
  atSize,
  expectPreprocessing,
  resolvePreprocessing,
  type Preprocessing,
  type ResolvedPreprocessing,
} from '../../pictures/preprocessing.js';

/** Where decoded pictures are cached. */
export type PictureCacheKind = 'disk' | 'memory' | 'none';

/** The default budgets. */
const usualBytes: Readonly<Record<PictureCacheKind, number>> = { disk: 4e9, memory: 48e6, none: 0 };

/** Options of folders of pictures, in Node and in the browser. */
export interface PictureFolderOptions extends Partial<Omit<Preprocessing, 'channels'>> {
  /** How pictures become examples, such as `zoo.describe(name).preprocessing`; other options given take precedence. */
  readonly preprocessing?: Preprocessing;
  /** [H, W, C] of an example; or give `size`, or `preprocessing`. */
  readonly inputShape?: readonly number[];
  /** 3 (RGB, the default) or 1 (grey). */
  readonly channels?: 1 | 3;
  /**
   * The augmentation of training pictures, different in every epoch. A function receives the normalization, so that the
   * model sees the same range in training as afterwards.
   */
  readonly augment?: PictureTransform | ((normalization: PictureNormalization) => PictureTransform);
  /**
   * Whether folders called `train`, `val` or `test` are parts, with the classes in them, or classes themselves; by default as
   * the folders beside and in them tell, and an error where they do not.
   */
  readonly parts?: boolean;
  /** The share of each class that is held out for validation, if the folder has no parts of its own; 0.2 by default. */
  readonly validationSplit?: number;
  /** The share of each class that is held out for testing, if the folder has no parts of its own; 0 by default. */
  readonly testSplit?: number;
  /** Determines which files are held out; 0 by default. */
  readonly seed?: number;
  /** Whether a broken file is an error instead of being skipped; false by default. */
  readonly strict?: boolean;
  /**
   * Where decoded, resized pictures are cached for the next epochs: 'disk' (the default in Node; browsers do not
   * have it) is a temporary file, which disappears when the process ends, however it ends; 'memory' (the default in
   * browsers); 'none' decodes every picture in every epoch. The result is the same.
   */
  readonly cache?: PictureCacheKind;
  /**
   * The cache size for all parts of the folder together: by default 4 GB on disk, and never more than half of the free
   * space; 48 MB in memory.
   */
  readonly cacheBytes?: number;
  /** Pictures of more pixels are skipped unread: 64 million by default, more than cameras' 8,000 × 8,000. */
  readonly maxPixels?: number;
  /** Files of more bytes are skipped unread: 128 MB by default. */
  readonly maxBytes?: number;
}

/** The kinds of these options. */
export const pictureFolderOptionKinds = {
  size: 'list',
  resize: 'number',
  fit: 'string',
  mean: 'list',
  std: 'list',
  interpolation: 'string',
  invert: 'string',
  colorProfile: 'string',
  preprocessing: 'object',
  inputShape: 'list',
  channels: 'number',
  augment: 'function or object',
  parts: 'boolean',
  validationSplit: 'number',
  testSplit: 'number',
  seed: 'number',
  strict: 'boolean',
  cache: 'string',
  cacheBytes: 'number',
  maxPixels: 'number',
  maxBytes: 'number',
} as const satisfies OptionKinds<PictureFolderOptions>;

/** Options with every default filled in. */
export interface ResolvedFolderOptions extends ResolvedPreprocessing {
  readonly preprocessing: Preprocessing;
  readonly augment: PictureTransform | undefined;
  readonly validationSplit: number;
  readonly testSplit: number;
  readonly seed: number;
  readonly strict: boolean;
  readonly cache: PictureCacheKind;
  /** 0 if nothing is cached. */
  readonly cacheBytes: number;
  readonly maxPixels: number;
  readonly maxBytes: number;
}

/**
 * Fills in defaults and checks options.
 *
 * @param where what error messages begin with
 * @param caches where decoded pictures can be cached, the default first
 * @throws StriateError for invalid sizes, channels or numbers.
 */
export function resolveFolderOptions(
  where: string,
  options: PictureFolderOptions,
  caches: readonly PictureCacheKind[] = ['memory', 'none'],
): ResolvedFolderOptions {
  const preprocessing = preprocessingOf(where, options);
  const { geometry, normalization } = resolvePreprocessing(preprocessing, where);
  const { cache = caches[0], augment } = options;
  if (!caches.includes(cache)) {
    throw new StriateError({ where, rule: `cache must be ${caches.join(', ')}`, received: `'${cache}'` });
  }
  const cacheBytes = options.cacheBytes ?? usualBytes[cache];
  const { maxPixels = pictureLimits.maxPixels, maxBytes = pictureLimits.maxBytes } = options;
  const numbers = { maxPixels, maxBytes, cacheBytes };
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value >= 0))
      throw new StriateError({ where, rule: `${name} must be a number of at least 0`, received: value });
  }
  return {
    preprocessing,
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

/** Preprocessing, overridden by the other options. */
function preprocessingOf(where: string, options: PictureFolderOptions): Preprocessing {
  const { preprocessing, inputShape, resize } = options;
  if (preprocessing) expectPreprocessing(`${where}, preprocessing`, preprocessing);
  const size = options.size ?? (inputShape ? ([inputShape[0], inputShape[1]] as const) : preprocessing?.size);
  if (!size) {
    throw new StriateError({
      where,
      rule: 'needs the size of an example: size: [height, width], inputShape, or preprocessing of a zoo model',
    });
  }
  if (resize !== undefined && !(resize >= Math.min(...size))) {
    throw new StriateError({
      where,
      rule: 'resize, the shorter side before cutting, must not be below the size itself',
      received: resize,
    });
  }
  const stated = preprocessing && atSize(preprocessing, size);
  return {
    size,
    resize: resize ?? stated?.resize,
    fit: options.fit ?? stated?.fit,
    mean: options.mean ?? stated?.mean,
    std: options.std ?? stated?.std,
    channels: channelsOf(where, options.channels ?? inputShape?.[2], stated?.channels),
    interpolation: options.interpolation ?? stated?.interpolation,
    invert: options.invert ?? stated?.invert,
    colorProfile: options.colorProfile ?? stated?.colorProfile,
  };
}

/** The channel order for a number of channels; the stated one if the number is not given. */
function channelsOf(
  where: string,
  count: number | undefined,
  stated: Preprocessing['channels'],
): Preprocessing['channels'] {
  if (count === undefined) return stated;
  if (count === 1) return 'grey';
  if (count === 3) return stated === 'BGR' ? 'BGR' : 'RGB';
  throw new StriateError({ where, rule: 'channels must be 3 (RGB) or 1 (grey)', received: count });
}
