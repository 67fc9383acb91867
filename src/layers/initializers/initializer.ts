import { expectOptions, optionsFactory } from '../../tensor/acceptedOptions.js';
import { expectNumber } from '../../tensor/check.js';
import type { Random, Shape } from '../../tensor/index.js';

/** Gives a weight its starting values; the random stream comes from the model's seed and the weight's name. */
export interface Initializer {
  /** Keras's class name: `GlorotUniform`. */
  readonly className: string;
  /** What `className` needs to be recreated. */
  config(): Record<string, unknown>;
  fill(values: Float32Array, shape: Shape, random: Random): void;
}

/** All 0. */
export function zeros(options: object = {}): Initializer {
  expectOptions({ where: 'initializer zeros', kinds: {} }, options);
  return { className: 'Zeros', config: () => ({}), fill: (values) => void values.fill(0) };
}

/** All 1. */
export function ones(options: object = {}): Initializer {
  expectOptions({ where: 'initializer ones', kinds: {} }, options);
  return { className: 'Ones', config: () => ({}), fill: (values) => void values.fill(1) };
}

/**
 * All one value (0 by default).
 *
 * @throws StriateError when the value is not a finite number.
 */
export const constant = optionsFactory(
  { where: 'initializer constant', first: ['value'], kinds: { value: 'number' } },
  ({ value = 0 }: { readonly value?: number }): Initializer => {
    expectNumber('initializer constant', 'value', value);
    return { className: 'Constant', config: () => ({ value }), fill: (values) => void values.fill(value) };
  },
);
