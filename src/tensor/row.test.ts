import { describe, expect, it } from 'vitest';
import { argMaxOf, softmaxOf } from './row.js';

describe('a row of scores', () => {
  it('has its largest at the first of equal places', () => {
    expect([[3], [1, 4, 4, 2], [-2, -1]].map(argMaxOf)).toEqual([0, 1, 1]);
  });

  it('becomes shares of 1 without overflowing, in the numbers it came in', () => {
    const shares = softmaxOf(Float64Array.of(1000, 1000 + Math.log(3)));
    expect(shares[0]).toBeCloseTo(0.25, 12);
    expect(shares[1]).toBeCloseTo(0.75, 12);
    expect(softmaxOf(Float32Array.of(-1e30, 0))).toEqual(Float32Array.of(0, 1));
  });

  it('is left as it was', () => {
    const scores = Float32Array.of(1, 2);
    softmaxOf(scores);
    expect(scores).toEqual(Float32Array.of(1, 2));
  });
});
