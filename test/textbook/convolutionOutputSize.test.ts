import { describe, expect, it } from 'vitest';
import { layers, sequential, zeros } from '../../src/index.js';

/** The lectures' formula: O = (N − F + 2P) / S + 1. */
const formula = (n: number, f: number, p: number, s: number): number => Math.floor((n - f + 2 * p) / s) + 1;

const outputSide = (n: number, f: number, p: number, s: number): number =>
  sequential([layers.conv2d({ filters: 1, kernelSize: f, padding: p, strides: s, inputShape: [n, n, 1] })])
    .outputShape[0];

describe('the size of a convolution’s output: O = (N − F + 2P) / S + 1', () => {
  it.each([
    { n: 5, f: 3, p: 1, s: 2, o: 3 },
    { n: 5, f: 4, p: 2, s: 1, o: 6 },
    { n: 7, f: 3, p: 0, s: 2, o: 3 },
    { n: 5, f: 3, p: 0, s: 1, o: 3 },
    { n: 28, f: 3, p: 0, s: 1, o: 26 },
  ])('$n×$n, F $f, P $p, S $s gives $o×$o', ({ n, f, p, s, o }) => {
    expect(outputSide(n, f, p, s)).toBe(o);
  });

  it('holds for every window that fits', () => {
    for (let n = 1; n <= 9; n++) {
      for (let f = 1; f <= n; f++) {
        for (let p = 0; p <= 2; p++) {
          for (let s = 1; s <= 3; s++) expect(outputSide(n, f, p, s)).toBe(formula(n, f, p, s));
        }
      }
    }
  });

  it('takes a padded 5×5 for the 7×7 that it is', async () => {
    const padded = sequential([
      layers.zeroPadding2d({ padding: 1, inputShape: [5, 5, 1] }),
      layers.conv2d({ filters: 1, kernelSize: 3, strides: 2 }),
    ]);
    expect(padded.topology.calls.map(({ output }) => output.shape[0])).toEqual([7, 3]);
    expect((await padded.predict(zeros([1, 5, 5, 1]))).shape).toEqual([1, 3, 3, 1]);
    await padded.dispose();
  });

  it('shrinks 28 → 26 → 13 → 11 → 5 → 3 through the digit CNN', async () => {
    const conv = (): ReturnType<typeof layers.conv2d> => layers.conv2d({ filters: 2, kernelSize: 3 });
    const model = sequential([conv(), layers.maxPooling2d(), conv(), layers.maxPooling2d(), conv()]).build([28, 28, 1]);
    expect(model.topology.calls.map(({ output }) => output.shape[0])).toEqual([26, 13, 11, 5, 3]);
    expect((await model.predict(zeros([1, 28, 28, 1]))).shape).toEqual([1, 3, 3, 2]);
    await model.dispose();
  });
});
