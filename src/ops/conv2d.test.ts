import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GraphBuilder, type Type } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import { applyOperator, valueOf } from './applyOperator.js';
import { conv2d, conv2dFilterGradient, conv2dInputGradient, type Conv2dAttributes } from './conv2d.js';
import { checkGradients, type GradientCase } from './gradientCheck.js';

const pair = (max: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));

const margins = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2));

const anyConvolution = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    input: fc.tuple(fc.integer({ min: 5, max: 7 }), fc.integer({ min: 5, max: 7 })),
    kernel: pair(3),
    strides: pair(2),
    dilation: pair(2),
    groups: fc.integer({ min: 1, max: 2 }),
    channels: fc.integer({ min: 1, max: 2 }),
    filters: fc.integer({ min: 1, max: 2 }),
    padding: fc.oneof(fc.constant('valid' as const), fc.constant('same' as const), margins),
  })
  .map(({ batch, input, kernel, channels, filters, groups, ...rest }) => ({
    shapes: [
      [batch, ...input, channels * groups],
      [...kernel, channels, filters * groups],
    ],
    attributes: { groups, ...rest },
  }));

test('both gradients of conv2d agree with central differences', () => {
  checkGradients(conv2d, anyConvolution);
});

/** Leftover rows and columns included: where strides do not divide, the last of the picture meet no tap. */
const outputOf = ({ shapes: [x, w], attributes }: GradientCase<Conv2dAttributes>): Shape =>
  conv2d.infer(
    [x, w].map((shape): Type => ({ shape, dtype: 'float32' })),
    attributes,
    'conv2d',
  ).shape;

test('the gradients have gradients of their own, which agree with central differences', () => {
  const byInput = anyConvolution.map((of) => ({
    shapes: [outputOf(of), of.shapes[1]],
    attributes: { ...of.attributes, shape: of.shapes[0] },
  }));
  checkGradients(conv2dInputGradient, byInput);
  const byFilter = anyConvolution.map((of) => ({
    shapes: [of.shapes[0], outputOf(of)],
    attributes: { ...of.attributes, shape: of.shapes[1] },
  }));
  checkGradients(conv2dFilterGradient, byFilter);
});

test('an impossible window is refused with what was received', () => {
  const graph = new GraphBuilder('test');
  const x = graph.input('x', [1, 3, 3, 1]);
  const w = graph.input('w', [5, 5, 1, 4]);
  const attributes = { strides: [1, 1], padding: 'valid', dilation: [1, 1], groups: 1 } as const;
  expect(() => conv2d(x, w, attributes)).toThrow('conv2d: a 5×5 kernel does not fit a 3×3 input');
});

const plain: Conv2dAttributes = { strides: [1, 1], padding: 'valid', dilation: [1, 1], groups: 1 };
const nine = valueOf([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
/** 1000·(top left) + 100·(top right) + 10·(bottom left) + (bottom right): shows which elements meet which tap. */
const digits = valueOf([1000, 100, 10, 1], [2, 2, 1, 1]);
const convolve = (more: Partial<Conv2dAttributes>, x = nine, w = digits): number[] => [
  ...applyOperator(conv2d, [x, w], { ...plain, ...more }).data,
];

test('taps meet elements in the order of the picture: the kernel is not flipped', () => {
  expect(convolve({})).toEqual([1245, 2356, 4578, 5689]);
});

test('strides skip places, dilation spreads taps', () => {
  expect(convolve({ strides: [1, 2] })).toEqual([1245, 4578]);
  expect(convolve({ dilation: [2, 2] })).toEqual([1379]);
});

test('same padding of an even kernel goes below and right; explicit margins go where they are asked', () => {
  expect(convolve({ padding: 'same' })).toEqual([1245, 2356, 3060, 4578, 5689, 6090, 7800, 8900, 9000]);
  expect(convolve({ padding: [1, 0, 0, 0] })).toEqual([12, 23, 1245, 2356, 4578, 5689]);
  expect(convolve({ padding: [0, 0, 1, 0] })).toEqual([104, 1245, 2356, 407, 4578, 5689]);
});

test('channels are summed within their group, and filters belong to one group each', () => {
  const x = valueOf([1, 2, 3, 4], [1, 1, 1, 4]);
  const w = valueOf([1, 2, 3, 4, 10, 20, 30, 40], [1, 1, 2, 4]);
  expect(convolve({ groups: 2 }, x, w)).toEqual([1 * 1 + 2 * 10, 1 * 2 + 2 * 20, 3 * 3 + 4 * 30, 3 * 4 + 4 * 40]);
});

test('channels that do not fit the kernel, and gradients of another shape, are refused', () => {
  expect(() => convolve({}, nine, valueOf([1, 2], [1, 1, 2, 1]))).toThrow(
    'conv2d: a kernel of [1, 1, 2, 1] in 1 group needs an input with 2 channels and filters in whole groups; ' +
      'received input [1, 3, 3, 1]',
  );
  expect(() => applyOperator(conv2dInputGradient, [nine, digits], { ...plain, shape: [1, 3, 3, 1] })).toThrow(
    'conv2dInputGradient: the gradient must have shape [1, 2, 2, 1]; received [1, 3, 3, 1]',
  );
});
