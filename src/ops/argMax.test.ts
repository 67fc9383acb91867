import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { argMax } from './argMax.js';

test('the place of the largest, the first of equal ones', () => {
  const y = applyOperator(argMax, [valueOf([-3, -1, -2, 5, 5, 0], [2, 3])], {});
  expect(y.shape).toEqual([2]);
  expect([...y.data]).toEqual([1, 0]);
});

test('the result is int32, as labels are', () => {
  expect(argMax.infer([{ shape: [4, 10], dtype: 'float32' }], {}, 'argMax')).toEqual({ shape: [4], dtype: 'int32' });
});

test('a scalar has no places', () => {
  expect(() => applyOperator(argMax, [valueOf([1], [])], {})).toThrow(
    "argMax: the input's last axis must not be empty; received []",
  );
});
