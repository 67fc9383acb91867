import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectSeed } from '../tensor/check.js';
import type { DropoutOptions } from './dropout.js';
import { layerOptionKinds } from './layer.js';
import { labelOf, layerOptions } from './options.js';
import { RandomInTraining } from './randomInTraining.js';

/** Options of `GaussianDropout`: the noise has a standard deviation of √(rate / (1 − rate)). */
export type GaussianDropoutOptions = DropoutOptions;

/** Options of `AlphaDropout`: the rate is the share of values. */
export type AlphaDropoutOptions = DropoutOptions;

/** Dropout by something else than zeros. */
abstract class NoisyDropout extends RandomInTraining {
  static override readonly traits = { ...RandomInTraining.traits, sameAsKeras: true } as const;
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
}

/**
 * Multiplies by normally distributed numbers around 1 in training, whose variance is that of a dropout of this rate; does
 * nothing otherwise (Srivastava et al. 2014, section 10; Keras's GaussianDropout): any shape → the same shape.
 *
 * @throws StriateError when the rate is not in [0, 1).
 */
export class GaussianDropout extends NoisyDropout {
  static override readonly acceptedOptions: AcceptedOptions<GaussianDropoutOptions> = {
    where: 'gaussianDropout',
    first: ['rate'],
    kinds: { ...layerOptionKinds, rate: 'number', seed: 'number' },
  };
  readonly className = 'GaussianDropout';

  protected override change(x: Node, step: Node, seed: number): Node {
    const ones = ops.affine(x, { scale: 0, offset: 1 });
    return ops.mul(x, ops.gaussianNoise(ones, step, { stddev: Math.sqrt(this.rate / (1 - this.rate)), seed }));
  }
}

/** With its first options by position. */
export function gaussianDropout(rate: number, options?: Omit<GaussianDropoutOptions, 'rate'>): GaussianDropout;
/**
 * Values multiplied by random numbers around 1 in training.
 *
 * @example
 * layers.gaussianDropout({ rate: 0.3 });
 */
export function gaussianDropout(options: GaussianDropoutOptions): GaussianDropout;
export function gaussianDropout(...given: readonly unknown[]): GaussianDropout {
  return new GaussianDropout(layerOptions(GaussianDropout.acceptedOptions, given));
}

/** What SELU tends to far below 0. */
const saturated = -1.6732632423543772 * 1.0507009873554805;

/**
 * Sets random values to SELU's lowest in training, then scales and shifts all so that mean 0 and variance 1 stay what they
 * are; does nothing otherwise (Klambauer et al. 2017, https://arxiv.org/abs/1706.02515; Keras's AlphaDropout): any shape → the
 * same shape.
 *
 * @throws StriateError when the rate is not in [0, 1).
 */
export class AlphaDropout extends NoisyDropout {
  static override readonly acceptedOptions: AcceptedOptions<AlphaDropoutOptions> = {
    where: 'alphaDropout',
    first: ['rate'],
    kinds: { ...layerOptionKinds, rate: 'number', seed: 'number' },
  };
  readonly className = 'AlphaDropout';

  protected override change(x: Node, step: Node, seed: number): Node {
    const { rate } = this;
    const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * saturated ** 2));
    const ones = ops.affine(x, { scale: 0, offset: 1 });
    // 1 where a value is kept, else 0.
    const kept = ops.affine(ops.dropout(ones, step, { rate, seed }), { scale: 1 - rate, offset: 0 });
    const low = ops.affine(kept, { scale: -saturated, offset: saturated });
    return ops.affine(ops.add(ops.mul(x, kept), low), { scale, offset: -scale * saturated * rate });
  }
}

/** With its first options by position. */
export function alphaDropout(rate: number, options?: Omit<AlphaDropoutOptions, 'rate'>): AlphaDropout;
/**
 * Dropout for networks of SELU, which keeps mean and variance.
 *
 * @example
 * layers.alphaDropout({ rate: 0.1 }); // behind activation: 'selu', kernelInitializer: 'lecunNormal'
 */
export function alphaDropout(options: AlphaDropoutOptions): AlphaDropout;
export function alphaDropout(...given: readonly unknown[]): AlphaDropout {
  return new AlphaDropout(layerOptions(AlphaDropout.acceptedOptions, given));
}
