import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/index.js';
import { applyOperator, valueOf } from './applyOperator.js';
import { drawPooling } from './drawing.js';
import { checkGradients } from './gradientCheck.js';
import { maxPool2d, maxPool2dGradient } from './maxPool2d.js';
import type { Pool2dAttributes } from './poolWindow.js';

const attributes: Pool2dAttributes = { poolSize: [2, 2], strides: [2, 2], padding: 'valid', ceilMode: false };
const nine = valueOf([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);

test('the largest of each window, channel by channel', () => {
  const x = valueOf([1, -1, 2, -2, 3, -3, 4, -4], [1, 2, 2, 2]);
  expect([...applyOperator(maxPool2d, [x], attributes).data]).toEqual([4, -1]);
});

test('overlapping windows', () => {
  const y = applyOperator(maxPool2d, [nine], { ...attributes, strides: [1, 1] });
  expect(y.shape).toEqual([1, 2, 2, 1]);
  expect([...y.data]).toEqual([5, 6, 8, 9]);
});

test('valid padding drops the edge, ceil mode and same padding clip the window', () => {
  expect([...applyOperator(maxPool2d, [nine], attributes).data]).toEqual([5]);
  expect([...applyOperator(maxPool2d, [nine], { ...attributes, ceilMode: true }).data]).toEqual([5, 6, 8, 9]);
  expect([...applyOperator(maxPool2d, [nine], { ...attributes, padding: 'same' }).data]).toEqual([5, 6, 8, 9]);
});

test('padding never wins, however negative the input', () => {
  const x = valueOf([-4, -3, -2, -1], [1, 2, 2, 1]);
  const y = applyOperator(maxPool2d, [x], { ...attributes, padding: [1, 1, 1, 1] });
  expect([...y.data]).toEqual([-4, -3, -2, -1]);
});

test('the first of equal maxima, in row order, gets the whole gradient', () => {
  const x = valueOf([0, 7, 7, 7], [1, 2, 2, 1]);
  const y = applyOperator(maxPool2d, [x], attributes);
  const dx = applyOperator(maxPool2dGradient, [valueOf([3], [1, 1, 1, 1]), x, y], attributes);
  expect([...dx.data]).toEqual([0, 3, 0, 0]);
});

test('an element that wins several windows gets the sum of their gradients', () => {
  const x = valueOf([0, 9, 0, 0], [1, 1, 4, 1]);
  const overlap: Pool2dAttributes = { ...attributes, poolSize: [1, 2], strides: [1, 1] };
  const y = applyOperator(maxPool2d, [x], overlap);
  const dx = applyOperator(maxPool2dGradient, [valueOf([1, 10, 100], [1, 1, 3, 1]), x, y], overlap);
  expect([...dx.data]).toEqual([0, 11, 100, 0]);
});

test('the gradient agrees with central differences', () => {
  checkGradients(maxPool2d, drawPooling(), { ranges: [{ distinct: true }] });
});

test('impossible shapes are refused', () => {
  const graph = new GraphBuilder('test');
  const pool = (shape: number[], more: Partial<Pool2dAttributes>) => () =>
    graph.scope('pool_1', () => maxPool2d(graph.input(`x${shape.join()}`, shape), { ...attributes, ...more }));
  expect(pool([1, 2, 2, 1], { poolSize: [3, 3] })).toThrow(
    "maxPool2d 'pool_1': a 3×3 window does not fit a 2×2 input with valid padding; use padding 'same', a smaller window",
  );
  expect(pool([2, 2, 1], {})).toThrow("maxPool2d 'pool_1': the input must have 4 axes; received [2, 2, 1]");
  expect(pool([1, 4, 4, 1], { padding: [2, 0, 0, 0] })).toThrow(
    "maxPool2d 'pool_1': padding must be smaller than the window, 2×2; received [2, 0, 0, 0]",
  );
  expect(pool([1, 4, 4, 1], { poolSize: [0, 2] })).toThrow('the window must be whole numbers from 1');
  const labels = graph.input('labels', [1, 4, 4, 1], 'int32');
  expect(() => maxPool2d(labels, attributes)).toThrow(
    'maxPool2d: the input must be float32; received int32 [1, 4, 4, 1]',
  );
});
