import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { averagePool2d, averagePool2dGradient, type AveragePool2dAttributes } from './averagePool2d.js';
import { drawPooling } from './drawing.js';
import { checkGradients } from './gradientCheck.js';

const attributes: AveragePool2dAttributes = {
  poolSize: [2, 2],
  strides: [2, 2],
  padding: 'valid',
  ceilMode: false,
  countPadding: false,
};
const nine = valueOf([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
const average = (more: Partial<AveragePool2dAttributes>, x = nine): number[] => [
  ...applyOperator(averagePool2d, [x], { ...attributes, ...more }).data,
];

test('the mean of each window, overlapping or not', () => {
  expect(average({})).toEqual([3]);
  expect(average({ strides: [1, 1] })).toEqual([3, 4, 6, 7]);
});

test('windows clipped by the edge divide by what they see', () => {
  expect(average({ ceilMode: true })).toEqual([3, 4.5, 7.5, 9]);
  expect(average({ ceilMode: true, countPadding: true })).toEqual([3, 4.5, 7.5, 9]);
  expect(average({ padding: 'same' })).toEqual([3, 4.5, 7.5, 9]);
});

test('padding counts as zeros when asked to, as count_include_pad', () => {
  expect(average({ padding: [1, 1, 1, 1] })).toEqual([1, 2.5, 5.5, 7]);
  expect(average({ padding: [1, 1, 1, 1], countPadding: true })).toEqual([0.25, 1.25, 2.75, 7]);
});

test('what hangs over even the padding in ceil mode is not counted', () => {
  const row = valueOf([1, 2, 3, 4], [1, 1, 4, 1]);
  const wide = { poolSize: [1, 3], strides: [1, 2], padding: [0, 0, 1, 1], ceilMode: true } as const;
  // The last window sees the 4, one column of padding and nothing of its third column.
  expect(average({ ...wide, countPadding: true }, row)).toEqual([1, 3, 2]);
  expect(average({ ...wide, countPadding: false }, row)).toEqual([1.5, 3, 4]);
});

test('each window shares its gradient equally', () => {
  const dx = applyOperator(averagePool2dGradient, [valueOf([4, 2, 2, 1], [1, 2, 2, 1])], {
    ...attributes,
    ceilMode: true,
    shape: [1, 3, 3, 1],
  });
  expect([...dx.data]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test('the gradient agrees with central differences', () => {
  const cases = fc
    .tuple(drawPooling(), fc.boolean())
    .map(([{ shapes, attributes: drawn }, countPadding]) => ({ shapes, attributes: { ...drawn, countPadding } }));
  checkGradients(averagePool2d, cases);
});

test('impossible shapes are refused', () => {
  expect(() => average({ poolSize: [4, 2] })).toThrow(
    'averagePool2d: a 4×2 window does not fit a 3×3 input with valid padding',
  );
  expect(() => average({}, valueOf([1], [1]))).toThrow('averagePool2d: the input must have 4 axes; received [1]');
  const dy = valueOf([1, 2], [1, 1, 2, 1]);
  expect(() => applyOperator(averagePool2dGradient, [dy], { ...attributes, shape: [1, 3, 3, 1] })).toThrow(
    'averagePool2dGradient: the gradient must have shape [1, 1, 1, 1]; received [1, 1, 2, 1]',
  );
});
