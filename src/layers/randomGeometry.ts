import type { Node } from '../graph/index.js';
import { fillModes, type FillMode } from '../ops/affineTransform.js';
import * as ops from '../ops/operators.js';
import { interpolations, type Interpolation } from '../ops/upSampling2d.js';
import { expectNumber, expectOneOf, expectSeed } from '../tensor/check.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { layerOptionKinds } from './layer.js';
import { labelOf, layerOptions } from './options.js';
import type { RandomOptions } from './randomInTraining.js';
import { factorOption, RandomPictures, type Draws, type FactorOption } from './randomPictures.js';

const modes = ['horizontal', 'vertical', 'horizontalAndVertical'] as const;

/** Options of `RandomFlip`. */
export interface RandomFlipOptions extends RandomOptions {
  /** What is exchanged: left and right, top and bottom, or both at once; `'horizontalAndVertical'` by default. */
  readonly mode?: (typeof modes)[number];
}

/** Options of layers that move pictures. */
export interface RandomMoveOptions extends RandomOptions {
  /** What lies beyond the edges: `'reflect'` (the mirror image) by default, `'wrap'`, `'nearest'` or `'constant'`. */
  readonly fillMode?: FillMode;
  /** How pixels between pixels are read: `'bilinear'` by default, or `'nearest'`. */
  readonly interpolation?: Interpolation;
  /** What is read beyond the edges where fillMode is `'constant'`; 0 by default. */
  readonly fillValue?: number;
}

/** Options of `RandomRotation`. */
export interface RandomRotationOptions extends RandomMoveOptions {
  /** How far a picture is turned, in full turns: 0.1 for up to 36° either way, or [least, most]. */
  readonly factor: FactorOption;
}

/** Options of `RandomZoom`. */
export interface RandomZoomOptions extends RandomMoveOptions {
  /** By which share of its height a picture shrinks: 0.2 for up to a fifth smaller or larger, or [least, most], < 0 to enlarge. */
  readonly heightFactor: FactorOption;
  /** The same for its width; by default that of its height, so that proportions stay. */
  readonly widthFactor?: FactorOption;
}

/** Options of `RandomTranslation`. */
export interface RandomTranslationOptions extends RandomMoveOptions {
  /** By which share of its height a picture moves down, or up where negative. */
  readonly heightFactor: FactorOption;
  /** By which share of its width it moves to the right, or left where negative. */
  readonly widthFactor: FactorOption;
}

/** Options of `RandomShear`: slants are drawn between the factor's ends, or up to a number, to either side. */
export interface RandomShearOptions extends RandomMoveOptions {
  /** By which share of its height a picture's lower edge moves sideways, from 0 to 1; 0 by default. */
  readonly xFactor?: FactorOption;
  /** By which share of its width its right edge moves up or down, from 0 to 1; 0 by default. */
  readonly yFactor?: FactorOption;
}

/** The eight numbers of a transform; those that are left out are those of a picture that stays as it is. */
type Columns = Partial<Record<'a0' | 'a1' | 'a2' | 'b0' | 'b1' | 'b2', Node>>;

/** [N, 8]. */
export function transforms(draws: Draws, { a0, a1, a2, b0, b1, b2 }: Columns): Node {
  const [zero, one] = [draws.all(0), draws.all(1)];
  const columns = [a0 ?? one, a1 ?? zero, a2 ?? zero, b0 ?? zero, b1 ?? one, b2 ?? zero, zero, zero];
  return ops.concat(...columns, { axis: 1 });
}

/**
 * Flips half of the pictures in training (Keras's RandomFlip): x: [N, H, W, C] → the same shape.
 *
 * @throws StriateError when the mode is unknown.
 */
export class RandomFlip extends RandomPictures {
  static override readonly acceptedOptions: AcceptedOptions<RandomFlipOptions> = {
    where: 'randomFlip',
    first: ['mode'],
    kinds: { ...layerOptionKinds, mode: 'string', seed: 'number' },
  };
  readonly className = 'RandomFlip';
  readonly mode: (typeof modes)[number];
  readonly seed: number | undefined;

  constructor(options: RandomFlipOptions = {}) {
    super(options);
    this.mode = expectOneOf(labelOf(this), 'mode', options.mode ?? 'horizontalAndVertical', modes);
    this.seed = expectSeed(labelOf(this), options.seed);
  }

  protected override settings(): Readonly<Record<string, unknown>> {
    return { mode: this.mode };
  }

