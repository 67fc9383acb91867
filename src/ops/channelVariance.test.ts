import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { channelVariance } from './channelVariance.js';
import { checkGradients, drawShape } from './gradientCheck.js';

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
