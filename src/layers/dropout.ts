import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber, expectSeed } from '../tensor/check.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { layerOptionKinds } from './layer.js';
import { labelOf, layerOptions } from './options.js';
import { RandomInTraining, type RandomOptions } from './randomInTraining.js';

/** Options of `Dropout`: the rate is the share of values. */
export interface DropoutOptions extends RandomOptions {
  /** The share that becomes 0 in training, from 0 to below 1. */
  readonly rate: number;
}

/** Options of `SpatialDropout1D`: the rate is the share of channels. */
export type SpatialDropout1DOptions = DropoutOptions;

/** Options of `SpatialDropout2D`: the rate is the share of channels. */
export type SpatialDropout2DOptions = DropoutOptions;

/** Options of `StochasticDepth`: the rate is the share of examples. */
export type StochasticDepthOptions = DropoutOptions;

/**
 * Sets random values to 0 in training and divides the others by 1 − rate; does nothing otherwise (Srivastava et al. 2014;
 * Keras's Dropout): any shape → the same shape.
 *
 * @throws StriateError when the rate is not in [0, 1).
 */
export class Dropout extends RandomInTraining {
  static override readonly acceptedOptions: AcceptedOptions<DropoutOptions> = {
    where: 'dropout',
    first: ['rate'],
    kinds: { ...layerOptionKinds, rate: 'number', seed: 'number' },
  };
  readonly className = 'Dropout';
  override readonly keepsOrder = true;
  readonly rate: number;
  readonly seed: number | undefined;

  constructor(options: DropoutOptions) {
    super(options);
    this.rate = expectNumber(labelOf(this), 'rate', options.rate, { least: 0, below: 1 });
    this.seed = expectSeed(labelOf(this), options.seed);
  }

  protected override strength(): Readonly<Record<string, number>> {
    return { rate: this.rate };
  }

  protected override change(x: Node, step: Node, seed: number): Node {
    return ops.dropout(x, step, { rate: this.rate, seed });
  }
}

/** With its first options by position. */
export function dropout(rate: number, options?: Omit<DropoutOptions, 'rate'>): Dropout;
/**
 * Random values set to 0 in training.
 *
 * @example
 * layers.dropout({ rate: 0.5 });
 */
export function dropout(options: DropoutOptions): Dropout;
export function dropout(...given: readonly unknown[]): Dropout {
  return new Dropout(layerOptions(Dropout.acceptedOptions, given));
}

/** Sets whole random channels of each example to 0 in training and divides the others by 1 − rate. */
abstract class SpatialDropout extends RandomInTraining {
  readonly rate: number;
  readonly seed: number | undefined;

  constructor(options: DropoutOptions) {
    super(options);
    this.rate = expectNumber(labelOf(this), 'rate', options.rate, { least: 0, below: 1 });
    this.seed = expectSeed(labelOf(this), options.seed);
  }

  protected override strength(): Readonly<Record<string, number>> {
    return { rate: this.rate };
  }

  protected override change(x: Node, step: Node, seed: number): Node {
    const { shape } = x.type;
    const one = shape.map((size, axis) => (axis === 0 || axis === shape.length - 1 ? size : 1));
    const first = ops.slice(x, { begin: shape.map(() => 0), size: one });
    const ones = ops.affine(first, { scale: 0, offset: 1 });
    return ops.mul(x, ops.dropout(ones, step, { rate: this.rate, seed }));
  }
}

/**
 * Sets whole random channels of each signal to 0 in training and divides the others by 1 − rate; does nothing otherwise
 * (Keras's SpatialDropout1D, PyTorch's Dropout1d): x: [N, L, C] → the same shape.
 *
 * @throws StriateError when the rate is not in [0, 1).
 */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly acceptedOptions: AcceptedOptions<SpatialDropout1DOptions> = {
    where: 'spatialDropout1d',
    first: ['rate'],
    kinds: { ...layerOptionKinds, rate: 'number', seed: 'number' },
  };
  readonly className = 'SpatialDropout1D';
}

