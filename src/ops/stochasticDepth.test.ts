import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '../graph/index.js';
import { applyOperator, valueOf } from './applyOperator.js';
import { dropout } from './dropout.js';
import { checkGradients, drawShape } from './gradientCheck.js';
import { stochasticDepth } from './stochasticDepth.js';

const ones = (...shape: number[]): Value => valueOf(new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
const run = (operator: typeof dropout, x: Value, step: number, rate: number, seed: number): number[] => [
  ...applyOperator(operator, [x, valueOf([step], [])], { rate, seed }, [1]).data,
];

test('keeps or drops whole examples, those that dropout would keep or drop as elements', () => {
  const seeds = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(fc.nat(0x7fffffff), seeds, fc.constantFrom(0, 0.2, 0.5, 0.9), (step, seed, rate) => {
      const perExample = run(dropout, ones(20), step, rate, seed);
      const expected = perExample.flatMap((value) => new Array<number>(6).fill(value));
      expect(run(stochasticDepth, ones(20, 1, 2, 3), step, rate, seed)).toEqual(expected);
    }),
    { seed: 1 },
  );
});

test('drops the share asked for and keeps the mean', () => {
  const y = run(stochasticDepth, ones(20_000, 2), 3, 0.3, 17);
  // Five standard deviations of a binomial share with 20,000 draws: 5 · √(0.3 · 0.7 / 20,000) = 0.0162.
  expect(Math.abs(y.filter((value) => value === 0).length / y.length - 0.3)).toBeLessThan(0.0162);
  expect(new Set(y)).toEqual(new Set([0, 1 / 0.7]));
});

test('the gradient drops the same examples', () => {
  const cases = fc
    .tuple(drawShape(), fc.constantFrom(0, 0.25, 0.5, 0.9), fc.nat())
    .map(([shape, rate, seed]) => ({ shapes: [shape, []], attributes: { rate, seed } }));
  checkGradients(stochasticDepth, cases, { int32: [1], ranges: [{}, { low: 1, high: 1000, integer: true }] });
});

test('impossible rates and inputs without examples are refused', () => {
  expect(() => run(stochasticDepth, ones(2), 1, 1, 0)).toThrow(
    'stochasticDepth: rate must be a number from 0 and below 1; received 1',
  );
  expect(() => run(stochasticDepth, valueOf([1], []), 1, 0.5, 0)).toThrow(
    "stochasticDepth: the input's first axis must number the examples; received []",
  );
});
