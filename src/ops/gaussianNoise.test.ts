import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { gaussianNoise } from './gaussianNoise.js';
import { checkGradients, drawShape } from './gradientCheck.js';

/** Noise on zeros. */
const noise = (count: number, step: number, stddev: number, seed: number): number[] => {
  const zeros = valueOf(new Array<number>(count).fill(0));
  return [...applyOperator(gaussianNoise, [zeros, valueOf([step], [])], { stddev, seed }, [1]).data];
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('is normally distributed: mean, spread, and the shares within one, two and three deviations', () => {
  const stddev = 0.5;
  const z = noise(200_000, 3, stddev, 17).map((value) => value / stddev);
  // Five standard errors of 200,000 draws: 0.0112 of the mean, 0.008 of the deviation, 0.0056 of a share.
  expect(Math.abs(mean(z))).toBeLessThan(0.0112);
  expect(Math.abs(Math.sqrt(mean(z.map((value) => value ** 2))) - 1)).toBeLessThan(0.008);
  for (const [limit, share] of [
    [1, 0.6826895],
    [2, 0.9544997],
    [3, 0.9973002],
  ]) {
    expect(Math.abs(mean(z.map((value) => (Math.abs(value) <= limit ? 1 : 0))) - share)).toBeLessThan(0.0056);
  }
});

test('is the same for the same seed, step and position, and another otherwise', () => {
  const first = noise(1000, 1, 1, 1);
  expect(noise(1000, 1, 1, 1)).toEqual(first);
  for (const other of [noise(1000, 2, 1, 1), noise(1000, 1, 1, 2)]) {
    // Independent draws: 1/√1000 is one standard error of the correlation.
    expect(Math.abs(mean(first.map((value, i) => value * other[i])))).toBeLessThan(5 / Math.sqrt(1000));
  }
});

test('the gradient passes through', () => {
  const cases = fc
    .tuple(drawShape(), fc.constantFrom(0, 0.25, 2), fc.nat())
    .map(([shape, stddev, seed]) => ({ shapes: [shape, []], attributes: { stddev, seed } }));
  checkGradients(gaussianNoise, cases, { int32: [1], ranges: [{}, { low: 1, high: 1000, integer: true }] });
});

test('impossible deviations and seeds are refused', () => {
  expect(() => noise(2, 1, -1, 0)).toThrow('gaussianNoise: stddev must be a number from 0; received -1');
  expect(() => noise(2, 1, Infinity, 0)).toThrow('received Infinity');
  expect(() => noise(2, 1, 1, 0.5)).toThrow('gaussianNoise: seed must be a whole number; received 0.5');
});
