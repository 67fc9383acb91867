import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber, expectSeed, shown } from '../tensor/check.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import { layerOptionKinds } from './layer.js';
import { labelOf, layerOptions } from './options.js';
import type { RandomOptions } from './randomInTraining.js';
import { factorOption, RandomPictures, type Draws, type FactorOption } from './randomPictures.js';

/** Options of layers that change the numbers of pictures. */
export interface RandomColourOptions extends RandomOptions {
  /** How much at most. */
  readonly factor: FactorOption;
  /** [least, most] number of a picture: [0, 255] by default as in Keras, [0, 1] for pictures from 0 to 1. */
  readonly valueRange?: readonly [number, number];
}

/** Options of `RandomBrightness`: the factor is a share of the range of values, from −1 to 1. */
export type RandomBrightnessOptions = RandomColourOptions;

/** Options of `RandomContrast`: with [least, most], contrasts lie from 1 − least to 1 + most; a number f stands for [0, f]. */
export type RandomContrastOptions = RandomColourOptions;

/** Options of `RandomColorDegeneration`: a number f stands for [0, f]. */
export type RandomColorDegenerationOptions = RandomColourOptions;

/** Options of `RandomSharpness`: a number f stands for [0, f]. */
export type RandomSharpnessOptions = RandomColourOptions;

/** Options of `RandomInvert`: with [least, most], each picture's likelihood lies between; a number f stands for [0, f]; 1 by default. */
export type RandomInvertOptions = Partial<RandomColourOptions>;

/** Options of `RandomGrayscale`. */
export interface RandomGrayscaleOptions extends RandomOptions {
  /** The share of pictures that become grey; 0.5 by default. */
  readonly factor?: number;
}

export const colourKinds = {
  ...layerOptionKinds,
  factor: 'number or list',
  valueRange: 'list',
  seed: 'number',
} as const;

/** [least, most] of valueRange. */
export function rangeOption(label: string, value: readonly [number, number] = [0, 255]): readonly [number, number] {
  if (value.length === 2 && value.every((end) => Number.isFinite(end)) && value[0] < value[1]) {
    return [value[0], value[1]];
  }
  throw new StriateError({
    where: label,
    rule: 'valueRange must be two numbers [least, most]',
    received: shown(value),
  });
}

/** A number for each picture beside pictures. */
export function besidePictures(numbers: Node): Node {
  return ops.reshape(numbers, { shape: [numbers.type.shape[0], 1, 1, 1] });
}

/** A layer whose factor lies within bounds, and whose pictures' numbers lie in a range. */
abstract class RandomColours extends RandomPictures {
  readonly factor: readonly [number, number];
  readonly valueRange: readonly [number, number];
  readonly seed: number | undefined;

  constructor(options: Partial<RandomColourOptions>, factor: FactorOption, within: readonly [number, number]) {
    super(options);
    this.factor = factorOption(labelOf(this), 'factor', factor, within);
    this.valueRange = rangeOption(labelOf(this), options.valueRange);
    this.seed = expectSeed(labelOf(this), options.seed);
  }

  protected override settings(): Readonly<Record<string, unknown>> {
    return { factor: this.factor, valueRange: this.valueRange };
  }

  /** Pictures on their way to others, by a share for each, within the range of values. */
  protected between(x: Node, other: Node, share: Node): Node {
    const [min, max] = this.valueRange;
    return ops.clip(ops.add(x, ops.mul(besidePictures(share), ops.sub(other, x))), { min, max });
  }
}

/**
 * Makes each picture brighter or darker by an amount of its own in training (Keras's RandomBrightness): x: [N, H, W, C] → the
 * same shape, cut off at the ends of valueRange.
 *
 * @throws StriateError when the factor is not from −1 to 1.
 */
export class RandomBrightness extends RandomColours {
  static override readonly acceptedOptions: AcceptedOptions<RandomBrightnessOptions> = {
    where: 'randomBrightness',
    first: ['factor'],
    kinds: colourKinds,
  };
  readonly className = 'RandomBrightness';

  constructor(options: RandomBrightnessOptions) {
    super(options, options.factor, [-1, 1]);
  }

  protected override change(x: Node, draws: Draws): Node {
    const [min, max] = this.valueRange;
    const [least, most] = this.factor;
    const amounts = draws.uniform(least * (max - min), most * (max - min));
    return ops.clip(ops.add(x, besidePictures(amounts)), { min, max });
  }
}

/**
 * Spreads or draws together the numbers of each picture around its channels' means in training (Keras's RandomContrast):
 * x: [N, H, W, C] → the same shape, cut off at the ends of valueRange.
 *
 * @throws StriateError when the factor is not from 0 to 1.
 */
export class RandomContrast extends RandomColours {
  static override readonly acceptedOptions: AcceptedOptions<RandomContrastOptions> = {
    where: 'randomContrast',
    first: ['factor'],
    kinds: colourKinds,
  };
  readonly className = 'RandomContrast';

