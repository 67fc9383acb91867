import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSet } from '../dataSet.js';
import { imageFolder, type ImageFolderOptions } from './imageFolder.node.js';
import { PlainTransform } from '../../pictures/plainTransform.js';

const red = { r: 220, g: 30, b: 40 };
const blue = { r: 20, g: 60, b: 200 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-pictures-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const small: ImageFolderOptions = { size: [8, 8], workers: 0, validationSplit: 0 };

/** A plain picture of one colour. */
function plain(background: { r: number; g: number; b: number }, width = 24, height = 16): Sharp {
  return sharp({ create: { width, height, channels: 3, background } });
}

async function put(path: string, content: Uint8Array | Sharp): Promise<void> {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, content instanceof Uint8Array ? content : await content.png().toBuffer());
}

/** A set of two classes, `a` with these files and `b` with one plain picture. */
async function beside(name: string, files: Record<string, Uint8Array | Sharp>): Promise<string> {
  for (const [file, content] of Object.entries(files)) await put(`${name}/a/${file}`, content);
  await put(`${name}/b/plain.png`, plain(blue));
  return join(folder, name);
}

async function example(set: DataSet, index = 0): Promise<Float32Array> {
  const x = new Float32Array(set.inputShape.reduce((a, b) => a * b, 1));
  await set.fill([index], x, new Int32Array(1));
  return x;
}

/** The pixel at a place of an RGB example, as bytes. */
function pixel(x: Float32Array, row: number, column: number, width = 8): number[] {
  const at = (row * width + column) * 3;
  return [...x.subarray(at, at + 3)].map((value) => Math.round(value * 255));
}

describe('formats', () => {
  const formats: [string, () => Promise<Buffer>, tolerance: number][] = [
    ['JPEG', () => plain(red).jpeg({ quality: 95 }).toBuffer(), 6],
    ['progressive JPEG', () => plain(red).jpeg({ quality: 95, progressive: true }).toBuffer(), 6],
    ['PNG', () => plain(red).png().toBuffer(), 0],
    ['PNG with a palette', () => plain(red).png({ palette: true }).toBuffer(), 0],
    ['16-bit PNG', () => plain(red).toColourspace('rgb16').png().toBuffer(), 1],
    ['WebP', () => plain(red).webp({ lossless: true }).toBuffer(), 0],
    ['GIF', () => plain(red).gif().toBuffer(), 6],
    ['TIFF', () => plain(red).tiff({ compression: 'lzw' }).toBuffer(), 0],
    ['16-bit TIFF', () => plain(red).toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer(), 1],
    ['AVIF', () => plain(red, 64, 64).avif({ quality: 90 }).toBuffer(), 8],
    ['CMYK JPEG', () => plain(red).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), 40],
  ];
  it.each(formats)('reads %s', async (name, make, tolerance) => {
    const path = await beside(`format ${name}`, { 'x.bin': await make() });
    const { train } = await imageFolder(path, small);
    expect(train.size).toBe(2);
    const found = pixel(await example(train), 4, 4);
    [red.r, red.g, red.b].forEach((value, c) => expect(Math.abs(found[c] - value)).toBeLessThanOrEqual(tolerance));
    expect(pixel(await example(train, 1), 4, 4)).toEqual([blue.r, blue.g, blue.b]);
  });

  it('reads grey pictures as RGB, and colour as grey', async () => {
    const grey = await plain({ r: 90, g: 90, b: 90 }).toColourspace('b-w').png().toBuffer();
    const grey16 = await plain({ r: 90, g: 90, b: 90 }).toColourspace('grey16').png().toBuffer();
    const path = await beside('grey', { 'a.png': grey, 'b.png': grey16 });
    const colour = await imageFolder(path, small);
    expect(pixel(await example(colour.train, 0), 1, 1)).toEqual([90, 90, 90]);
    expect(pixel(await example(colour.train, 1), 1, 1)).toEqual([90, 90, 90]);
    const one = await imageFolder(path, { ...small, channels: 1 });
    expect(one.train.inputShape).toEqual([8, 8, 1]);
    expect((await example(one.train))[3]).toBeCloseTo(90 / 255, 2);
    const [luminance] = await example(one.train, 2);
    expect(luminance).toBeGreaterThan(0.15);
    expect(luminance).toBeLessThan(0.4);
  });

  it('puts transparent pictures on white', async () => {
    const clear = sharp({ create: { width: 20, height: 20, channels: 4, background: { ...red, alpha: 0 } } });
    const half = sharp({
      create: { width: 20, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } },
    });
    const path = await beside('alpha', { '1.png': clear, '2.png': half });
    const { train } = await imageFolder(path, small);
    expect(pixel(await example(train, 0), 2, 2)).toEqual([255, 255, 255]);
    expect(Math.abs(pixel(await example(train, 1), 2, 2)[0] - 128)).toBeLessThanOrEqual(1);
  });

  it('turns pictures as the camera noted', async () => {
    // Left half red, right half blue, 16 × 8; noted: turn by 90° clockwise, so that red is on top.
    const halves = Buffer.alloc(16 * 8 * 3);
    for (let i = 0; i < 16 * 8; i++) halves.set(i % 16 < 8 ? Object.values(red) : Object.values(blue), i * 3);
    const raw = sharp(halves, { raw: { width: 16, height: 8, channels: 3 } });
    const turned = await raw
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const path = await beside('exif', { 'x.jpg': turned });
    const { train } = await imageFolder(path, { ...small, size: [16, 8] });
    const x = await example(train);
    expect(pixel(x, 1, 4)[0]).toBeGreaterThan(180);
    expect(pixel(x, 14, 4)[2]).toBeGreaterThan(160);
    expect(pixel(x, 14, 4)[0]).toBeLessThan(60);
  });

  it('takes the first frame of an animation', async () => {
    const frames = await sharp([await plain(red, 8, 8).png().toBuffer(), await plain(blue, 8, 8).png().toBuffer()], {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    const { train } = await imageFolder(await beside('frames', { 'x.gif': frames }), small);
    expect(pixel(await example(train), 3, 3)[0]).toBeGreaterThan(180);
  });
});

