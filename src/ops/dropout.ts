import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { expectNumber, expectSeed } from '../tensor/check.js';
import { expectDtype, expectFloats, expectShape } from './rules.js';

/** How much is dropped, and from which random stream. */
export interface DropoutAttributes {
  /** The share of elements set to 0: 0 ≤ rate < 1. */
  readonly rate: number;
  /** A whole number; layers have seeds of their own, so that no two share a mask. */
  readonly seed: number;
}

/**
 * Sets a random share of elements to 0 and divides the others by 1 − rate, so that the mean stays (Srivastava et al. 2014;
 * Keras's Dropout). x: any shape, step: int32 [] → as x.
 *
 * Which elements stay is a function of the seed, the step and the element's flat position alone, so that every engine,
 * however many threads it has, drops the same ones, and the gradient is the same operator with the same step:
 *
 *     u = mix32((i + step·0x9E3779B9 + seed·0x85EBCA6B) mod 2³²)      mix32: tensor/random.ts
 *     y[i] = u ≥ ⌊rate·2³²⌋ ? x[i] / (1 − rate) : 0
 *
 * All of it in unsigned 32-bit arithmetic that wraps, but for ⌊rate·2³²⌋, which is taken in float64, and the division,
 * which is in the engine's own float type.
 */
export const dropout: OperatorFunction<DropoutAttributes> = defineOperator({
  name: 'dropout',
  scores: 'passes',
  infer([x, step], { rate, seed }, name) {
    expectFloats([x], name);
    expectDtype(step, 'int32', 'the step', name);
    expectShape(step, [], 'the step', name);
    expectNumber(name, 'rate', rate, { least: 0, below: 1 });
    expectSeed(name, seed);
    return x;
  },
  gradient: ({ inputs: [, step], attributes, gradient }) => [dropout(gradient, step, attributes), undefined],
  reference: 'beside',
});

/** The least hash that keeps an element, as an unsigned 32-bit number. */
export function dropoutThreshold(rate: number): number {
  return Math.floor(rate * 4294967296);
}

/** What an element's position is added to before it is hashed, as an unsigned 32-bit number. */
export function dropoutOffset(step: number, seed: number): number {
  return (Math.imul(step, 0x9e3779b9) + Math.imul(seed, 0x85ebca6b)) >>> 0;
}
