import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageFolder } from '../data/folders/imageFolder.node.js';
import { listPictures } from './pictureList.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-list-'));
  const picture = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  for (const name of ['a', 'b']) await mkdir(join(folder, name));
  for (const name of ['a/no extension', 'a/photo.dat', 'a/photo.png', 'b/IMG_1', 'b/x.jpg']) {
    await writeFile(join(folder, name), picture);
  }
  await writeFile(join(folder, 'b/notes.txt'), 'no picture');
});
afterAll(() => rm(folder, { recursive: true }));

it('takes the pictures of a folder by their content, as training does, whatever they are called', async () => {
  const found = await listPictures([folder]);
  const wanted = ['a/no extension', 'a/photo.dat', 'a/photo.png', 'b/IMG_1', 'b/x.jpg'];
  expect(found).toEqual(wanted.map((name) => join(folder, name)));
  const { train } = await imageFolder(folder, { size: [4, 4], validationSplit: 0, workers: 0 });
  expect(Array.from({ length: train.size }, (_, i) => train.path(i))).toEqual(wanted);
});

it('lists what is called a picture and is none, so that it is told', async () => {
  await writeFile(join(folder, 'b/y.jpg'), 'no picture');
  expect(await listPictures([join(folder, 'b')])).toContain(join(folder, 'b/y.jpg'));
  await rm(join(folder, 'b/y.jpg'));
});