describe('sizes', () => {
  it('cuts, stretches, or shows all', async () => {
    // 32 × 8: a red middle of 16 between blue ends.
    const bytes = Buffer.alloc(32 * 8 * 3);
    for (let i = 0; i < 32 * 8; i++) bytes.set(Object.values(i % 32 >= 8 && i % 32 < 24 ? red : blue), i * 3);
    const wide = sharp(bytes, { raw: { width: 32, height: 8, channels: 3 } });
    const path = await beside('fit', { 'x.png': wide });
    const isRed = (values: number[]): boolean => values[0] > 180;
    const read = async (fit: 'crop' | 'stretch' | 'contain'): Promise<Float32Array> =>
      example((await imageFolder(path, { ...small, fit })).train);
    const cut = await read('crop');
    expect([isRed(pixel(cut, 4, 0)), isRed(pixel(cut, 4, 7))]).toEqual([true, true]);
    const stretched = await read('stretch');
    expect([0, 3, 7].map((column) => isRed(pixel(stretched, 4, column)))).toEqual([false, true, false]);
    const whole = await read('contain');
    expect(pixel(whole, 0, 4)).toEqual([0, 0, 0]);
    expect(pixel(whole, 7, 4)).toEqual([0, 0, 0]);
    expect(isRed(pixel(whole, 4, 4))).toBe(true);
    expect(pixel(whole, 4, 0)[2]).toBeGreaterThan(150);
  });

  it('follows a preprocessing object: shorter side, middle, mean, std, order', async () => {
    const path = await beside('preprocessing', { 'x.png': plain(red, 64, 40) });
    const mean = [0.1, 0.2, 0.3];
    const std = [0.5, 0.25, 2];
    const preprocessing = { size: [8, 8], resize: 10, mean, std, channels: 'BGR', interpolation: 'bicubic' } as const;
    const { train, test, validation } = await imageFolder(path, { preprocessing, workers: 0, validationSplit: 0 });
    expect(train.inputShape).toEqual([8, 8, 3]);
    expect([validation, test.size]).toEqual([undefined, 0]);
    const x = await example(train);
    [red.b, red.g, red.r].forEach((byte, c) => expect(x[c]).toBeCloseTo((byte / 255 - mean[c]) / std[c], 5));
  });
});

