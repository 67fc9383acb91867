import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { expectNumber, expectSeed } from '../tensor/check.js';
import { mix32 } from '../tensor/index.js';
import { dropoutOffset } from './dropout.js';
import { expectDtype, expectFloats, expectShape } from './rules.js';

/** How strong the noise is, and from which random stream. */
export interface GaussianNoiseAttributes {
  /** The noise's standard deviation, from 0. */
  readonly stddev: number;
  /** A whole number; layers have seeds of their own, so that no two share their noise. */
  readonly seed: number;
}

/** The inverse error function near 0 and at its ends (Giles 2010, "Approximating the erfinv function"), highest power first. */
const middle = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const ends = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

/** √2 · erf⁻¹(u), normally distributed where u is uniform between −1 and 1. */
function normal(u: number): number {
  const w = -Math.log((1 - u) * (1 + u));
  const [coefficients, x] = w < 5 ? [middle, w - 2.5] : [ends, Math.sqrt(w) - 3];
  return Math.SQRT2 * u * coefficients.reduce((sum, coefficient) => sum * x + coefficient);
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
  reference([x, step], { stddev, seed }, y) {
    const offset = dropoutOffset(step.data[0], seed);
    x.data.forEach((value, i) => {
      const bits = mix32((i + offset) >>> 0) >>> 8;
      y.data[i] = value + stddev * normal((2 * bits + 1) / 2 ** 24 - 1);
    });
  },
});
