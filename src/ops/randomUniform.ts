import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { expectNumber, expectSeed, isWholes, shown } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { expectDtype, expectInputs, expectShape } from './rules.js';

/** How many numbers are drawn, between which, and from which random stream. */
export interface RandomUniformAttributes {
  readonly shape: Shape;
  readonly minval: number;
  /** Never drawn itself, unless it is minval. */
  readonly maxval: number;
  /** A whole number; layers have seeds of their own, so that no two share their numbers. */
  readonly seed: number;
}

/**
 * Random numbers, each between minval and maxval with the same likelihood. step: int32 [] → `shape`.
 *
 * A number is a function of the seed, the step and its flat position alone, as dropout's mask is: of the hash's upper 24 bits h,
 * y[i] = minval + (maxval − minval) · h / 2²⁴.
 */
export const randomUniform: OperatorFunction<RandomUniformAttributes> = defineOperator({
  name: 'randomUniform',
  infer(inputs, { shape, minval, maxval, seed }, name) {
    expectInputs(inputs, 1, name);
    expectDtype(inputs[0], 'int32', 'the step', name);
    expectShape(inputs[0], [], 'the step', name);
    if (!isWholes(shape)) {
      throw new StriateError({ where: name, rule: 'shape must be whole numbers from 1', received: shown(shape) });
    }
    expectNumber(name, 'minval', minval);
    expectNumber(name, 'maxval', maxval, { least: minval });
    expectSeed(name, seed);
    return { shape, dtype: 'float32' };
  },
  gradient: () => [undefined],
  reference: 'beside',
});