  protected override change(x: Node, draws: Draws): Node {
    const [, height, width] = x.type.shape;
    const flipped = draws.chosen(0.5);
    const sign = ops.affine(flipped, { scale: -2, offset: 1 });
    const start = (size: number): Node => ops.affine(flipped, { scale: size - 1, offset: 0 });
    const matrices = transforms(draws, {
      ...(this.mode !== 'vertical' && { a0: sign, a2: start(width) }),
      ...(this.mode !== 'horizontal' && { b1: sign, b2: start(height) }),
    });
    return ops.affineTransform(x, matrices, { interpolation: 'nearest', fillMode: 'nearest', fillValue: 0 });
  }
}

/** Pictures moved by transforms of their own. */
abstract class RandomMove extends RandomPictures {
  readonly fillMode: FillMode;
  readonly interpolation: Interpolation;
  readonly fillValue: number;

  constructor(options: RandomMoveOptions) {
    super(options);
    const { where = 'layer' } = new.target.acceptedOptions ?? {};
    this.fillMode = expectOneOf(where, 'fillMode', options.fillMode ?? 'reflect', fillModes);
    this.interpolation = expectOneOf(where, 'interpolation', options.interpolation ?? 'bilinear', interpolations);
    this.fillValue = expectNumber(where, 'fillValue', options.fillValue ?? 0);
  }

  /** The factors, by their names. */
  protected abstract factors(): Readonly<Record<string, FactorOption | undefined>>;

  /** Where the pixels of pictures of this size come from. */
  protected abstract columns(draws: Draws, height: number, width: number): Columns;

  protected override settings(): Readonly<Record<string, unknown>> {
    const { fillMode, interpolation, fillValue } = this;
    const given = Object.entries(this.factors()).filter(([, factor]) => factor !== undefined);
    return { ...Object.fromEntries(given), fillMode, interpolation, fillValue };
  }

  protected override change(x: Node, draws: Draws): Node {
    const [, height, width] = x.type.shape;
    const { fillMode, interpolation, fillValue } = this;
    const matrices = transforms(draws, this.columns(draws, height, width));
    return ops.affineTransform(x, matrices, { fillMode, interpolation, fillValue });
  }
}

const moveKinds = {
  ...layerOptionKinds,
  fillMode: 'string',
  interpolation: 'string',
  fillValue: 'number',
  seed: 'number',
} as const;

/**
 * Turns each picture around its middle by an angle of its own in training (Keras's RandomRotation): x: [N, H, W, C] → the same
 * shape. Positive angles turn against the clock.
 *
 * @throws StriateError when the factor is not within a turn either way.
 */
export class RandomRotation extends RandomMove {
  static override readonly acceptedOptions: AcceptedOptions<RandomRotationOptions> = {
    where: 'randomRotation',
    first: ['factor'],
    kinds: { ...moveKinds, factor: 'number or list' },
  };
  readonly className = 'RandomRotation';
  readonly factor: readonly [number, number];
  readonly seed: number | undefined;

  constructor(options: RandomRotationOptions) {
    super(options);
    this.factor = factorOption(labelOf(this), 'factor', options.factor, [-1, 1]);
    this.seed = expectSeed(labelOf(this), options.seed);
  }

  protected override factors(): Readonly<Record<string, FactorOption>> {
    return { factor: this.factor };
  }

  protected override columns(draws: Draws, height: number, width: number): Columns {
    const [least, most] = this.factor;
    const angle = draws.uniform(2 * Math.PI * least, 2 * Math.PI * most);
    const sine = ops.sin(angle);
    const cosine = ops.sin(ops.affine(angle, { scale: 1, offset: Math.PI / 2 }));
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    const sum = (ofCosine: number, ofSine: number, offset: number): Node =>
      ops.add(ops.affine(cosine, { scale: ofCosine, offset }), ops.affine(sine, { scale: ofSine, offset: 0 }));
    return {
      a0: cosine,
      a1: ops.affine(sine, { scale: -1, offset: 0 }),
      a2: sum(-x, y, x),
      b0: sine,
      b1: cosine,
      b2: sum(-y, -x, y),
    };
  }
}

/**
 * Shrinks or enlarges each picture around its middle by a factor of its own in training (Keras's RandomZoom): x: [N, H, W, C] →
 * the same shape.
 *
 * @throws StriateError when a factor is not above −1 and up to 1.
 */
