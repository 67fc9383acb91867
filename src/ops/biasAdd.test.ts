import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { biasAdd, biasGradient } from './biasAdd.js';
import { checkGradients, drawShape } from './gradientCheck.js';

const x = valueOf([1, 2, 3, 4, 5, 6], [1, 3, 2]);

test('adds one number per channel', () => {
  expect([...applyOperator(biasAdd, [x, valueOf([10, 20])], {}).data]).toEqual([11, 22, 13, 24, 15, 26]);
});

test('its gradient sums everything but the channels', () => {
  const db = applyOperator(biasGradient, [x], {});
  expect(db.shape).toEqual([2]);
  expect([...db.data]).toEqual([9, 12]);
});

test('both gradients agree with central differences', () => {
  checkGradients(
    biasAdd,
    drawShape().map((shape) => ({ shapes: [shape, shape.slice(-1)], attributes: {} })),
  );
});

test('a bias of the wrong size is refused', () => {
  expect(() => applyOperator(biasAdd, [x, valueOf([1, 2, 3])], {})).toThrow(
    'biasAdd: the bias must have shape [2]; received [3]',
  );
  expect(() => applyOperator(biasAdd, [valueOf([1], []), valueOf([1])], {})).toThrow(
    'biasAdd: the input must have at least 1 axis; received []',
  );
});
