import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StriateError } from '../tensor/index.js';
import { digits } from './digits.js';
import { loadMnist } from './mnist.js';
import type { PictureSet } from './pictureSet.js';
import { cleanLetter, xo, type XoOptions } from './xo.js';

const pixelsOf = (set: PictureSet) => set.arrays.x.data as Uint8Array;

/** The part of a set's test pictures that have the class of the nearest training picture. */
function nearestNeighbour(train: PictureSet, test: PictureSet): number {
  const size = train.inputShape[0] * train.inputShape[1];
  const a = pixelsOf(train);
  const b = pixelsOf(test);
  let right = 0;
  for (let i = 0; i < test.size; i++) {
    let best = Infinity;
    let label = -1;
    for (let j = 0; j < train.size; j++) {
      let distance = 0;
      for (let k = 0; k < size && distance < best; k++) distance += (a[j * size + k] - b[i * size + k]) ** 2;
      if (distance < best) {
        best = distance;
        label = train.label(j);
      }
    }
    if (label === test.label(i)) right++;
  }
  return right / test.size;
}

describe('digits', () => {
  const { train, test } = digits({ seed: 1, train: 1000, test: 200 });

  it('draws the same bytes from the same seed, whatever the size, and others from another', () => {
    const again = digits({ seed: 1, train: 20, test: 10 });
    expect(pixelsOf(again.train)).toEqual(pixelsOf(train).slice(0, 20 * 784));
    expect(pixelsOf(again.test)).toEqual(pixelsOf(test).slice(0, 10 * 784));
    expect(pixelsOf(digits({ seed: 2, train: 20, test: 10 }).train)).not.toEqual(pixelsOf(again.train));
    expect(pixelsOf(again.test)).not.toEqual(pixelsOf(again.train).slice(0, 10 * 784));
  });

  it('gives all ten digits equally often as 28×28 grey pictures', () => {
    expect([train.name, train.size, train.inputShape, train.classNames.length]).toEqual([
      'digits',
      1000,
      [28, 28, 1],
      10,
    ]);
    for (let digit = 0; digit < 10; digit++) {
      expect(train.arrays.y.data.filter((label) => label === digit)).toHaveLength(100);
    }
    expect([digits().train.size, digits({ train: 1 }).test.size]).toEqual([12_000, 2_000]);
  });

  it('normalises as MNIST does: ink in the middle by its mass, about 20 pixels long, white on black', () => {
    const x = pixelsOf(train);
    for (let i = 0; i < train.size; i++) {
      let [mass, column, row, brightest] = [0, 0, 0, 0];
      let [left, right, top, bottom] = [28, 0, 28, 0];
      for (let k = 0; k < 784; k++) {
        const ink = x[i * 784 + k];
        mass += ink;
        column += ink * (k % 28);
        row += ink * Math.floor(k / 28);
        brightest = Math.max(brightest, ink);
        if (ink < 128) continue;
        [left, right] = [Math.min(left, k % 28), Math.max(right, k % 28)];
        [top, bottom] = [Math.min(top, Math.floor(k / 28)), Math.max(bottom, Math.floor(k / 28))];
      }
      // Whole pixels of movement leave up to half a pixel; ink cut at the edge a little more.
      expect(Math.abs(column / mass - 13.5)).toBeLessThan(0.75);
      expect(Math.abs(row / mass - 13.5)).toBeLessThan(0.75);
      expect(brightest).toBeGreaterThan(150);
      const length = Math.max(right - left, bottom - top) + 1;
      expect(length).toBeGreaterThanOrEqual(16);
      expect(length).toBeLessThanOrEqual(21);
    }
  });

  it('can be told apart, but not by a ruler', () => {
    // The nearest of 1,000 neighbours is right for about four in five: classes are real, hands differ.
    const accuracy = nearestNeighbour(train, test);
    expect(accuracy).toBeGreaterThan(0.7);
    expect(accuracy).toBeLessThan(1);
  });

  const data = process.env.STRIATE_DATA;
  it.skipIf(data === undefined)('looks like MNIST (skipped where STRIATE_DATA is not set)', async () => {
    const mnist = await loadMnist(join(data ?? '', 'mnist'));
    // Nearest neighbours are far from what a ConvNet makes of the same pictures (0.94), but need no training.
    expect(nearestNeighbour(digits({ seed: 1, train: 3000, test: 1 }).train, mnist.test.take(300))).toBeGreaterThan(
      0.75,
    );
  });

  it('refuses a size that is no positive whole number', () => {
    expect(() => digits({ train: 0 })).toThrow(StriateError);
    expect(() => digits({ train: 1, test: 1.5 })).toThrow(/received 1.5/);
  });
});

