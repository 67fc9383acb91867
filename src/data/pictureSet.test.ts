import { describe, expect, it } from 'vitest';
import { StriateError, Tensor } from '../tensor/index.js';
import { PictureSet } from './pictureSet.js';

const classNames = ['a', 'b', 'c'];

function bytes(count: number): PictureSet {
  const x = new Tensor(
    'uint8',
    [count, 1, 2, 1],
    Uint8Array.from({ length: count * 2 }, (_, i) => i),
  );
  const y = new Tensor(
    'int32',
    [count],
    Int32Array.from({ length: count }, (_, i) => i % 3),
  );
  return new PictureSet({ name: 'p', x, y, classNames });
}

/** The first pixel and the label of each example. */
function contents(set: PictureSet): number[][] {
  const x = new Float32Array(set.size * 2);
  const y = new Int32Array(set.size);
  set.fill(
    Array.from({ length: set.size }, (_, i) => i),
    x,
    y,
  );
  return Array.from(y, (label, i) => [Math.round(x[2 * i] * 255), label]);
}

describe('PictureSet', () => {
  it('scales every byte to byte / 255 and passes floats on', () => {
    const x = new Tensor(
      'uint8',
      [1, 16, 16, 1],
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
    const y = new Tensor('int32', [1], new Int32Array(1));
    const out = new Float32Array(256);
    new PictureSet({ name: 'p', x, y, classNames }).fill([0], out, new Int32Array(1));
    expect([...out]).toEqual(Array.from({ length: 256 }, (_, i) => Math.fround(i / 255)));

    const floats = new Tensor('float32', [2, 1, 1, 2], new Float32Array([-1, 3, 0.5, 200]));
    const pair = new Float32Array(4);
    const set = new PictureSet({ name: 'p', x: floats, y: new Tensor('int32', [2], new Int32Array(2)), classNames });
    set.fill([1, 0], pair, new Int32Array(2));
    expect([...pair]).toEqual([0.5, 200, -1, 3]);
    expect([...set.subset([1]).arrays.x.data]).toEqual([0.5, 200]);
  });

  it('takes, subsets and splits, also parts of parts', () => {
    const set = bytes(10);
    expect(contents(set.take(2))).toEqual([
      [0, 0],
      [2, 1],
    ]);
    expect(set.take(99).size).toBe(10);
    const part = set.subset([9, 3, 4, 4]);
    expect(contents(part)).toEqual([
      [18, 0],
      [6, 0],
      [8, 1],
      [8, 1],
    ]);
    expect(contents(part.subset([2, 0]))).toEqual([
      [8, 1],
      [18, 0],
    ]);
    expect([part.label(2), [...part.arrays.y.data]]).toEqual([1, [0, 0, 1, 1]]);
    expect([...part.arrays.x.data]).toEqual([18, 19, 6, 7, 8, 9, 8, 9]);

    const [first, second] = set.split(0.75);
    expect([contents(first)[0], first.size, contents(second)[0], second.size]).toEqual([[0, 0], 7, [14, 1], 3]);
    const mixed = set.split(0.5, 4).map(contents);
    expect(mixed).toEqual(set.split(0.5, 4).map(contents));
    expect(mixed[0]).not.toEqual(contents(set.split(0.5)[0]));
    expect([...mixed[0], ...mixed[1]].map(([pixel]) => pixel).sort((a, b) => a - b)).toEqual([
      0, 2, 4, 6, 8, 10, 12, 14, 16, 18,
    ]);
  });

  it('refuses what does not fit, and says what to do', () => {
    const x = new Tensor('uint8', [2, 1, 1, 1], new Uint8Array(2));
    const labels = (values: number[]) => new Tensor('int32', [values.length], Int32Array.from(values));
    const make = (pictures: Tensor<'uint8'>, y: Tensor<'int32'>) => () =>
      new PictureSet({ name: 'p', x: pictures, y, classNames });
    expect(make(x.reshape([2, 1, 1]), labels([0, 0]))).toThrow(/\[N, H, W, C\]; received \[2, 1, 1\]/);
    expect(make(x, labels([0]))).toThrow(/labels \[1\]/);
    expect(make(x, labels([0, 3]))).toThrow(/0 to 2; received 3 for example 1/);
    expect(make(x, labels([0, -1]))).toThrow(StriateError);
    expect(() => bytes(3).subset([3])).toThrow(/examples 0 to 2; received 3/);
    expect(() => bytes(3).split(1)).toThrow(/both sides; received 1 of 3/);
  });
});
