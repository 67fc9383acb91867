import { describe, expect, it } from 'vitest';
import { imagenetPreprocessing, type Preprocessing, preprocessingFromTexts } from './preprocessing.js';
import { preparePicture } from './preparePicture.js';
import type { RgbaPicture } from './rgbaPicture.js';

/** A picture of one pixel a number, opaque. */
function grey(columns: number, values: readonly number[]): RgbaPicture {
  return {
    width: columns,
    height: values.length / columns,
    data: Uint8Array.from(values.flatMap((value) => [value, value, value, 255])),
  };
}

const plain: Preprocessing = {
  size: [2, 2],
  resize: 2,
  mean: [0],
  std: [1],
  channels: 'grey',
  interpolation: 'bilinear',
};

describe('preparePicture', () => {
  it('brings the shorter side to size and cuts the middle out', () => {
    const picture = grey(6, [0, 51, 102, 153, 204, 255, 255, 204, 153, 102, 51, 0]);
    const { shape, data } = preparePicture(picture, plain);
    expect(shape).toEqual([2, 2, 1]);
    expect([...data].map((value) => Math.round(value * 255))).toEqual([102, 153, 153, 102]);
    const stretched = preparePicture(picture, { ...plain, size: [2, 3], fit: 'stretch' });
    expect(stretched.shape).toEqual([2, 3, 1]);
    expect(stretched.data[0]).toBeLessThan(stretched.data[1]);
  });

  it('subtracts means and divides, in the order of channels that is wanted', () => {
    const picture = { width: 1, height: 1, data: Uint8Array.of(255, 51, 0, 255) };
    const preprocessing = { ...plain, size: [1, 1], resize: 1, mean: [0.5, 0.1, 0.5], std: [0.5, 0.1, 0.25] } as const;
    const rgbValues = preparePicture(picture, { ...preprocessing, channels: 'RGB' }).data;
    [1, 1, -2].forEach((value, i) => expect(rgbValues[i]).toBeCloseTo(value, 5));
    const bgrValues = preparePicture(picture, { ...preprocessing, channels: 'BGR' }).data;
    [-1, 1, 2].forEach((value, i) => expect(bgrValues[i]).toBeCloseTo(value, 5));
  });

  it('shows transparent parts as white', () => {
    const picture = { width: 2, height: 1, data: Uint8Array.of(9, 9, 9, 0, 0, 0, 0, 127) };
    const { data } = preparePicture(picture, { ...plain, size: [1, 2], fit: 'stretch' });
    expect([data[0], Math.round(data[1] * 255)]).toEqual([1, 128]);
  });

  it('enlarges what is smaller than the cut, and refuses bytes that are no picture', () => {
    expect(preparePicture(grey(3, [1, 2, 3]), { ...plain, size: [4, 4], resize: 2 }).shape).toEqual([4, 4, 1]);
    expect(() => preparePicture({ width: 2, height: 2, data: new Uint8Array(12) }, plain)).toThrow(
      /received 12 for 2 × 2/,
    );
  });
});

describe('preprocessingFromTexts', () => {
  it('takes what a file’s metadata says', () => {
    const metadata = { input: 'RGB 0-255, 227x227 bilinear', mean: '123,117,104', std: '1,1,1' };
    const stated = preprocessingFromTexts(metadata, imagenetPreprocessing);
    expect(stated).toMatchObject({ size: [227, 227], fit: 'stretch', channels: 'RGB', interpolation: 'bilinear' });
    const { data } = preparePicture({ width: 1, height: 1, data: Uint8Array.of(200, 100, 50, 255) }, stated);
    [200 - 123, 100 - 117, 50 - 104].forEach((value, i) => expect(data[i]).toBeCloseTo(value, 3));
  });

  it('keeps the architecture’s where it says nothing, and refuses what are no numbers', () => {
    expect(preprocessingFromTexts({}, imagenetPreprocessing)).toEqual(imagenetPreprocessing);
    const half = { mean: '[0.5, 0.5, 0.5]', std: '0.5 0.5 0.5', input: 'BGR bicubic' };
    expect(preprocessingFromTexts(half, imagenetPreprocessing)).toEqual({
      ...imagenetPreprocessing,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      channels: 'BGR',
      interpolation: 'bicubic',
    });
    expect(() => preprocessingFromTexts({ mean: 'grey' }, imagenetPreprocessing, 'x')).toThrow(/^x: .*mean 'grey'/);
    expect(() => preprocessingFromTexts({ std: '0,1,1' }, imagenetPreprocessing)).toThrow(/std/);
  });
});
