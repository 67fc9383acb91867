import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '../graph/index.js';
import { applyOperator, valueOf } from './applyOperator.js';
import { dropout } from './dropout.js';
import { checkGradients, drawShape } from './gradientCheck.js';

const ones = (count: number): Value => valueOf(new Array<number>(count).fill(1));
const apply = (x: Value, step: number, rate: number, seed: number): number[] => [
  ...applyOperator(dropout, [x, valueOf([step], [])], { rate, seed }, [1]).data,
];
const keptShare = (values: number[]): number => values.filter((value) => value !== 0).length / values.length;

/** The documented hash once more, in exact integers. */
function hash(i: number, step: number, seed: number): bigint {
  const wrap = (value: bigint): bigint => BigInt.asUintN(32, value);
  let u = wrap(BigInt(i) + BigInt(step) * 0x9e3779b9n + BigInt(seed) * 0x85ebca6bn);
  u = wrap((u ^ (u >> 16n)) * 0x7feb352dn);
  u = wrap((u ^ (u >> 15n)) * 0x846ca68bn);
  return u ^ (u >> 16n);
}

test('which elements stay is the documented hash of seed, step and position', () => {
  const seeds = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(fc.nat(0x7fffffff), seeds, fc.double({ min: 0, max: 0.999, noNaN: true }), (step, seed, rate) => {
      const threshold = BigInt(Math.floor(rate * 4294967296));
      const expected = Array.from({ length: 50 }, (_, i) => hash(i, step, seed) >= threshold);
      expect(apply(ones(50), step, rate, seed).map((value) => value !== 0)).toEqual(expected);
    }),
    { seed: 1 },
  );
});

test('drops the share asked for and keeps the mean', () => {
  for (const rate of [0.1, 0.5, 0.9]) {
    const y = apply(ones(40_000), 3, rate, 17);
    // Five standard deviations of a binomial share with 40,000 draws are at most 0.0125.
    expect(Math.abs(keptShare(y) - (1 - rate))).toBeLessThan(0.0125);
    expect(new Set(y)).toEqual(new Set([0, 1 / (1 - rate)]));
  }
});

test('another step or another seed drops other elements, about half of them in common at rate 0.5', () => {
  const first = apply(ones(10_000), 1, 0.5, 1);
  for (const other of [apply(ones(10_000), 2, 0.5, 1), apply(ones(10_000), 1, 0.5, 2)]) {
    const common = first.filter((value, i) => value === other[i]).length;
    // Independent masks agree in 5,000 ± 50 places.
    expect(Math.abs(common - 5000)).toBeLessThan(250);
  }
  expect(apply(ones(10_000), 1, 0.5, 1)).toEqual(first);
});

test('rate 0 changes nothing', () => {
  expect(apply(valueOf([1, -2, 3]), 5, 0, 9)).toEqual([1, -2, 3]);
});

test('the gradient drops the same elements', () => {
  const rates = fc.constantFrom(0, 0.25, 0.5, 0.9);
  const cases = fc
    .tuple(drawShape(), rates, fc.nat())
    .map(([shape, rate, seed]) => ({ shapes: [shape, []], attributes: { rate, seed } }));
  checkGradients(dropout, cases, { int32: [1], ranges: [{}, { low: 1, high: 1000, integer: true }] });
});

test('impossible rates and steps are refused', () => {
  expect(() => apply(ones(2), 1, 1, 0)).toThrow('dropout: rate must be a number from 0 and below 1; received 1');
  expect(() => apply(ones(2), 1, -0.1, 0)).toThrow('received -0.1');
  expect(() => apply(ones(2), 1, 0.5, 0.5)).toThrow('dropout: seed must be a whole number; received 0.5');
  expect(() => applyOperator(dropout, [ones(2), valueOf([1], [])], { rate: 0.5, seed: 0 })).toThrow(
    'dropout: the step must be int32; received float32 []',
  );
});
