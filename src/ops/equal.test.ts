import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { equal } from './equal.js';

test('1 where equal, of float32 and of int32', () => {
  for (const int32 of [[], [0, 1]]) {
    expect([...applyOperator(equal, [valueOf([1, 2, 3]), valueOf([1, 3, 3])], {}, int32).data]).toEqual([1, 0, 1]);
  }
  const labels = { shape: [3], dtype: 'int32' } as const;
  expect(equal.infer([labels, labels], {}, 'equal')).toEqual({ shape: [3], dtype: 'float32' });
});

test('values of different shapes or element types are refused', () => {
  expect(() => applyOperator(equal, [valueOf([1]), valueOf([1, 2])], {})).toThrow('received [1] and [2]');
  expect(() => applyOperator(equal, [valueOf([1]), valueOf([1])], {}, [1])).toThrow(
    'equal: inputs must have the same element type; received float32 [1] and int32 [1]',
  );
});