describe('broken files', () => {
  it('are skipped and named, and replaced by others of the class', async () => {
    const path = await beside('broken', {
      'empty.jpg': Buffer.alloc(0),
      'text.jpg': Buffer.from('not a picture at all'),
      'really-a-png.jpg': plain(red),
      'cut.jpg': (
        await sharp({
          create: {
            width: 256,
            height: 256,
            channels: 3,
            background: red,
            noise: { type: 'gaussian', mean: 128, sigma: 40 },
          },
        })
          .jpeg()
          .toBuffer()
      ).subarray(0, 9000),
      'garbage.png': Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        Buffer.alloc(200, 7),
      ]),
      '.hidden': Buffer.from('x'),
      'Thumbs.db': Buffer.from('x'),
    });
    for (const workers of [0, 2]) {
      const { train } = await imageFolder(path, { ...small, workers });
      // What can be told by its first bytes is left out at once, the rest when it is met.
      expect(train.skipped.map(({ path: at }) => at)).toEqual(['a/empty.jpg', 'a/text.jpg']);
      expect(train.size).toBe(4);
      const x = new Float32Array(4 * 192);
      const y = new Int32Array(4);
      await train.fill([0, 1, 2, 3], x, y);
      expect([...y]).toEqual([0, 0, 0, 1]);
      for (const row of [0, 1, 2]) expect(pixel(x.subarray(row * 192), 2, 2)).toEqual(Object.values(red));
      expect(train.skipped.map(({ path: at }) => at)).toEqual([
        'a/cut.jpg',
        'a/empty.jpg',
        'a/garbage.png',
        'a/text.jpg',
      ]);
      expect(train.skippedLine).toMatch(
        /^4 of 6 files were skipped: a\/cut\.jpg \(it cannot be decoded: .*a\/empty\.jpg \(it is empty\).*and 1 more$/,
      );
      await train.close();
    }
    await expect(imageFolder(path, { ...small, strict: true })).rejects.toThrow(
      /a\/empty\.jpg: must be a picture; it is empty/,
    );
  });

  it('with strict reading stop a training, too', async () => {
    const path = await beside('strict', {
      'a.png': plain(red),
      'b.png': (await plain(red).png().toBuffer()).subarray(0, 60),
    });
    const { train } = await imageFolder(path, { ...small, strict: true });
    await expect(train.fill([0, 1], new Float32Array(384), new Int32Array(2))).rejects.toThrow(
      /a\/b\.png: must be a picture; .*it ends too early: its last part \(IEND\) is missing; repair/,
    );
  });

  it('are an error where a class has no others', async () => {
    const path = await beside('hopeless', { 'b.png': (await plain(red).png().toBuffer()).subarray(0, 60) });
    const { train } = await imageFolder(path, small);
    await expect(example(train)).rejects.toThrow(
      /no file of class 'a' can be read; 1 of 2 files was skipped: a\/b\.png/,
    );
    await expect(imageFolder(await beside('nothing', { 'b.png': Buffer.alloc(0) }), small)).rejects.toThrow(
      /the class 'a' has no picture.*1 of 2 files was skipped: a\/b\.png \(it is empty\)/,
    );
  });

  it('are those above the limits: bombs are not unpacked', async () => {
    const bomb = await plain(red, 6000, 6000).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(200_000);
    const path = await beside('limits', { 'bomb.png': bomb, 'ok.png': plain(red) });
    await truncate(join(path, 'a/ok.png'), 3_000_000);
    const { train } = await imageFolder(path, { ...small, maxPixels: 1e6, maxBytes: 1e6 });
    await expect(example(train)).rejects.toThrow(/class 'a'/);
    expect(train.skipped.map(({ reason }) => reason)).toEqual([
      'it has 6000 × 6000 pixels, which is above the limit of 1,000,000 pixels (maxPixels)',
      'it has 3.0 MB, above the limit of 1.0 MB (maxBytes)',
    ]);
  });
});

