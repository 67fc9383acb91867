import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { checkGradients, drawShape } from './gradientCheck.js';
import { sigmoidCrossentropy, sigmoidCrossentropyGradient } from './sigmoidCrossentropy.js';

test('−t·log σ(x) − (1 − t)·log(1 − σ(x)), element by element', () => {
  const x = Math.log(3); // σ(x) = 3/4
  const loss = applyOperator(sigmoidCrossentropy, [valueOf([x, x, x]), valueOf([1, 0, 0.5])], {});
  [Math.log(4 / 3), Math.log(4), Math.log(4) - x / 2].forEach((expected, i) =>
    expect(loss.data[i]).toBeCloseTo(expected, 12),
  );
});

test('logits of any size neither overflow nor vanish', () => {
  const logits = valueOf([1000, -1000, 1000, -1000, 40]);
  const targets = valueOf([0, 1, 1, 0, 1]);
  const loss = applyOperator(sigmoidCrossentropy, [logits, targets], {});
  expect([...loss.data]).toEqual([1000, 1000, 0, 0, Math.exp(-40)]);
  const ones = valueOf([1, 1, 1, 1, 1]);
  const dx = applyOperator(sigmoidCrossentropyGradient, [ones, logits, targets], {});
  expect([...dx.data].slice(0, 4)).toEqual([1, -1, 0, 0]);
});

test('the gradient agrees with central differences', () => {
  const cases = drawShape().map((shape) => ({ shapes: [shape, shape], attributes: {} }));
  // The formula is smooth at 0, though each of its parts is not.
  checkGradients(sigmoidCrossentropy, cases, {
    without: [1],
    ranges: [
      { low: -5, high: 5 },
      { low: 0, high: 1 },
    ],
  });
});

test('targets of another shape are refused', () => {
  expect(() => applyOperator(sigmoidCrossentropy, [valueOf([1, 2]), valueOf([1])], {})).toThrow(
    'sigmoidCrossentropy: inputs must have the same shape; received [2] and [1]',
  );
});
