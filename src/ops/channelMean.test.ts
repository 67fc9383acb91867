import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { channelMean } from './channelMean.js';
import { checkGradients, drawShape } from './gradientCheck.js';

test('one mean per channel', () => {
  const mean = applyOperator(channelMean, [valueOf([1, 10, 2, 20, 6, 60], [1, 3, 1, 2])], {});
  expect(mean.shape).toEqual([2]);
  expect([...mean.data]).toEqual([3, 30]);
});

test('the gradient agrees with central differences', () => {
  checkGradients(
    channelMean,
    drawShape().map((shape) => ({ shapes: [shape], attributes: {} })),
  );
});

test('a scalar has no channels', () => {
  expect(() => applyOperator(channelMean, [valueOf([1], [])], {})).toThrow(
    'channelMean: the input must have at least 1 axis; received []',
  );
});