  constructor(options: RandomContrastOptions) {
    super(options, options.factor, [0, 1]);
  }

  protected override change(x: Node, draws: Draws): Node {
    const [min, max] = this.valueRange;
    const contrasts = draws.uniform(1 - this.factor[0], 1 + this.factor[1]);
    const means = ops.reduceMean(x, { axes: [1, 2], keepDims: true });
    const spread = ops.mul(ops.sub(x, means), besidePictures(contrasts));
    return ops.clip(ops.add(spread, means), { min, max });
  }
}

/**
 * Makes negatives of some pictures in training (Keras's RandomInvert): x: [N, H, W, C] → the same shape.
 *
 * @throws StriateError when the factor is not from 0 to 1.
 */
export class RandomInvert extends RandomColours {
  static override readonly acceptedOptions: AcceptedOptions<RandomInvertOptions> = {
    where: 'randomInvert',
    first: ['factor'],
    kinds: colourKinds,
  };
  readonly className = 'RandomInvert';

  constructor(options: RandomInvertOptions = {}) {
    super(options, options.factor ?? 1, [0, 1]);
  }

  protected override change(x: Node, draws: Draws): Node {
    const [least, most] = this.factor;
    // Each picture's likelihood is drawn between the factor's ends: what counts is its mean.
    const chosen = besidePictures(draws.chosen((least + most) / 2));
    const change = ops.affine(x, { scale: -2, offset: this.valueRange[1] });
    return ops.add(x, ops.mul(chosen, change));
  }
}

/** The shares of red, green and blue in grey, as TensorFlow and Keras have them. */
const greyShares = [0.2989, 0.587, 0.114];

function grey(x: Node, draws: Draws): Node {
  return ops.reduceSum(ops.mul(x, draws.values(greyShares)), { axes: [3], keepDims: true });
}

function expectColours(label: string, shape: Shape): Shape {
  if (shape[2] === 3) return shape;
  throw new StriateError({
    where: label,
    rule: 'needs pictures of three channels, red, green and blue',
    received: formatShape(shape),
  });
}

/**
 * Makes some pictures grey in training (Keras's RandomGrayscale): x: [N, H, W, 3] → the same shape.
 *
 * @throws StriateError when the factor is not from 0 to 1, or pictures have no three channels.
 */
export class RandomGrayscale extends RandomPictures {
  static override readonly acceptedOptions: AcceptedOptions<RandomGrayscaleOptions> = {
    where: 'randomGrayscale',
    first: ['factor'],
    kinds: { ...layerOptionKinds, factor: 'number', seed: 'number' },
  };
  readonly className = 'RandomGrayscale';
  readonly factor: number;
  readonly seed: number | undefined;

  constructor(options: RandomGrayscaleOptions = {}) {
    super(options);
    this.factor = expectNumber(labelOf(this), 'factor', options.factor ?? 0.5, { least: 0, most: 1 });
    this.seed = expectSeed(labelOf(this), options.seed);
  }

  override outputShape(inputShapes: readonly Shape[]): Shape {
    return expectColours(labelOf(this), super.outputShape(inputShapes));
  }

  protected override settings(): Readonly<Record<string, unknown>> {
    return { factor: this.factor };
  }

  protected override change(x: Node, draws: Draws): Node {
    return ops.add(x, ops.mul(besidePictures(draws.chosen(this.factor)), ops.sub(grey(x, draws), x)));
  }
}

/**
 * Takes colour from each picture by a factor of its own in training, 1 for all of it (Keras's RandomColorDegeneration):
 * x: [N, H, W, 3] → the same shape, cut off at the ends of valueRange.
 *
 * @throws StriateError when the factor is not from 0 to 1, or pictures have no three channels.
 */
export class RandomColorDegeneration extends RandomColours {
  static override readonly acceptedOptions: AcceptedOptions<RandomColorDegenerationOptions> = {
    where: 'randomColorDegeneration',
    first: ['factor'],
    kinds: colourKinds,
  };
  readonly className = 'RandomColorDegeneration';

  constructor(options: RandomColorDegenerationOptions) {
    super(options, options.factor, [0, 1]);
  }

  override outputShape(inputShapes: readonly Shape[]): Shape {
    return expectColours(labelOf(this), super.outputShape(inputShapes));
  }

  protected override change(x: Node, draws: Draws): Node {
    return this.between(x, grey(x, draws), draws.uniform(...this.factor));
  }
}

/** The smoothing that sharpness is measured by, as Pillow has it: a pixel counts five times beside its eight neighbours. */
const smoothing = [1, 1, 1, 1, 5, 1, 1, 1, 1].map((weight) => weight / 13);

