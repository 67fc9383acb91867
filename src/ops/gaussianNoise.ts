import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { expectNumber, expectSeed } from '../tensor/check.js';
import { expectDtype, expectFloats, expectShape } from './rules.js';

/** How strong the noise is, and from which random stream. */
export interface GaussianNoiseAttributes {
  /** The noise's standard deviation, from 0. */
  readonly stddev: number;
  /** A whole number; layers have seeds of their own, so that no two share their noise. */
  readonly seed: number;
}

/**
 * Adds normally distributed noise (Keras's GaussianNoise). x: any shape, step: int32 [] → as x.
 *
 * An element's noise is a function of the seed, the step and the element's flat position alone, as dropout's mask is: the
 * hash's upper 24 bits h are a number u = (2h + 1) / 2²⁴ − 1 between −1 and 1, and y[i] = x[i] + stddev · √2 · erf⁻¹(u).
 */
export const gaussianNoise: OperatorFunction<GaussianNoiseAttributes> = defineOperator({
  name: 'gaussianNoise',
  infer([x, step], { stddev, seed }, name) {
    expectFloats([x], name);
    expectDtype(step, 'int32', 'the step', name);
    expectShape(step, [], 'the step', name);
    expectNumber(name, 'stddev', stddev, { least: 0 });
    expectSeed(name, seed);
    return x;
  },
  scores: 'passes',
  gradient: ({ gradient }) => [gradient, undefined],
  reference: 'beside',
});