/** With its first options by position. */
export function spatialDropout1d(rate: number, options?: Omit<SpatialDropout1DOptions, 'rate'>): SpatialDropout1D;
/**
 * Random channels of a signal set to 0 in training.
 *
 * @example
 * layers.spatialDropout1d({ rate: 0.2 });
 */
export function spatialDropout1d(options: SpatialDropout1DOptions): SpatialDropout1D;
export function spatialDropout1d(...given: readonly unknown[]): SpatialDropout1D {
  return new SpatialDropout1D(layerOptions(SpatialDropout1D.acceptedOptions, given));
}

/**
 * Sets whole random channels of each example to 0 in training and divides the others by 1 − rate; does nothing otherwise
 * (Tompson et al. 2015, https://arxiv.org/abs/1411.4280; Keras's SpatialDropout2D, PyTorch's Dropout2d): x: [N, ..., C] → the
 * same shape. Neighbouring positions of a map are alike, so that single ones dropped would change little.
 *
 * @throws StriateError when the rate is not in [0, 1).
 */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly acceptedOptions: AcceptedOptions<SpatialDropout2DOptions> = {
    where: 'spatialDropout2d',
    first: ['rate'],
    kinds: { ...layerOptionKinds, rate: 'number', seed: 'number' },
  };
  readonly className = 'SpatialDropout2D';
}

/** With its first options by position. */
export function spatialDropout2d(rate: number, options?: Omit<SpatialDropout2DOptions, 'rate'>): SpatialDropout2D;
/**
 * Random channels set to 0 in training.
 *
 * @example
 * layers.spatialDropout2d({ rate: 0.2 }); // between convolutions
 */
export function spatialDropout2d(options: SpatialDropout2DOptions): SpatialDropout2D;
export function spatialDropout2d(...given: readonly unknown[]): SpatialDropout2D {
  return new SpatialDropout2D(layerOptions(SpatialDropout2D.acceptedOptions, given));
}

/**
 * Sets whole random examples to 0 in training and divides the others by 1 − rate; does nothing otherwise. At the end of a
 * residual branch it lets examples skip the block (Huang et al. 2016, https://arxiv.org/abs/1603.09382; torchvision's
 * StochasticDepth in its "row" mode, timm's DropPath): any shape → the same shape.
 *
 * @throws StriateError when the rate is not in [0, 1).
 */
export class StochasticDepth extends RandomInTraining {
  static override readonly acceptedOptions: AcceptedOptions<StochasticDepthOptions> = {
    where: 'stochasticDepth',
    first: ['rate'],
    kinds: { ...layerOptionKinds, rate: 'number', seed: 'number' },
  };
  readonly className = 'StochasticDepth';
  readonly rate: number;
  readonly seed: number | undefined;

  constructor(options: StochasticDepthOptions) {
    super(options);
    this.rate = expectNumber(labelOf(this), 'rate', options.rate, { least: 0, below: 1 });
    this.seed = expectSeed(labelOf(this), options.seed);
  }

  protected override strength(): Readonly<Record<string, number>> {
    return { rate: this.rate };
  }

  protected override change(x: Node, step: Node, seed: number): Node {
    return ops.stochasticDepth(x, step, { rate: this.rate, seed });
  }
}

/** With its first options by position. */
export function stochasticDepth(rate: number, options?: Omit<StochasticDepthOptions, 'rate'>): StochasticDepth;
/**
 * Random examples set to 0 in training: they skip the branch.
 *
 * @example
 * const y = layers.add().apply(x, layers.stochasticDepth({ rate: 0.2 }).apply(branch));
 */
export function stochasticDepth(options: StochasticDepthOptions): StochasticDepth;
export function stochasticDepth(...given: readonly unknown[]): StochasticDepth {
  return new StochasticDepth(layerOptions(StochasticDepth.acceptedOptions, given));
}