/**
 * Smooths or sharpens each picture by a factor of its own in training (Keras's RandomSharpness): 0 for smoothed, 0.5 for as it
 * is, 1 for sharper by as much; x: [N, H, W, C] → the same shape, cut off at the ends of valueRange.
 *
 * @throws StriateError when the factor is not from 0 to 1.
 */
export class RandomSharpness extends RandomColours {
  static override readonly acceptedOptions: AcceptedOptions<RandomSharpnessOptions> = {
    where: 'randomSharpness',
    first: ['factor'],
    kinds: colourKinds,
  };
  readonly className = 'RandomSharpness';

  constructor(options: RandomSharpnessOptions) {
    super(options, options.factor, [0, 1]);
  }

  protected override change(x: Node, draws: Draws): Node {
    const groups = x.type.shape[3];
    const weights = draws.values(smoothing.flatMap((weight) => new Array<number>(groups).fill(weight)));
    const kernel = ops.reshape(weights, { shape: [3, 3, 1, groups] });
    const smooth = ops.conv2d(x, kernel, { strides: [1, 1], padding: 'same', dilation: [1, 1], groups });
    const share = ops.affine(draws.uniform(...this.factor), { scale: -2, offset: 1 });
    return this.between(x, smooth, share);
  }
}

/** With its first options by position. */
export function randomBrightness(
  factor: FactorOption,
  options?: Omit<RandomBrightnessOptions, 'factor'>,
): RandomBrightness;
/**
 * Pictures made brighter or darker at random in training.
 *
 * @example
 * layers.randomBrightness({ factor: 0.2, valueRange: [0, 1] });
 */
export function randomBrightness(options: RandomBrightnessOptions): RandomBrightness;
export function randomBrightness(...given: readonly unknown[]): RandomBrightness {
  return new RandomBrightness(layerOptions(RandomBrightness.acceptedOptions, given));
}

/** With its first options by position. */
export function randomContrast(factor: FactorOption, options?: Omit<RandomContrastOptions, 'factor'>): RandomContrast;
/**
 * Pictures of more or less contrast, at random in training.
 *
 * @example
 * layers.randomContrast({ factor: [0.2, 0.2], valueRange: [0, 1] }); // from 0.8 to 1.2
 */
export function randomContrast(options: RandomContrastOptions): RandomContrast;
export function randomContrast(...given: readonly unknown[]): RandomContrast {
  return new RandomContrast(layerOptions(RandomContrast.acceptedOptions, given));
}

/** With its first options by position. */
export function randomInvert(factor: FactorOption, options?: Omit<RandomInvertOptions, 'factor'>): RandomInvert;
/**
 * Negatives of some pictures, at random in training.
 *
 * @example
 * layers.randomInvert({ factor: [0.1, 0.1], valueRange: [0, 1] }); // of a tenth
 */
export function randomInvert(options?: RandomInvertOptions): RandomInvert;
export function randomInvert(...given: readonly unknown[]): RandomInvert {
  return new RandomInvert(layerOptions(RandomInvert.acceptedOptions, given));
}

/** With its first options by position. */
export function randomGrayscale(factor: number, options?: Omit<RandomGrayscaleOptions, 'factor'>): RandomGrayscale;
/**
 * Some pictures grey, at random in training.
 *
 * @example
 * layers.randomGrayscale({ factor: 0.1 });
 */
export function randomGrayscale(options?: RandomGrayscaleOptions): RandomGrayscale;
export function randomGrayscale(...given: readonly unknown[]): RandomGrayscale {
  return new RandomGrayscale(layerOptions(RandomGrayscale.acceptedOptions, given));
}

/** With its first options by position. */
export function randomColorDegeneration(
  factor: FactorOption,
  options?: Omit<RandomColorDegenerationOptions, 'factor'>,
): RandomColorDegeneration;
/**
 * Pictures of less colour, at random in training.
 *
 * @example
 * layers.randomColorDegeneration({ factor: 0.5, valueRange: [0, 1] });
 */
export function randomColorDegeneration(options: RandomColorDegenerationOptions): RandomColorDegeneration;
export function randomColorDegeneration(...given: readonly unknown[]): RandomColorDegeneration {
  return new RandomColorDegeneration(layerOptions(RandomColorDegeneration.acceptedOptions, given));
}

/** With its first options by position. */
export function randomSharpness(
  factor: FactorOption,
  options?: Omit<RandomSharpnessOptions, 'factor'>,
): RandomSharpness;
/**
 * Pictures smoothed or sharpened, at random in training.
 *
 * @example
 * layers.randomSharpness({ factor: [0.3, 0.7], valueRange: [0, 1] });
 */
export function randomSharpness(options: RandomSharpnessOptions): RandomSharpness;
export function randomSharpness(...given: readonly unknown[]): RandomSharpness {
  return new RandomSharpness(layerOptions(RandomSharpness.acceptedOptions, given));
}
