import { describe, expect, it } from 'vitest';
import { builtInPicture } from '../../pictures/builtIn.js';
import { cellSum, termsOf, totalLine } from './arithmetic.js';
import { outputAt, outputSize, sizeFormula } from './geometry.js';
import { kernelOf, readKernel, resized } from './kernels.js';

const plain = { stride: 1, padding: 0, dilation: 1 };

describe('the sum of a window, written out', () => {
  it('is 308 + (−498) + 164 + 1 = −25 in the corner of the lecture’s picture', () => {
    const sum = cellSum(
      builtInPicture('rgb-lecture')!,
      readKernel('lecture-3')!,
      [0, 0],
      { ...plain, padding: 1 },
      false,
    );
    expect(sum.channels.map(({ window }) => window)).toEqual([
      [0, 0, 0, 0, 156, 155, 0, 153, 154],
      [0, 0, 0, 0, 167, 166, 0, 164, 165],
      [0, 0, 0, 0, 163, 162, 0, 160, 161],
    ]);
    expect(totalLine(sum)).toBe('308 + (−498) + 164 + 1 = −25');
    expect(termsOf(sum.channels[0]).text).toBe('0·(−1) + 0·(−1) + 0·1 + 0·0 + 156·1 + 155·(−1) + 0·0 + 153·1 + 154·1');
  });

  it('is divided by the window’s cells where it counts as a match', () => {
    const values = [0, 1, 2, 3, 4, 5, 6].map(
      (column) => cellSum(builtInPicture('x')!, readKernel('diagonal')!, [0, column], plain, true).value,
    );
    expect(values.map((value) => Math.trunc(100 * value + 1e-6 * Math.sign(value)) / 100 + 0)).toEqual([
      0.77, -0.11, 0.11, 0.33, 0.55, -0.11, 0.33,
    ]);
  });

  it('skips what lies between the cells of a dilated window', () => {
    const sum = cellSum(builtInPicture('numbers-5')!, readKernel('3')!, [0, 0], { ...plain, dilation: 2 }, false);
    expect(sum.channels[0].window).toEqual([1, 3, 5, 11, 13, 15, 21, 23, 25]);
  });

  it('names the largest of many products, and how many more there are', () => {
    const { text, more } = termsOf(
      cellSum(builtInPicture('numbers-9')!, readKernel('5')!, [0, 0], plain, false).channels[0],
    );
    expect(text.split(' + ')).toHaveLength(12);
    expect(text).toMatch(/41·1$/);
    expect(more).toBe(13);
  });
});

describe('the size of the map', () => {
  it.each([
    [5, { size: 4, stride: 1, padding: 2, dilation: 1 }, '(5 − 4 + 2·2)/1 + 1 = 6'],
    [5, { size: 3, stride: 2, padding: 1, dilation: 1 }, '(5 − 3 + 2·1)/2 + 1 = 3'],
    [6, { size: 3, stride: 2, padding: 0, dilation: 1 }, '⌊(6 − 3 + 2·0)/2⌋ + 1 = 2'],
    [9, { size: 3, stride: 1, padding: 0, dilation: 2 }, '(9 − 2·(3 − 1) − 1 + 2·0)/1 + 1 = 5'],
  ])('%d: %o', (n, settings, text) => {
    expect(sizeFormula(n, settings)).toBe(text);
  });

  it('is nothing where the window does not fit', () => {
    expect(outputSize(3, { ...plain, size: 3, dilation: 2 })).toBe(0);
  });

  it('every cell is found again by the middle of its window', () => {
    for (const size of [1, 2, 3, 4, 5, 7]) {
      for (const stride of [1, 2, 3]) {
        const settings = { size, stride, padding: 2, dilation: 1 };
        const outputs = outputSize(20, settings);
        for (let at = 0; at < outputs; at++) {
          expect(outputAt(at * stride - 2 + (size - 1) / 2, outputs, settings)).toBe(at);
        }
      }
    }
  });
});

describe('a kernel in an address', () => {
  it('is a name, a size, or its numbers', () => {
    expect(readKernel('lecture-cross')!.slices).toEqual([[1, 0, 1, 0, 1, 0, 1, 0, 1]]);
    expect(readKernel('4')!.slices[0]).toEqual(Array.from({ length: 16 }, () => 1));
    const own = kernelOf({ size: 2, slices: [[0.25, -1, 0, 3]], bias: -2 });
    expect(own.name).toBe('0.25_-1;0_3:-2');
    expect(readKernel(own.name)).toEqual(own);
    const three = readKernel('lecture-3')!;
    expect(readKernel(kernelOf(three).name)).toEqual({ ...three, name: kernelOf(three).name });
  });

  it.each(['', 'vertical', '1_0;1', '1_0_0;0_1_0', '1e9', '1_2;3_x', '__proto__', 'constructor', '1|1|1|1'])(
    '%j is none',
    (text) => {
      expect(readKernel(text)).toBeUndefined();
    },
  );

  it('grows with zeros around it, and shrinks to its middle', () => {
    expect(resized(readKernel('3')!, 5).slices[0].filter((weight) => weight === 1)).toHaveLength(9);
    expect(resized(readKernel('outline')!, 1).slices[0]).toEqual([8]);
  });
});