describe('xo', () => {
  const still = { shift: 0, scale: 0, rotation: 0, weight: 0, noise: 0, train: 4, test: 2 } as const;

  it('draws the same bytes from the same seed', () => {
    const options = { seed: 3, train: 10, test: 4 };
    expect(pixelsOf(xo(options).train)).toEqual(pixelsOf(xo(options).train));
    expect(pixelsOf(xo(options).train)).not.toEqual(pixelsOf(xo({ ...options, seed: 4 }).train));
    expect([xo(options).train.inputShape, xo(options).train.classNames]).toEqual([
      [32, 32, 1],
      ['X', 'O'],
    ]);
  });

  it('draws always the same X and O when nothing may vary', () => {
    const x = pixelsOf(xo(still).train);
    expect(x.slice(0, 1024)).toEqual(x.slice(2048, 3072));
    expect(x.slice(1024, 2048)).toEqual(x.slice(3072));
    // The middle has ink in an X and none in an O; an X looks the same in the mirror.
    expect([x[16 * 32 + 16], x[1024 + 16 * 32 + 16]]).toEqual([255, 0]);
    for (let row = 0; row < 32; row++) {
      for (let column = 0; column < 32; column++) expect(x[row * 32 + column]).toBe(x[row * 32 + 31 - column]);
    }
  });

  it.each(['shift', 'scale', 'rotation', 'weight', 'noise'] as const)('varies by %s alone', (option) => {
    const value = { shift: 0.2, scale: 0.5, rotation: 40, weight: 0.5, noise: 0.2 }[option];
    const x = pixelsOf(xo({ ...still, [option]: value }).train);
    expect(x.slice(0, 1024)).not.toEqual(x.slice(2048, 3072));
  });

  it('draws on a small grid', () => {
    expect(xo({ ...still, size: 9 }).train.inputShape).toEqual([9, 9, 1]);
  });

  it('is tricky for pixel-by-pixel matching only when the cases are on', () => {
    const sizes = { seed: 1, train: 60, test: 60 };
    expect(nearestNeighbour(xo({ ...still, ...sizes }).train, xo({ ...still, ...sizes }).test)).toBe(1);
    const { train, test } = xo({ ...sizes, shift: 0.2 });
    expect(nearestNeighbour(train, test)).toBeLessThan(1);
  });

  it.each<[XoOptions, RegExp]>([
    [{ size: 3 }, /size must be a whole number of at least 7; received 3/],
    [{ shift: -1 }, /shift must be from 0 to 0.5; received -1/],
    [{ noise: NaN }, /noise must be from 0 to 1; received NaN/],
  ])('refuses %o', (options, message) => {
    expect(() => xo(options)).toThrow(StriateError);
    expect(() => xo(options)).toThrow(message);
  });
});

describe('cleanLetter', () => {
  it("is the lectures' X: ones on both diagonals from (1, 1) to (7, 7)", () => {
    const { shape, data } = cleanLetter('X');
    expect(shape).toEqual([9, 9, 1]);
    data.forEach((value, k) => {
      const [row, column] = [Math.floor(k / 9), k % 9];
      const inside = row >= 1 && row <= 7;
      expect(value).toBe(inside && (row === column || row + column === 8) ? 1 : -1);
    });
  });

  it('is a closed O that looks the same from all four sides', () => {
    const rows = Array.from({ length: 9 }, (_, row) =>
      [...cleanLetter('O').data.slice(row * 9, row * 9 + 9)].map((value) => (value > 0 ? '#' : '.')).join(''),
    );
    expect(rows).toEqual([
      '.........',
      '...###...',
      '..#...#..',
      '.#.....#.',
      '.#.....#.',
      '.#.....#.',
      '..#...#..',
      '...###...',
      '.........',
    ]);
  });
});
