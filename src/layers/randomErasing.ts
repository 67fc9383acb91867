import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectSeed, shown } from '../tensor/check.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { labelOf, layerOptions } from './options.js';
import { besidePictures, colourKinds, rangeOption, type RandomColourOptions } from './randomColours.js';
import { transforms } from './randomGeometry.js';
import { factorOption, RandomPictures, type Draws, type FactorOption } from './randomPictures.js';

/** Options of `RandomErasing`: with [least, most], each picture's likelihood lies between; a number f stands for [0, f]; 1 by default. */
export interface RandomErasingOptions extends Partial<RandomColourOptions> {
  /** [least, most] for the square of the share of its height, or of its width, that a rectangle has; [0.02, 0.33] by default. */
  readonly scale?: FactorOption;
  /** What it is filled with: a number, or one for each channel; noise by default. */
  readonly fillValue?: number | readonly number[];
}

/**
 * Covers a rectangle of some pictures in training (Keras's RandomErasing): x: [N, H, W, C] → the same shape.
 *
 * @throws StriateError when factor or scale are not from 0 to 1, or there are not as many fill values as channels.
 */
export class RandomErasing extends RandomPictures {
  static override readonly acceptedOptions: AcceptedOptions<RandomErasingOptions> = {
    where: 'randomErasing',
    first: ['factor'],
    kinds: { ...colourKinds, scale: 'number or list', fillValue: 'number or list' },
  };
  readonly className = 'RandomErasing';
  readonly factor: readonly [number, number];
  readonly scale: readonly [number, number];
  readonly fillValue: number | readonly number[] | undefined;
  readonly valueRange: readonly [number, number];
  readonly seed: number | undefined;

  constructor(options: RandomErasingOptions = {}) {
    super(options);
    const label = labelOf(this);
    this.factor = factorOption(label, 'factor', options.factor ?? 1, [0, 1]);
    this.scale = factorOption(label, 'scale', options.scale ?? [0.02, 0.33], [0, 1]);
    this.fillValue = options.fillValue;
    this.valueRange = rangeOption(label, options.valueRange);
    this.seed = expectSeed(label, options.seed);
    if (![options.fillValue ?? 0].flat().every((value) => Number.isFinite(value))) {
      throw new StriateError({ where: label, rule: 'fillValue must be numbers', received: shown(options.fillValue) });
    }
  }

  override outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = super.outputShape(inputShapes);
    const { fillValue } = this;
    if (typeof fillValue !== 'object' || fillValue.length === shape[2]) return shape;
    throw new StriateError({
      where: labelOf(this),
      rule: `fillValue must be a number, or one for each of ${shape[2]} channels`,
      received: shown(fillValue),
    });
  }

  protected override settings(): Readonly<Record<string, unknown>> {
    const { factor, scale, fillValue, valueRange } = this;
    return { factor, scale, ...(fillValue !== undefined && { fillValue }), valueRange };
  }

  protected override change(x: Node, draws: Draws): Node {
    const [, height, width] = x.type.shape;
    const [min, max] = this.valueRange;
    const [least, most] = this.factor;
    const [a0, a2] = this.side(draws, width);
    const [b1, b2] = this.side(draws, height);
    // A picture of ones that is drawn into the rectangle, and nothing around it.
    const rectangle = ops.affineTransform(draws.pixels(1, height, width), transforms(draws, { a0, a2, b1, b2 }), {
      interpolation: 'nearest',
      fillMode: 'constant',
      fillValue: 0,
    });
    const covered = ops.mul(rectangle, besidePictures(draws.chosen((least + most) / 2)));
    const fill = ops.clip(this.fill(x, draws), { min, max });
    return ops.add(x, ops.mul(covered, ops.sub(fill, x)));
  }

  private fill(x: Node, draws: Draws): Node {
    const { fillValue, valueRange } = this;
    return fillValue === undefined ? draws.normal(x, valueRange[1]) : draws.values([fillValue].flat());
  }

  /** Scale and offset that bring one side of the rectangle, as long as the scale says and anywhere, to the whole picture. */
  private side(draws: Draws, size: number): readonly [Node, Node] {
    const share = ops.clip(ops.sqrt(draws.uniform(...this.scale)), { min: 1e-4, max: 1 });
    const start = ops.mul(draws.uniform(0, 1), ops.affine(share, { scale: -size, offset: size }));
    return [
      ops.div(draws.all(1), share),
      // Pixels from the start on are covered, and one that lies there: those before are nearer to −1 than to 0.
      ops.affine(ops.div(start, share), { scale: -1, offset: -0.4999 }),
    ];
  }
}

/** With its first options by position. */
export function randomErasing(factor: FactorOption, options?: Omit<RandomErasingOptions, 'factor'>): RandomErasing;
/**
 * Pictures with a rectangle covered, at random in training.
 *
 * @example
 * layers.randomErasing({ factor: [0.5, 0.5], fillValue: 0, valueRange: [0, 1] }); // half of the pictures
 */
export function randomErasing(options?: RandomErasingOptions): RandomErasing;
export function randomErasing(...given: readonly unknown[]): RandomErasing {
  return new RandomErasing(layerOptions(RandomErasing.acceptedOptions, given));
}
