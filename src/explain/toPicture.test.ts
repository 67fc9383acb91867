import { describe, expect, it } from 'vitest';
import { tensor } from '../tensor/index.js';
import type { RgbaPicture } from '../pictures/index.js';
import { tilePictures, toPicture } from './index.js';

const pixel = ({ data, width }: RgbaPicture, row: number, column: number): number[] => [
  ...data.subarray(4 * (row * width + column), 4 * (row * width + column) + 4),
];

describe('toPicture', () => {
  it('shows numbers below zero in blue, zero in white, above in red, the largest in full colour', () => {
    const picture = toPicture(tensor([[-2, 0, 2, 1]]));
    expect([picture.width, picture.height]).toEqual([4, 1]);
    expect([0, 1, 2].map((column) => pixel(picture, 0, column))).toEqual([
      [8, 44, 110, 255],
      [247, 247, 247, 255],
      [124, 0, 36, 255],
    ]);
    expect(pixel(picture, 0, 3)).toEqual([230, 115, 94, 255]);
    // Beyond the limit nothing changes any more.
    expect(pixel(toPicture(tensor([[-2, 1]]), { limit: 1 }), 0, 0)).toEqual([8, 44, 110, 255]);
    expect(pixel(toPicture(tensor([[0]])), 0, 0)).toEqual([247, 247, 247, 255]);
  });

  it('shows grey and coloured pictures', () => {
    expect(pixel(toPicture(tensor([[[0], [1]]]), { colours: 'grey' }), 0, 1)).toEqual([255, 255, 255, 255]);
    const rgb = tensor([[[1, 0, 0.2]]]);
    expect(pixel(toPicture(rgb, { colours: 'grey', limit: 1 }), 0, 0)).toEqual([255, 0, 51, 255]);
    expect(pixel(toPicture(tensor([[[1, 0, -1]]])), 0, 0)).toEqual([255, 128, 0, 255]);
  });

  it('refuses other shapes', () => {
    expect(() => toPicture(tensor([1, 2]))).toThrow(/needs a tensor \[H, W\].*received \[2\]/);
    expect(() => toPicture(tensor([[1]]), { limit: 0 })).toThrow(/limit must be a number above 0; received 0/);
  });
});

describe('tilePictures', () => {
  it('puts pictures side by side, larger, with white between', () => {
    const pictures = [[[-1]], [[1]], [[-1]]].map((values) => toPicture(tensor(values)));
    const grid = tilePictures(pictures, { columns: 2, magnify: 2, gap: 1 });
    expect([grid.width, grid.height]).toEqual([5, 5]);
    const letters = Array.from({ length: 5 }, (_, row) =>
      Array.from({ length: 5 }, (_, column) => {
        const [red, , blue] = pixel(grid, row, column);
        return red === blue ? '.' : red > blue ? 'r' : 'b';
      }).join(''),
    );
    expect(letters).toEqual(['bb.rr', 'bb.rr', '.....', 'bb...', 'bb...']);
  });

  it('refuses pictures of different sizes', () => {
    expect(() => tilePictures([toPicture(tensor([[1]])), toPicture(tensor([[1, 2]]))])).toThrow(/1×1 and 2×1/);
  });
});
