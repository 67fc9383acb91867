import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { oneHot } from './oneHot.js';

test('1 at the label, zeros for a label out of range', () => {
  const y = applyOperator(oneHot, [valueOf([2, 0, 3, -1], [2, 2])], { depth: 3 }, [0]);
  expect(y.shape).toEqual([2, 2, 3]);
  expect([...y.data]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('labels that are not int32, and impossible depths, are refused', () => {
  expect(() => applyOperator(oneHot, [valueOf([1])], { depth: 3 })).toThrow(
    'oneHot: labels must be int32; received float32 [1]',
  );
  expect(() => applyOperator(oneHot, [valueOf([1])], { depth: 0 }, [0])).toThrow(
    'oneHot: depth must be a whole number from 1; received 0',
  );
});
