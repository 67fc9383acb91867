import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { checkGradients } from './gradientCheck.js';
import { upSampling2d, upSampling2dGradient, type UpSampling2dAttributes } from './upSampling2d.js';

const grid = valueOf([1, 2, 3, 4], [1, 2, 2, 1]);
const enlarge = (attributes: UpSampling2dAttributes, x = grid): number[] => [
  ...applyOperator(upSampling2d, [x], attributes).data,
];

test('nearest repeats rows and columns', () => {
  expect(enlarge({ size: [2, 3], interpolation: 'nearest' })).toEqual(
    [
      [1, 1, 1, 2, 2, 2],
      [1, 1, 1, 2, 2, 2],
      [3, 3, 3, 4, 4, 4],
      [3, 3, 3, 4, 4, 4],
    ].flat(),
  );
});

test('bilinear reads between the centres of pixels, as tf.image.resize and PyTorch without align_corners', () => {
  expect(enlarge({ size: [2, 2], interpolation: 'bilinear' })).toEqual(
    [
      [1, 1.25, 1.75, 2],
      [1.5, 1.75, 2.25, 2.5],
      [2.5, 2.75, 3.25, 3.5],
      [3, 3.25, 3.75, 4],
    ].flat(),
  );
  // An odd factor meets the centres: thirds between them.
  const row = valueOf([0, 3, 9], [1, 1, 3, 1]);
  const thirds = enlarge({ size: [1, 3], interpolation: 'bilinear' }, row);
  [0, 0, 1, 2, 3, 5, 7, 9, 9].forEach((expected, i) => expect(thirds[i]).toBeCloseTo(expected, 12));
});

test('channels stay apart', () => {
  const x = valueOf([1, 10, 3, 30], [1, 1, 2, 2]);
  expect(enlarge({ size: [1, 2], interpolation: 'bilinear' }, x)).toEqual([1, 10, 1.5, 15, 2.5, 25, 3, 30]);
});

test('the gradient gives every pixel what was made of it', () => {
  const dy = valueOf([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]);
  const of = (interpolation: 'nearest' | 'bilinear'): number[] => [
    ...applyOperator(upSampling2dGradient, [dy], { size: [2, 2], interpolation }).data,
  ];
  expect(of('nearest')).toEqual([1 + 2 + 5 + 6, 3 + 4 + 7 + 8]);
  expect(of('bilinear')).toEqual([6 + 0.75 * 8 + 0.25 * 10, 12 + 0.75 * 10 + 0.25 * 8]);
});

const small = fc.integer({ min: 1, max: 4 });
const drawn = fc
  .record({
    shape: fc.tuple(fc.integer({ min: 1, max: 2 }), small, small, fc.integer({ min: 1, max: 3 })),
    size: fc.tuple(small, small),
    interpolation: fc.constantFrom('nearest' as const, 'bilinear' as const),
  })
  .map(({ shape, ...attributes }) => ({ shapes: [shape], attributes }));

test('the gradient and its own gradient agree with central differences', () => {
  checkGradients(upSampling2d, drawn);
  const enlarged = drawn.map(({ shapes: [[n, h, w, c]], attributes }) => ({
    shapes: [[n, h * attributes.size[0], w * attributes.size[1], c]],
    attributes,
  }));
  checkGradients(upSampling2dGradient, enlarged);
});

test('what cannot be is refused', () => {
  expect(() => enlarge({ size: [0, 1], interpolation: 'nearest' })).toThrow(
    'upSampling2d: size must be two whole numbers from 1; received [0, 1]',
  );
  expect(() => enlarge({ size: [2, 2], interpolation: 'cubic' as 'nearest' })).toThrow(
    "upSampling2d: interpolation must be nearest or bilinear; received 'cubic'",
  );
  expect(() => applyOperator(upSampling2dGradient, [grid], { size: [2, 3], interpolation: 'nearest' })).toThrow(
    "upSampling2dGradient: the gradient's rows and columns must be multiples of size 2×3; received [1, 2, 2, 1]",
  );
});