export class RandomZoom extends RandomMove {
  static override readonly acceptedOptions: AcceptedOptions<RandomZoomOptions> = {
    where: 'randomZoom',
    first: ['heightFactor', 'widthFactor'],
    kinds: { ...moveKinds, heightFactor: 'number or list', widthFactor: 'number or list' },
  };
  readonly className = 'RandomZoom';
  readonly heightFactor: FactorOption;
  readonly widthFactor: FactorOption | undefined;
  readonly seed: number | undefined;
  private readonly ranges: readonly [readonly [number, number], readonly [number, number] | undefined];

  constructor(options: RandomZoomOptions) {
    super(options);
    const label = labelOf(this);
    this.heightFactor = options.heightFactor;
    this.widthFactor = options.widthFactor;
    const rangeOf = (option: string, factor: FactorOption): readonly [number, number] => {
      const range = factorOption(label, option, factor, [-1, 1]);
      for (const end of [factor].flat()) expectNumber(label, option, end, { above: -1 });
      return range;
    };
    const { heightFactor, widthFactor } = this;
    this.ranges = [
      rangeOf('heightFactor', heightFactor),
      widthFactor === undefined ? undefined : rangeOf('widthFactor', widthFactor),
    ];
    this.seed = expectSeed(label, options.seed);
  }

  protected override factors(): Readonly<Record<string, FactorOption | undefined>> {
    return { heightFactor: this.heightFactor, widthFactor: this.widthFactor };
  }

  protected override columns(draws: Draws, height: number, width: number): Columns {
    const [heights, widths] = this.ranges;
    const b1 = draws.uniform(1 + heights[0], 1 + heights[1]);
    const a0 = widths ? draws.uniform(1 + widths[0], 1 + widths[1]) : b1;
    const offset = (zoom: Node, size: number): Node =>
      ops.affine(zoom, { scale: -(size - 1) / 2, offset: (size - 1) / 2 });
    return { a0, a2: offset(a0, width), b1, b2: offset(b1, height) };
  }
}

/**
 * Moves each picture by a distance of its own in training (Keras's RandomTranslation): x: [N, H, W, C] → the same shape.
 *
 * @throws StriateError when a factor is not from −1 to 1.
 */
export class RandomTranslation extends RandomMove {
  static override readonly acceptedOptions: AcceptedOptions<RandomTranslationOptions> = {
    where: 'randomTranslation',
    first: ['heightFactor', 'widthFactor'],
    kinds: { ...moveKinds, heightFactor: 'number or list', widthFactor: 'number or list' },
  };
  readonly className = 'RandomTranslation';
  readonly heightFactor: FactorOption;
  readonly widthFactor: FactorOption;
  readonly seed: number | undefined;
  private readonly ranges: readonly (readonly [number, number])[];

  constructor(options: RandomTranslationOptions) {
    super(options);
    const label = labelOf(this);
    this.heightFactor = options.heightFactor;
    this.widthFactor = options.widthFactor;
    this.ranges = Object.entries(this.factors()).map(([option, factor]) =>
      factorOption(label, option, factor, [-1, 1]),
    );
    this.seed = expectSeed(label, options.seed);
  }

  protected override factors(): Readonly<Record<string, FactorOption>> {
    return { heightFactor: this.heightFactor, widthFactor: this.widthFactor };
  }

  protected override columns(draws: Draws, height: number, width: number): Columns {
    const [heights, widths] = this.ranges;
    const from = ([least, most]: readonly [number, number], size: number): Node =>
      ops.affine(draws.uniform(least, most), { scale: -size, offset: 0 });
    return { b2: from(heights, height), a2: from(widths, width) };
  }
}

/**
 * Slants each picture by a factor of its own in training (Keras's RandomShear): x: [N, H, W, C] → the same shape. One way or the
 * other is as likely.
 *
 * @throws StriateError when a factor is not within a picture's size either way.
 */
export class RandomShear extends RandomMove {
  static override readonly acceptedOptions: AcceptedOptions<RandomShearOptions> = {
    where: 'randomShear',
    first: ['xFactor', 'yFactor'],
    kinds: { ...moveKinds, xFactor: 'number or list', yFactor: 'number or list' },
  };
  readonly className = 'RandomShear';
  readonly xFactor: FactorOption;
  readonly yFactor: FactorOption;
  readonly seed: number | undefined;
  private readonly ranges: readonly (readonly [number, number])[];

