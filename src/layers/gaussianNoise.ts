import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber, expectSeed } from '../tensor/check.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { layerOptionKinds } from './layer.js';
import { labelOf, layerOptions } from './options.js';
import { RandomInTraining, type RandomOptions } from './randomInTraining.js';

/** Options of `GaussianNoise`. */
export interface GaussianNoiseOptions extends RandomOptions {
  /** The noise's standard deviation, from 0. */
  readonly stddev: number;
}

/**
 * Adds normally distributed noise in training, against overfitting; does nothing otherwise (Keras's GaussianNoise): any
 * shape → the same shape.
 *
 * @throws StriateError when stddev is negative.
 */
export class GaussianNoise extends RandomInTraining {
  static override readonly traits = { ...RandomInTraining.traits, sameAsKeras: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<GaussianNoiseOptions> = {
    where: 'gaussianNoise',
    first: ['stddev'],
    kinds: { ...layerOptionKinds, stddev: 'number', seed: 'number' },
  };
  readonly className = 'GaussianNoise';
  readonly stddev: number;
  readonly seed: number | undefined;

  constructor(options: GaussianNoiseOptions) {
    super(options);
    this.stddev = expectNumber(labelOf(this), 'stddev', options.stddev, { least: 0 });
    this.seed = expectSeed(labelOf(this), options.seed);
  }

  protected override strength(): Readonly<Record<string, number>> {
    return { stddev: this.stddev };
  }

  protected override change(x: Node, step: Node, seed: number): Node {
    return ops.gaussianNoise(x, step, { stddev: this.stddev, seed });
  }
}

/** With its first options by position. */
export function gaussianNoise(stddev: number, options?: Omit<GaussianNoiseOptions, 'stddev'>): GaussianNoise;
/**
 * Normally distributed noise in training.
 *
 * @example
 * layers.gaussianNoise({ stddev: 0.1 });
 */
export function gaussianNoise(options: GaussianNoiseOptions): GaussianNoise;
export function gaussianNoise(...given: readonly unknown[]): GaussianNoise {
  return new GaussianNoise(layerOptions(GaussianNoise.acceptedOptions, given));
}
