import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { checkGradients, drawShape } from './gradientCheck.js';
import { localResponseNormalization, type LocalResponseNormalizationAttributes } from './localResponseNormalization.js';

const x = [1, -2, 3, 0.5, -1.5, 2.5];

/** What PyTorch 1.13's local_response_norm gives for x in float64: size, alpha, beta, k, values. */
const fromPyTorch: readonly [number, number, number, number, number[]][] = [
  [4, 0.4, 0.75, 1, [0.737787946, -1.037221629, 1.543787242, 0.247779213, -0.697660313, 1.560231546]],
  [5, 1.5, 0.75, 2, [0.25451081, -0.504451826, 0.700862222, 0.100218804, -0.336887997, 0.792695159]],
  [2, 1, 0.5, 1, [0.816496581, -1.069044968, 1.095445115, 0.210818511, -1, 1.091089451]],
  [9, 0.1, 1.3, 0.5, [1.640505202, -2.893098156, 4.339647234, 0.723274539, -2.169823617, 3.686961647]],
];

describe('localResponseNormalization', () => {
  it.each(fromPyTorch)('gives what PyTorch gives for size %i, alpha %f, beta %f, k %f', (...row) => {
    const [size, alpha, beta, bias, expected] = row;
    // Two pixels: windows must not reach from one into the other.
    const y = applyOperator(localResponseNormalization, [valueOf([...x, ...x], [1, 2, 1, 6])], {
      size,
      alpha,
      beta,
      bias,
    });
    expect(y.shape).toEqual([1, 2, 1, 6]);
    y.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i % 6], 8));
  });

  it('has a gradient that agrees with central differences', () => {
    const cases = fc.record({
      shapes: drawShape({ size: [1, 7] }).map((shape) => [shape]),
      attributes: fc.record({
        size: fc.integer({ min: 1, max: 9 }),
        alpha: fc.constantFrom<number[]>(0, 1e-4, 0.7, 3),
        beta: fc.constantFrom<number[]>(0.75, 0.5, 1, 1.7),
        bias: fc.constantFrom<number[]>(1, 2, 0.5),
      }),
    });
    checkGradients(localResponseNormalization, cases, { runs: 60 });
  });

  it('refuses what it cannot divide by', () => {
    const usual = { size: 5, alpha: 1e-4, beta: 0.75, bias: 1 };
    const apply = (changed: Partial<LocalResponseNormalizationAttributes>) => () =>
      applyOperator(localResponseNormalization, [valueOf(x)], { ...usual, ...changed });
    expect(apply({ size: 0 })).toThrow(/size must be a whole number from 1; received 0/);
    expect(apply({ alpha: -1 })).toThrow(/alpha must be a number from 0; received -1/);
    expect(apply({ beta: NaN })).toThrow(/beta must be a finite number; received NaN/);
    expect(apply({ bias: 0 })).toThrow(/bias must be a number above 0; received 0/);
    expect(() => applyOperator(localResponseNormalization, [valueOf([1], [])], usual)).toThrow(/axis of channels/);
  });
});
