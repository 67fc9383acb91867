import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { checkGradients, drawShape } from './gradientCheck.js';
import { softmaxCrossentropy, softmaxCrossentropyGradient } from './softmaxCrossentropy.js';

test('−Σ t · log softmax(x), row by row', () => {
  const logits = valueOf([0, Math.log(3), 0, 0], [2, 2]);
  const targets = valueOf([0, 1, 0.25, 0.75], [2, 2]);
  const loss = applyOperator(softmaxCrossentropy, [logits, targets], {});
  expect(loss.shape).toEqual([2]);
  expect(loss.data[0]).toBeCloseTo(Math.log(4 / 3), 12);
  expect(loss.data[1]).toBeCloseTo(Math.log(2), 12);
});

test('logits of any size neither overflow nor vanish', () => {
  const logits = valueOf([1000, 0, -1000, 0], [2, 2]);
  const targets = valueOf([0, 1, 1, 0], [2, 2]);
  expect([...applyOperator(softmaxCrossentropy, [logits, targets], {}).data]).toEqual([1000, 1000]);
  const dlogits = applyOperator(softmaxCrossentropyGradient, [valueOf([1, 1]), logits, targets], {});
  expect([...dlogits.data]).toEqual([1, -1, -1, 1]);
});

test('the gradient agrees with central differences, whatever the targets sum to', () => {
  const cases = drawShape().map((shape) => ({ shapes: [shape, shape], attributes: {} }));
  checkGradients(softmaxCrossentropy, cases, {
    without: [1],
    ranges: [
      { low: -5, high: 5 },
      { low: 0, high: 1 },
    ],
  });
});

test('targets of another shape are refused', () => {
  expect(() => applyOperator(softmaxCrossentropy, [valueOf([1, 2], [1, 2]), valueOf([1])], {})).toThrow(
    'softmaxCrossentropy: targets must have shape [1, 2]; received [1]',
  );
});
