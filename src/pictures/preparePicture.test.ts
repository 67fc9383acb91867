import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('preparePicture of whatever holds a picture', () => {
  const wanted: Preprocessing = { ...plain, size: [12, 8], channels: 'RGB', fit: 'stretch' };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-prepare-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives the same numbers for a path, bytes, a blob, a response, RGBA bytes and raw pixels of sharp', async () => {
    const bytes = Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => (i * 37) % 256);
    const path = join(folder, 'picture.png');
    await sharp(bytes, { raw: { width: 24, height: 16, channels: 3 } })
      .png()
      .toFile(path);
    const file = new Uint8Array(await sharp(path).png().toBuffer());
    const raw = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    const withOpacity = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const rgba = { data: withOpacity.data, width: 24, height: 16 };
    const { data } = preparePicture(raw, wanted);
    const sources = [path, file, file.slice().buffer, new Blob([file]), new Response(file), withOpacity, rgba];
    for (const source of sources) expect((await preparePicture(source, wanted)).data).toEqual(data);
  });

  it('takes grey pixels of sharp, with and without opacity', async () => {
    const grey = sharp(Uint8Array.of(0, 100, 200, 250), { raw: { width: 2, height: 2, channels: 1 } });
    const one = await grey.clone().raw().toColourspace('b-w').toBuffer({ resolveWithObject: true });
    expect(one.info.channels).toBe(1);
    const two = { data: Uint8Array.of(0, 255, 100, 255, 200, 255, 250, 0), info: { width: 2, height: 2, channels: 2 } };
    const values = (picture: Parameters<typeof preparePicture>[0]) =>
      [...(preparePicture(picture as typeof two, plain) as { data: Float32Array }).data].map((v) =>
        Math.round(v * 255),
      );
    expect(values(one)).toEqual([0, 100, 200, 250]);
    expect(values(two)).toEqual([0, 100, 200, 255]);
  });

  it('turns a file upright, as the camera noted', async () => {
    const halves = Uint8Array.from({ length: 16 * 24 * 3 }, (_, i) => (Math.floor(i / 3) % 24 < 12 ? 255 : 0));
    const path = join(folder, 'turned.jpg');
    const image = sharp(halves, { raw: { width: 24, height: 16, channels: 3 } });
    await image.withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toFile(path);
    const { data } = await preparePicture(path, { ...wanted, size: [4, 4], channels: 'grey' });
    // What was left is on top.
    expect([data[1] > 0.9, data[13] < 0.1]).toEqual([true, true]);
  });

  it('says what is wrong with anything else', async () => {
    const picture = sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } });
    const encoded = await picture.png().toBuffer({ resolveWithObject: true });
    expect(() => preparePicture(encoded, wanted)).toThrow(/in the format png; call raw/);
    const cut = { data: new Uint8Array(5), info: { width: 3, height: 2, channels: 3 } };
    expect(() => preparePicture(cut, wanted)).toThrow(/5 for 3 × 2 × 3/);
    const numbers = { width: 1, height: 1, data: Float32Array.of(1, 1, 1, 1) };
    expect(() => preparePicture(numbers as unknown as RgbaPicture, wanted)).toThrow(/Float32Array/);
    await expect(preparePicture(join(folder, 'gone.jpg'), wanted)).rejects.toThrow(
      /gone\.jpg: must be a picture; it cannot/,
    );
    await expect(preparePicture(new Uint8Array(9), wanted)).rejects.toThrow(/picture: must be a picture; it is not/);
    for (const nothing of [undefined, null, 7, {}, picture]) {
      await expect(preparePicture(nothing as string, wanted)).rejects.toThrow(/must be a path, an address, /);
    }
  });
});
