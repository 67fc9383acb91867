import { expectOptions, type AcceptedOptions, type OptionKinds } from '../../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../../tensor/check.js';
import { formatShape, Random, StriateError, Tensor } from '../../tensor/index.js';
import type { DataSet, PictureArrays } from '../dataSet.js';
import { PictureSet } from '../pictureSet.js';
import type { PictureNormalization } from '../../pictures/normalization.js';
import { AugmentedSet } from './augmentedSet.js';
import { AugmentTransform } from './augmentTransform.js';
import type { AugmentationOptions, StandardizeOptions } from './augmentationOptions.js';
import { flag, number, type Check } from './optionChecks.js';
import { PictureFlow } from './pictureFlow.js';
import { channelStatistics } from './pictureStatistics.js';
import { checkOptions } from './steps.js';

/** Options of `imageDataGenerator`: Keras's, and torchvision's crops, colour jitter, RandAugment and erasing. */
export interface ImageDataGeneratorOptions extends AugmentationOptions, Omit<StandardizeOptions, 'normalization'> {
  /** What bytes, 0–255, are multiplied by; 1/255 gives 0–1. Without it, values are not scaled. */
  readonly rescale?: number;
  /** Whether each channel's mean, computed by `fit`, is subtracted. */
  readonly featurewiseCenter?: boolean;
  /** Whether each channel is divided by its standard deviation, computed by `fit`. */
  readonly featurewiseStdNormalization?: boolean;
  /** The share of the examples, from the beginning, that is the subset 'validation' of `flow`; 0 by default. */
  readonly validationSplit?: number;
}

/** Options of `flow`. */
export interface FlowOptions {
  /** 32 by default; also used by `fit`. */
  readonly batchSize?: number;
  /** The seed of loops over batches; `fit` has its own. 0 by default. */
  readonly seed?: number;
  /** Whether loops over batches come in a new order every epoch; true by default. */
  readonly shuffle?: boolean;
  /** With `validationSplit`, which part. */
  readonly subset?: 'training' | 'validation';
}

/** Options of `fit`. */
export interface StatisticsOptions {
  /** Whether pictures are augmented first; false by default. */
  readonly augment?: boolean;
  /** With `augment`, the number of passes over the pictures; 1 by default. */
  readonly rounds?: number;
  /** 0 by default. */
  readonly seed?: number;
}

/** Pictures: a data set, or arrays with or without labels. */
export type GeneratorData = DataSet | PictureArrays;

const generatorChecks = {
  rescale: number(-Infinity, Infinity, 'a number'),
  featurewiseCenter: flag,
  featurewiseStdNormalization: flag,
  validationSplit: number(0, 1, 'a number from 0 and below 1'),
} as const satisfies Record<string, Check>;

/** The kinds of the options of `flow`. */
export const flowOptionKinds = {
  batchSize: 'number',
  seed: 'number',
  shuffle: 'boolean',
  subset: 'string',
} as const satisfies OptionKinds<FlowOptions>;

const flowAccepts = { where: 'flow', kinds: flowOptionKinds } as const satisfies AcceptedOptions<FlowOptions>;

const fitAccepts = {
  where: 'imageDataGenerator.fit',
  kinds: { augment: 'boolean', rounds: 'number', seed: 'number' },
} as const satisfies AcceptedOptions<StatisticsOptions>;

/** Checks the numbers and words among the options of `flow`. */
export function checkFlowOptions(where: string, { batchSize, seed, subset }: FlowOptions): void {
  if (batchSize !== undefined) expectWhole(where, 'batchSize', batchSize);
  if (seed !== undefined) expectWhole(where, 'seed', seed, -Infinity);
  if (subset !== undefined) expectOneOf(where, 'subset', subset, ['training', 'validation']);
}

/** Avoids division by 0, as in Keras. */
const epsilon = 1e-6;

/** Keras's ImageDataGenerator: augmentation and standardization of pictures. */
export class ImageDataGenerator {
  /** Each channel's mean, computed by `fit` or set by you. */
  mean: readonly number[] | undefined;
  /** Each channel's standard deviation, computed by `fit` or set by you. */
  std: readonly number[] | undefined;
  protected readonly changes: AugmentationOptions;
  private readonly options: ImageDataGeneratorOptions;