  constructor(options: RandomShearOptions = {}) {
    super(options);
    const label = labelOf(this);
    this.xFactor = eitherWay(options.xFactor ?? 0);
    this.yFactor = eitherWay(options.yFactor ?? 0);
    this.ranges = Object.entries(this.factors()).map(([option, factor]) =>
      factorOption(label, option, factor, typeof factor === 'number' ? [-1, 1] : [0, 1]),
    );
    this.seed = expectSeed(label, options.seed);
  }

  protected override factors(): Readonly<Record<string, FactorOption>> {
    return { xFactor: this.xFactor, yFactor: this.yFactor };
  }

  protected override columns(draws: Draws): Columns {
    const sign = ops.affine(draws.chosen(0.5), { scale: -2, offset: 1 });
    const [a1, b0] = this.ranges.map(([least, most]) => ops.mul(draws.uniform(least, most), sign));
    return { a1, b0 };
  }
}

/** [−f, f], as Keras's files have f. */
function eitherWay(factor: FactorOption): FactorOption {
  return typeof factor !== 'number' && factor[0] === -factor[1] ? Math.abs(factor[1]) : factor;
}

/** With its first options by position. */
export function randomFlip(
  mode: NonNullable<RandomFlipOptions['mode']>,
  options?: Omit<RandomFlipOptions, 'mode'>,
): RandomFlip;
/**
 * Half of the pictures flipped in training.
 *
 * @example
 * layers.randomFlip({ mode: 'horizontal' });
 */
export function randomFlip(options?: RandomFlipOptions): RandomFlip;
export function randomFlip(...given: readonly unknown[]): RandomFlip {
  return new RandomFlip(layerOptions(RandomFlip.acceptedOptions, given));
}

/** With its first options by position. */
export function randomRotation(factor: FactorOption, options?: Omit<RandomRotationOptions, 'factor'>): RandomRotation;
/**
 * Pictures turned at random in training.
 *
 * @example
 * layers.randomRotation({ factor: 0.1, fillMode: 'constant' }); // up to 36° either way
 */
export function randomRotation(options: RandomRotationOptions): RandomRotation;
export function randomRotation(...given: readonly unknown[]): RandomRotation {
  return new RandomRotation(layerOptions(RandomRotation.acceptedOptions, given));
}

/** With its first options by position. */
export function randomZoom(heightFactor: FactorOption, options?: Omit<RandomZoomOptions, 'heightFactor'>): RandomZoom;
/** With its first options by position. */
export function randomZoom(
  heightFactor: FactorOption,
  widthFactor: FactorOption,
  options?: Omit<RandomZoomOptions, 'heightFactor' | 'widthFactor'>,
): RandomZoom;
/**
 * Pictures made smaller or larger at random in training.
 *
 * @example
 * layers.randomZoom({ heightFactor: [-0.2, 0] }); // up to a fifth larger, proportions kept
 */
export function randomZoom(options: RandomZoomOptions): RandomZoom;
export function randomZoom(...given: readonly unknown[]): RandomZoom {
  return new RandomZoom(layerOptions(RandomZoom.acceptedOptions, given));
}

/** With its first options by position. */
export function randomTranslation(
  heightFactor: FactorOption,
  widthFactor: FactorOption,
  options?: Omit<RandomTranslationOptions, 'heightFactor' | 'widthFactor'>,
): RandomTranslation;
/**
 * Pictures moved at random in training.
 *
 * @example
 * layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 });
 */
export function randomTranslation(options: RandomTranslationOptions): RandomTranslation;
export function randomTranslation(...given: readonly unknown[]): RandomTranslation {
  return new RandomTranslation(layerOptions(RandomTranslation.acceptedOptions, given));
}

/** With its first options by position. */
export function randomShear(xFactor: FactorOption, options?: Omit<RandomShearOptions, 'xFactor'>): RandomShear;
/** With its first options by position. */
export function randomShear(
  xFactor: FactorOption,
  yFactor: FactorOption,
  options?: Omit<RandomShearOptions, 'xFactor' | 'yFactor'>,
): RandomShear;
/**
 * Pictures slanted at random in training.
 *
 * @example
 * layers.randomShear({ xFactor: 0.2 }); // by up to a fifth of their height
 */
export function randomShear(options?: RandomShearOptions): RandomShear;
export function randomShear(...given: readonly unknown[]): RandomShear {
  return new RandomShear(layerOptions(RandomShear.acceptedOptions, given));
}
