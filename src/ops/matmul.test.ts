import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { checkGradients } from './gradientCheck.js';
import { matmul } from './matmul.js';

const plain = { transposeA: false, transposeB: false };
const a = valueOf([1, 2, 3, 4, 5, 6], [2, 3]);
const b = valueOf([1, 0, 2, 1, 0, 3], [3, 2]);

test('rows times columns', () => {
  const y = applyOperator(matmul, [a, b], plain);
  expect(y.shape).toEqual([2, 2]);
  expect([...y.data]).toEqual([5, 11, 14, 23]);
});

test('transposed operands are read as if they had been transposed before', () => {
  const aT = valueOf([1, 4, 2, 5, 3, 6], [3, 2]);
  const bT = valueOf([1, 2, 0, 0, 1, 3], [2, 3]);
  expect([...applyOperator(matmul, [aT, b], { transposeA: true, transposeB: false }).data]).toEqual([5, 11, 14, 23]);
  expect([...applyOperator(matmul, [a, bT], { transposeA: false, transposeB: true }).data]).toEqual([5, 11, 14, 23]);
  expect([...applyOperator(matmul, [aT, bT], { transposeA: true, transposeB: true }).data]).toEqual([5, 11, 14, 23]);
});

test('both gradients agree with central differences, however the operands are read', () => {
  const axis = fc.integer({ min: 1, max: 4 });
  const cases = fc
    .tuple(axis, axis, axis, fc.boolean(), fc.boolean())
    .map(([m, k, n, transposeA, transposeB]) => ({
      shapes: [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]],
      attributes: { transposeA, transposeB },
    }));
  checkGradients(matmul, cases);
});

test('a multiply-add counts two operations', () => {
  const types = [a, b].map(({ shape }) => ({ shape, dtype: 'float32' }) as const);
  expect(matmul.flops?.(types, plain, { shape: [2, 2], dtype: 'float32' })).toBe(24);
});

test('matrices that do not fit are refused', () => {
  expect(() => applyOperator(matmul, [a, b], { transposeA: true, transposeB: false })).toThrow(
    "matmul: the first matrix's columns must be as many as the second's rows; received [2, 3] transposed and [3, 2]",
  );
  expect(() => applyOperator(matmul, [a, valueOf([1])], plain)).toThrow(
    'matmul: the second matrix must have 2 axes; received [1]',
  );
});