  constructor(options: ImageDataGeneratorOptions = {}) {
    if ('zcaWhitening' in options || 'zcaEpsilon' in options) {
      throw new StriateError({
        where: 'imageDataGenerator',
        rule: 'zcaWhitening is not supported: it needs a matrix of all pixels by all pixels (18 GB for 150×150×3), and batch normalization has taken its place',
        advice: 'use featurewiseCenter and featurewiseStdNormalization',
      });
    }
    checkOptions('imageDataGenerator', options, generatorChecks);
    expectNumber('imageDataGenerator', 'validationSplit', options.validationSplit ?? 0, { least: 0, below: 1 });
    this.options = options;
    const { preprocessingFunction: _f, samplewiseCenter: _c, samplewiseStdNormalization: _s, ...rest } = options;
    const {
      rescale: _r,
      featurewiseCenter: _m,
      featurewiseStdNormalization: _d,
      validationSplit: _v,
      ...changes
    } = rest;
    this.changes = changes;
  }

  /**
   * Finds each channel's mean and standard deviation over a sample, as `featurewiseCenter` and
   * `featurewiseStdNormalization` need them. They are computed from the rescaled values.
   */
  async fit(sample: GeneratorData | Tensor, options: StatisticsOptions = {}): Promise<this> {
    const { augment = false, rounds = 1, seed = 0 } = expectOptions(fitAccepts, options);
    expectWhole('imageDataGenerator.fit', 'rounds', rounds);
    const { set, own, valueRange } = opened(sample);
    const standardize = this.standardizing(own, false);
    const read = new AugmentedSet(set, {
      training: new AugmentTransform(this.changes, standardize),
      plain: new AugmentTransform({}, standardize),
      valueRange,
    });
    const { mean, std } = await channelStatistics(read, seed, augment ? rounds : undefined);
    this.mean = mean;
    this.std = std;
    return this;
  }

  /**
   * Pictures with random changes, for `fit` and for loops over batches. Bytes are taken as 0–255, as in Keras; data sets
   * have values from 0 to 1, which `rescale: 1/255` gives, too.
   *
   * @throws StriateError when statistics are needed that `fit` has not computed.
   *
   * @example
   * await model.fit(generator.flow(train, { batchSize: 20 }), { epochs: 30 });
   */
  flow(data: GeneratorData, options: FlowOptions = {}): PictureFlow {
    const { batchSize = 32, seed = 0, shuffle = true, subset } = expectOptions(flowAccepts, options);
    checkFlowOptions('flow', options);
    const { set, own, valueRange } = opened(data);
    const part = subset === undefined ? set : this.part(set, subset);
    const standardize = this.standardizing(own);
    const augmented = new AugmentedSet(part, {
      training: new AugmentTransform(this.changes, standardize),
      plain: new AugmentTransform({}, standardize),
      valueRange,
    });
    return new PictureFlow(augmented, batchSize, seed, shuffle);
  }

  /** One picture [H, W, C], values 0–255, changed at random but not standardized. */
  randomTransform(x: Tensor, seed: number): Tensor<'float32'> {
    return this.transformed(x, new AugmentTransform(this.changes, { normalization: { scale: 1 } }), seed);
  }

  /** One picture [H, W, C], values 0–255, standardized but not changed. */
  standardize(x: Tensor): Tensor<'float32'> {
    return this.transformed(x, new AugmentTransform({}, this.standardizing({ scale: 1 })), 0);
  }

  /**
   * What is done to every picture.
   *
   * @param own the normalization of bytes without `rescale`
   * @param featurewise whether means and deviations are used
   */
  protected standardizing(own: PictureNormalization, featurewise = true): StandardizeOptions {
    const { rescale, featurewiseCenter, featurewiseStdNormalization } = this.options;
    const { preprocessingFunction, samplewiseCenter, samplewiseStdNormalization } = this.options;
    const needed = { mean: featurewiseCenter, std: featurewiseStdNormalization };
    for (const name of ['mean', 'std'] as const) {
      if (featurewise && needed[name] && !this[name]) {
        throw new StriateError({
          where: 'imageDataGenerator',
          rule: `${name === 'mean' ? 'featurewiseCenter' : 'featurewiseStdNormalization'} needs the ${name} of the data`,
          advice: 'call `await generator.fit(sample)` first',
        });
      }
    }
    const normalization: PictureNormalization = {
      ...own,
      scale: rescale ?? own.scale,
      mean: featurewise && featurewiseCenter ? this.mean : undefined,
      std: featurewise && featurewiseStdNormalization ? this.std?.map((value) => value + epsilon) : undefined,
    };
    return { normalization, preprocessingFunction, samplewiseCenter, samplewiseStdNormalization };
  }