describe('folders', () => {
  it('have parts of their own, or are divided class by class', async () => {
    for (const part of ['train', 'val', 'test']) {
      for (const name of ['zebra', 'ant']) await put(`parts/${part}/${name}/${part}.png`, plain(red));
    }
    const parts = await imageFolder(join(folder, 'parts'), { size: [8, 8], workers: 0 });
    expect(parts.train.classNames).toEqual(['ant', 'zebra']);
    expect([parts.train, parts.validation!, parts.test].map((set) => set.path(1))).toEqual([
      'train/zebra/train.png',
      'val/zebra/val.png',
      'test/zebra/test.png',
    ]);
    for (const [name, count] of [['few', 10] as const, ['many', 30] as const]) {
      for (let i = 0; i < count; i++) await put(`flat/${name}/${i}.png`, plain(red));
    }
    const options = { size: [8, 8], workers: 0, testSplit: 0.1 } as const;
    const read = (seed: number) => imageFolder(join(folder, 'flat'), { ...options, seed });
    const one = await read(1);
    const counts = (set: DataSet & { indicesByClass(): Int32Array[] }): number[] =>
      set.indicesByClass().map((of) => of.length);
    expect([one.train, one.validation!, one.test].map(counts)).toEqual([
      [7, 21],
      [2, 6],
      [1, 3],
    ]);
    const paths = (set: { size: number; path(i: number): string }): string[] =>
      Array.from({ length: set.size }, (_, i) => set.path(i));
    const all = [one.train, one.validation!, one.test].flatMap(paths);
    expect(new Set(all).size).toBe(40);
    expect(paths((await read(1)).validation!)).toEqual(paths(one.validation!));
    expect(paths((await read(2)).validation!)).not.toEqual(paths(one.validation!));
  });

  it('may have classes called like parts, folders in classes, and links in circles', async () => {
    await put('odd/train/locomotive.png', plain(red));
    await put('odd/car/red/1.png', plain(red));
    await put('odd/car/red/deep/2.png', plain(red));
    await symlink('..', join(folder, 'odd/car/round'));
    const { train } = await imageFolder(join(folder, 'odd'), small);
    expect(train.classNames).toEqual(['car', 'train']);
    expect(Array.from({ length: train.size }, (_, i) => train.path(i))).toEqual([
      'car/red/1.png',
      'car/red/deep/2.png',
      'train/locomotive.png',
    ]);
  });

  it('say what is missing', async () => {
    const at = (name: string): string => join(folder, name);
    const refused = (name: string, options: ImageFolderOptions = small) =>
      expect(imageFolder(at(name), options)).rejects;
    await refused('none').toThrow(/there is no such folder/);
    await put('file', Buffer.from('x'));
    await refused('file').toThrow(/it is a file/);
    await mkdir(at('empty'));
    await refused('empty').toThrow(/is empty; it needs a folder of pictures for each class/);
    await put('flatPictures/1.png', plain(red));
    await refused('flatPictures').toThrow(/has 1 file but no folders/);
    await put('lonely/cats/1.png', plain(red));
    await refused('lonely').toThrow(/at least two classes; it has only 'cats'/);
    await mkdir(at('lonely/dogs'));
    await refused('lonely').toThrow(/the class 'dogs' has no picture/);
    await put('stranger/train/a/1.png', plain(red));
    await put('stranger/train/b/1.png', plain(red));
    await put('stranger/val/c/1.png', plain(red));
    await refused('stranger').toThrow(/'val\/c' is a class that the training folder does not have; it has 'a', 'b'/);
    await put('tiny/a/1.png', plain(red));
    await put('tiny/b/1.png', plain(red));
    await refused('tiny', { size: [8, 8], workers: 0 }).toThrow(
      /class 'a' has 1 picture, of which a validationSplit of 0.2/,
    );
    await refused('tiny', { workers: 0 }).toThrow(/needs the size of an example/);
    await refused('tiny', { ...small, size: [0, 8] }).toThrow(/size must be/);
    await refused('tiny', { ...small, channels: 2 as 1 }).toThrow(/channels must be 3 \(RGB\) or 1/);
    await refused('tiny', { ...small, workers: -1 }).toThrow(/workers must be/);
    await refused('tiny', { ...small, mean: [1, 2] }).toThrow(/mean needs one number for each of 3 channels/);
    await refused('tiny', { ...small, std: [0, 1, 1] }).toThrow(/std must not be 0/);
  });
});

it('makes each byte what in-memory sets make of it', () => {
  const pixels = { data: Uint8Array.from({ length: 256 }, (_, i) => i), width: 16, height: 16, channels: 1 };
  const out = new Float32Array(257);
  new PlainTransform().apply(pixels, { width: 16, height: 16, channels: 1 }, undefined as never, out, 1);
  expect([...out.subarray(1)]).toEqual(Array.from({ length: 256 }, (_, byte) => Math.fround(byte / 255)));
});
