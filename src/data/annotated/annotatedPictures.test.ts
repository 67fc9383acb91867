import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { RunLengthMask } from '../../geometry/runLengthMask.js';
import type { RgbaPicture } from '../../pictures/rgbaPicture.js';
import { annotatedPictures, type GivenPicture } from './annotatedPictures.js';

/** A grey picture with a bright rectangle. */
function drawn(width: number, height: number, [x1, y1, x2, y2]: readonly number[]): RgbaPicture {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x < x1 || x >= x2 || y < y1 || y >= y2) data.fill(60, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return { width, height, data };
}

const box = [8, 4, 24, 20] as const;
const options = { classNames: ['bright', 'dark'], size: [32, 32] } as const;

describe('annotatedPictures', () => {
  it('gives examples of pixels and of files, with their things where they lie in them', async () => {
    const pixels = drawn(64, 32, box);
    const file = await sharp(pixels.data, { raw: { width: 64, height: 32, channels: 4 } })
      .png()
      .toBuffer();
    const mask = RunLengthMask.fromPolygons([[8, 4, 24, 4, 24, 20, 8, 20]], 32, 64);
    const things = [{ label: 0, box, mask, points: [[8, 4, 2]] }] as const;
    const set = await annotatedPictures(
      [
        { picture: pixels, annotations: things },
        { picture: new Blob([new Uint8Array(file)]), annotations: things, name: 'a.png' },
      ],
      { ...options, pointNames: ['corner'] },
    );
    expect([set.size, set.inputShape, set.problems]).toEqual([2, [32, 32, 3], []]);
    expect([0, 1].map((i) => set.picture(i).name)).toEqual(['picture 1', 'a.png']);
    const x = new Float32Array(2 * 32 * 32 * 3);
    const filled = await set.fill([0, 1], x);
    expect(x.subarray(x.length / 2)).toEqual(x.subarray(0, x.length / 2));
    for (const { annotations } of filled) {
      // The picture is half as large, below a margin of eight rows.
      expect(annotations[0].box).toEqual([4, 10, 12, 18]);
      expect(annotations[0].mask!.box).toEqual([4, 10, 12, 18]);
      expect(annotations[0].points).toEqual([[4, 10, 2]]);
    }
  });

  it('leaves out and names what is wrong, and says so at once where it is strict', async () => {
    const picture = drawn(40, 40, box);
    const pictures: readonly GivenPicture[] = [
      { picture, annotations: [{ label: 0, box }], name: 'good' },
      { picture: Uint8Array.of(1, 2, 3), annotations: [{ label: 0, box }], name: 'broken' },
      {
        picture,
        annotations: [
          { label: 2, box },
          { label: -1, box },
          { label: 1, box: [NaN, 0, 4, 4] },
          { label: 1, box: [9, 9, 9, 12] },
          { label: 1, box: [50, 0, 60, 10] },
          { label: 1, box: [30, 30, 60, 60] },
          { label: 1, box, mask: RunLengthMask.fromPolygons([[0, 0, 9, 0, 9, 9]], 10, 10) },
        ],
        name: 'bad',
      },
    ];
    const set = await annotatedPictures(pictures, options);
    expect(set.size).toBe(2);
    expect(set.annotations(1)).toEqual([{ label: 1, box: [30, 30, 40, 40] }]);
    expect(set.problems.map(({ kind, where }) => `${kind}: ${where}`)).toEqual([
      'brokenPicture: broken',
      'unknownClass: bad, thing 1',
      'unknownClass: bad, thing 2',
      'notFinite: bad, thing 3',
      'empty: bad, thing 4',
      'outside: bad, thing 5',
      'cut: bad, thing 6',
      'damaged: bad, thing 7',
    ]);
    await expect(annotatedPictures(pictures.slice(2), { ...options, strict: true })).rejects.toThrow(/bad, thing 1/);
    await expect(annotatedPictures([], options)).rejects.toThrow('needs a picture that can be read');
    await expect(annotatedPictures(pictures, { classNames: [], size: [32, 32] })).rejects.toThrow('classNames');
    await expect(annotatedPictures(pictures, { classNames: ['bright'] })).rejects.toThrow('needs the size');
  });
});
