import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fitPicture } from './fitPicture.js';
import { namedPreprocessing } from './namedPreprocessing.js';
import { pictureLimits } from './pictureHeader.js';
import { applyStage, plainStage } from './pictureReader.js';
import { readSource } from './pictureSource.js';

/** A drawing as a model takes it. */
interface Drawing {
  readonly values: Float32Array;
  readonly inverted: boolean | undefined;
}

const stage = plainStage(namedPreprocessing('drawing', [28, 28, 1]), 'drawing');

async function read(path: string, limits = pictureLimits): Promise<Drawing> {
  const pixels = fitPicture(await readSource(path, limits), stage.geometry);
  const values = new Float32Array(784);
  applyStage(stage, pixels, { place: 0, random: [0] }, values);
  return { values, inverted: pixels.inverted };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-pictures-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A picture file: a square of one colour in the middle of another. */
async function square(name: string, width: number, height: number, ground: string, ink: string): Promise<string> {
  const path = join(folder, name);
  const middle = await sharp({ create: { width: 8, height: 8, channels: 3, background: ink } })
    .png()
    .toBuffer();
  const image = sharp({ create: { width, height, channels: 3, background: ground } });
  await image.composite([{ input: middle, gravity: 'centre' }]).toFile(path);
  return path;
}

const at = (values: Float32Array, y: number, x: number): number => values[y * 28 + x];

it('reads light on dark as it is', async () => {
  const { values, inverted } = await read(await square('dark.png', 28, 28, '#000', '#fff'));
  expect(inverted).toBe(false);
  expect(values).toHaveLength(784);
  expect(at(values, 14, 14)).toBe(1);
  expect(at(values, 2, 2)).toBe(0);
});

it('inverts dark on light', async () => {
  const { values, inverted } = await read(await square('light.png', 28, 28, '#fff', '#000'));
  expect(inverted).toBe(true);
  expect(at(values, 14, 14)).toBe(1);
  expect(at(values, 2, 2)).toBe(0);
});

it('keeps proportions and fills up with the border’s colour', async () => {
  const { values } = await read(await square('wide.png', 56, 28, '#fff', '#000'));
  // Half as large: the square has 4 rows, and all that was filled up is ground.
  expect(at(values, 0, 0)).toBe(0);
  expect(at(values, 14, 14)).toBeGreaterThan(0.9);
  expect(at(values, 14, 14 - 4)).toBeLessThan(0.1);
});

it('takes transparent ground for white', async () => {
  const path = join(folder, 'clear.svg');
  await writeFile(
    path,
    '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><rect x="10" y="10" width="8" height="8"/></svg>',
  );
  const { values, inverted } = await read(path);
  expect(inverted).toBe(true);
  expect(at(values, 14, 14)).toBe(1);
  expect(at(values, 2, 2)).toBe(0);
});

it('says why a file is none', async () => {
  const path = join(folder, 'broken.png');
  await writeFile(path, 'not a picture');
  await expect(read(path)).rejects.toThrow(/it is not a picture .* by its content/);
  await expect(read(join(folder, 'gone.png'))).rejects.toThrow(/it cannot be read \(ENOENT\)/);
  const large = read(path, { ...pictureLimits, maxBytes: 4 });
  await expect(large).rejects.toThrow(/above the limit of 0\.0 MB \(maxBytes\)/);
});
