import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { conv2d } from './conv2d.js';
import { checkGradients, drawValue } from './gradientCheck.js';
import { locallyConnected2d } from './locallyConnected2d.js';

const attributes = { kernel: [1, 2], strides: [1, 1] } as const;
const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

const anyLocal = fc
  .record({
    input: fc.tuple(size(2), fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 5 }), size(2)),
    kernel: fc.tuple(size(2), size(2)),
    strides: fc.tuple(size(3), size(3)),
    filters: size(3),
  })
  .map(({ input, kernel, strides, filters }) => {
    const places = [0, 1].map((axis) => Math.floor((input[axis + 1] - kernel[axis]) / strides[axis]) + 1);
    const weights = [places[0] * places[1], kernel[0] * kernel[1] * input[3], filters];
    return { shapes: [input, weights], attributes: { kernel, strides } };
  });

test('every position has weights of its own', () => {
  const x = valueOf([1, 2, 3], [1, 1, 3, 1]);
  const w = valueOf([1, 10, 100, 1000], [2, 2, 1]);
  const y = applyOperator(locallyConnected2d, [x, w], attributes);
  expect(y.shape).toEqual([1, 1, 2, 1]);
  expect([...y.data]).toEqual([1 + 20, 200 + 3000]);
});

test('with the same weights everywhere it is a convolution', () => {
  const x = drawValue([2, 5, 4, 3], 1);
  const w = drawValue([2, 3, 3, 2], 2);
  const repeated = valueOf([...w.data, ...w.data, ...w.data, ...w.data], [4, 18, 2]);
  const local = applyOperator(locallyConnected2d, [x, repeated], { kernel: [2, 3], strides: [2, 1] });
  const convolution = { strides: [2, 1], padding: 'valid', dilation: [1, 1], groups: 1 } as const;
  const shared = applyOperator(conv2d, [x, w], convolution);
  expect(local.shape).toEqual(shared.shape);
  local.data.forEach((value, i) => expect(value).toBeCloseTo(shared.data[i], 12));
});

test('both gradients agree with central differences', () => {
  checkGradients(locallyConnected2d, anyLocal);
});

test('weights that do not suit the positions are refused', () => {
  const x = valueOf([1, 2, 3], [1, 1, 3, 1]);
  expect(() => applyOperator(locallyConnected2d, [x, valueOf([1, 2], [1, 2, 1])], attributes)).toThrow(
    'locallyConnected2d: a 1×2 kernel with strides 1×1 on input [1, 1, 3, 1] needs weights [2, 2, 1]; received [1, 2, 1]',
  );
  expect(() => applyOperator(locallyConnected2d, [x, valueOf([1])], attributes)).toThrow(
    'locallyConnected2d: the kernel must have 3 axes; received [1]',
  );
});
