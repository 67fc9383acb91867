import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { channelMean, channelVariance } from './channelStatistics.js';
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

const x = valueOf([1, 10, 2, 10, 3, 10, 6, 10], [2, 2, 2]);

test('the population variance of each channel', () => {
  expect([...applyOperator(channelVariance, [x, valueOf([3, 10])], {}).data]).toEqual([(4 + 1 + 0 + 9) / 4, 0]);
});

test('both gradients agree with central differences', () => {
  checkGradients(
    channelVariance,
    drawShape().map((shape) => ({ shapes: [shape, shape.slice(-1)], attributes: {} })),
  );
});

test('a mean of another size is refused', () => {
  expect(() => applyOperator(channelVariance, [x, valueOf([3])], {})).toThrow(
    'channelVariance: the mean must have shape [2]; received [1]',
  );
});
