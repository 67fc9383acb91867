import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slideWindow, type Margins } from './window.js';

const size = fc.integer({ min: 1, max: 12 });
const small = fc.integer({ min: 1, max: 4 });

test('valid padding gives ⌊(N − F)/S⌋ + 1', () => {
  const { output, margins } = slideWindow([227, 28], [11, 3], [4, 1], 'valid');
  expect(output).toEqual([55, 26]);
  expect(margins).toEqual([0, 0, 0, 0]);
});

test('same padding gives ⌈N/S⌉ and puts the odd row below and the odd column right', () => {
  const { output, margins } = slideWindow([224, 7], [7, 3], [2, 2], 'same');
  expect(output).toEqual([112, 4]);
  expect(margins).toEqual([2, 3, 1, 1]);
});

test('dilation widens the kernel', () => {
  expect(slideWindow([7, 7], [3, 3], [1, 1], 'valid', [2, 3]).output).toEqual([3, 1]);
});

test('ceil mode keeps the window that hangs over the edge, unless it begins beyond the input', () => {
  expect(slideWindow([6, 7], [3, 3], [2, 2], 'valid', [1, 1], true).output).toEqual([3, 3]);
  // PyTorch's rule: of three windows at 0, 2, 4 over 3 + 1 rows the last would see trailing padding alone.
  expect(slideWindow([3, 3], [2, 2], [2, 2], [1, 1, 1, 1], [1, 1], true).output).toEqual([2, 2]);
  expect(slideWindow([2, 2], [3, 3], [2, 2], 'valid', [1, 1], true).output).toEqual([1, 1]);
});

test('the output is the number of places where a window fits', () => {
  fc.assert(
    fc.property(size, small, small, small, fc.nat(3), fc.nat(3), (input, kernel, stride, dilation, before, after) => {
      const span = (kernel - 1) * dilation + 1;
      fc.pre(input + before + after >= span);
      let places = 0;
      for (let start = 0; start + span <= input + before + after; start += stride) places++;
      const margins: Margins = [before, after, before, after];
      const { output } = slideWindow([input, input], [kernel, kernel], [stride, stride], margins, [dilation, dilation]);
      expect(output).toEqual([places, places]);
    }),
    { seed: 1 },
  );
});

test('windows that cannot be are refused in words that help', () => {
  expect(() => slideWindow([3, 3], [5, 5], [1, 1], 'valid', [1, 1], false, 'conv2d')).toThrow(
    "conv2d: a 5×5 kernel does not fit a 3×3 input with valid padding; use padding 'same', a smaller kernel or a larger input",
  );
  expect(() => slideWindow([4, 4], [3, 3], [1, 1], [0, 0, 0, 0], [2, 2], false, 'conv2d')).toThrow(
    'conv2d: a 3×3 kernel dilated by 2×2 does not fit a 4×4 input with padding [0, 0, 0, 0]',
  );
  expect(() => slideWindow([4, 4], [3, 3], [0, 1], 'valid', [1, 1], false, 'conv2d')).toThrow(
    'conv2d: strides must be whole numbers from 1; received [0, 1]',
  );
  expect(() => slideWindow([4, 4], [3, 3], [1, 1], [-1, 0, 0, 0], [1, 1], false, 'conv2d')).toThrow(
    'conv2d: padding must be whole numbers from 0; received [-1, 0, 0, 0]',
  );
});