  /** The share that is held out for validation, if a subset is requested. */
  protected validationSplit(subset: string): number {
    const { validationSplit = 0 } = this.options;
    if (validationSplit > 0) return validationSplit;
    throw new StriateError({
      where: 'imageDataGenerator',
      rule: `the subset '${subset}' needs a validationSplit`,
      advice: 'give the generator one, such as 0.2',
    });
  }

  private part(set: DataSet, subset: 'training' | 'validation'): DataSet {
    const held = Math.trunc(set.size * this.validationSplit(subset));
    if (held === 0)
      throw new StriateError({
        where: 'flow',
        rule: `validationSplit leaves none of ${set.size} examples for validation`,
      });
    return subset === 'validation' ? partOf(set, 0, held) : partOf(set, held, set.size);
  }

  private transformed(x: Tensor, transform: AugmentTransform, seed: number): Tensor<'float32'> {
    if (x.shape.length !== 3) {
      throw new StriateError({
        where: 'imageDataGenerator',
        rule: 'a picture must be [height, width, channels]',
        received: formatShape(x.shape),
      });
    }
    const [height, width, channels] = x.shape;
    const out = new Float32Array(x.size);
    const data = x.data instanceof Uint8Array ? x.data : Float32Array.from(x.data);
    transform.applyTo({ data, height, width, channels }, { height, width, channels }, new Random(seed), out, 0);
    return new Tensor('float32', x.shape, out);
  }
}

/** The examples from `begin` to `end` of a set. */
function partOf(set: DataSet, begin: number, end: number): DataSet {
  const { name, inputShape, classNames } = set;
  return {
    name,
    inputShape,
    classNames,
    size: end - begin,
    ahead: set.ahead,
    fill: (indices, x, y, pass) =>
      set.fill(
        Int32Array.from(indices, (index) => begin + index),
        x,
        y,
        pass,
      ),
  };
}

interface OpenedData {
  readonly set: DataSet;
  /** What becomes of bytes where nothing else is said. */
  readonly own: PictureNormalization;
  readonly valueRange: readonly [number, number];
}

/** Data as a set, and on which scale its values are. */
function opened(data: GeneratorData | Tensor): OpenedData {
  if (!(data instanceof Tensor) && 'fill' in data) return { set: data, own: {}, valueRange: [0, 1] };
  const x = data instanceof Tensor ? data : data.x;
  const y = data instanceof Tensor ? new Tensor('int32', [x.shape[0]], new Int32Array(x.shape[0])) : data.y;
  const classes = y.data.reduce((most, label) => Math.max(most, label), 0) + 1;
  const classNames = Array.from({ length: classes }, (_, label) => String(label));
  const pictures =
    x.dtype === 'uint8' ? (x as Tensor<'uint8'>) : new Tensor('float32', x.shape, Float32Array.from(x.data));
  const set = new PictureSet({ name: 'pictures', x: pictures, y, classNames });
  return { set, own: { scale: 1 }, valueRange: x.dtype === 'uint8' ? [0, 1] : [0, 255] };
}

/**
 * Keras's ImageDataGenerator: the same options in camelCase, the same meaning. Values are 0–255 until `rescale`.
 *
 * @throws StriateError when an option is unknown or out of range.
 *
 * @example
 * const generator = imageDataGenerator({ rescale: 1 / 255, rotationRange: 40, zoomRange: 0.2, horizontalFlip: true });
 * await model.fit(generator.flow({ x, y }, { batchSize: 32 }), { epochs: 10 });
 */
export function imageDataGenerator(options: ImageDataGeneratorOptions = {}): ImageDataGenerator {
  return new ImageDataGenerator(options);
}
