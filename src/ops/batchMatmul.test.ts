import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { batchMatmul } from './batchMatmul.js';
import { checkGradients } from './gradientCheck.js';

const a = valueOf([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
const b = valueOf([1, 0, 2, 1, 0, 3, 1, 1], [2, 2, 2]);

test('each matrix of the first list times its partner', () => {
  const y = applyOperator(batchMatmul, [a, b], {});
  expect(y.shape).toEqual([2, 2, 2]);
  expect([...y.data]).toEqual([5, 2, 11, 4, 6, 21, 8, 29]);
});

test('both gradients agree with central differences', () => {
  const axis = fc.integer({ min: 1, max: 4 });
  const cases = fc.tuple(axis, axis, axis, axis).map(([count, m, k, n]) => ({
    shapes: [
      [count, m, k],
      [count, k, n],
    ],
    attributes: {},
  }));
  checkGradients(batchMatmul, cases);
});

test('a multiply-add counts two operations', () => {
  const types = [a, b].map(({ shape }) => ({ shape, dtype: 'float32' }) as const);
  expect(batchMatmul.flops?.(types, {}, { shape: [2, 2, 2], dtype: 'float32' })).toBe(32);
});

test('lists that do not fit are refused', () => {
  expect(() => applyOperator(batchMatmul, [a, valueOf([1, 2], [1, 2, 1])], {})).toThrow(
    "batchMatmul: there must be as many matrices in both lists, the first ones' columns as many as the second ones' rows; received [2, 2, 2] and [1, 2, 1]",
  );
  expect(() => applyOperator(batchMatmul, [a, valueOf([1])], {})).toThrow(
    'the second list of matrices must have 3 axes',
  );
});
