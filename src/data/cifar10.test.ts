import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random, StriateError } from '../tensor/index.js';
import { cifar10Classes, loadCifar10, parseCifar10 } from './cifar10.js';

const record = 3073;

/** A file of pictures whose red, green and blue can be told apart. */
function batch(labels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length * record);
  labels.forEach((label, i) => {
    bytes[i * record] = label;
    for (let k = 0; k < 3072; k++) bytes[i * record + 1 + k] = (k + i) % 251;
  });
  return bytes;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-cifar-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('parseCifar10', () => {
  it('turns planes into pixels', () => {
    const { x, y } = parseCifar10(batch([3, 9]), 'f');
    expect([x.shape, [...y.data]]).toEqual([
      [2, 32, 32, 3],
      [3, 9],
    ]);
    // Pixel 5 of picture 1: red is plane byte 5, green 1024 + 5, blue 2048 + 5.
    expect([...x.data.subarray(3072 + 15, 3072 + 18)]).toEqual([6, 1030 % 251, 2054 % 251]);
  });

  it.each([
    ['an empty file', new Uint8Array(), /f: .*received 0 bytes/],
    ['a cut file', batch([1, 2]).subarray(0, record + 100), /1 pictures and 100 bytes over/],
    ['labels out of range', batch([1, 10]), /f: labels .*received 10 for picture 1/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseCifar10(bytes, 'f')).toThrow(StriateError);
    expect(() => parseCifar10(bytes, 'f')).toThrow(message);
  });

  it('meets damaged files with an error that names the file, or reads them', () => {
    const random = new Random(3);
    const good = batch([0, 5, 9]);
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const bytes = round % 2 === 0 ? good.slice(0, random.integer(good.length)) : good.slice();
      if (round % 2 === 1)
        bytes[round % 4 === 1 ? random.integer(3) * record : random.integer(bytes.length)] = random.integer(256);
      try {
        const { y } = parseCifar10(bytes, 'damaged.bin');
        expect(y.data.every((label) => label <= 9)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(StriateError);
        expect((error as Error).message).toContain('damaged.bin');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(150);
  });
});

describe('loadCifar10', () => {
  it('joins the batches that are there and reads the class names', async () => {
    await expect(loadCifar10(folder)).rejects.toThrow(/data_batch_1\.bin: no such file/);
    await writeFile(join(folder, 'data_batch_1.bin'), batch([1, 2]));
    await expect(loadCifar10(folder)).rejects.toThrow(/test_batch\.bin: no such file/);
    await writeFile(join(folder, 'data_batch_3.bin'), batch([3]));
    await writeFile(join(folder, 'test_batch.bin'), batch([4]));
    const { train, test } = await loadCifar10(folder);
    expect([train.size, test.size, train.inputShape]).toEqual([3, 1, [32, 32, 3]]);
    expect([0, 1, 2].map((i) => train.label(i))).toEqual([1, 2, 3]);
    expect(train.classNames).toEqual(cifar10Classes);

    await writeFile(join(folder, 'batches.meta.txt'), 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n');
    expect((await loadCifar10(folder)).test.classNames[9]).toBe('j');
    await writeFile(join(folder, 'batches.meta.txt'), 'a\nb\n');
    await expect(loadCifar10(folder)).rejects.toThrow(/batches\.meta\.txt: .*received 2/);
  });

  const data = process.env.STRIATE_DATA;
  it.skipIf(data === undefined)('loads the real files (skipped where STRIATE_DATA is not set)', async () => {
    const { train, test } = await loadCifar10(join(data ?? '', 'cifar10'));
    expect(train.size % 10_000).toBe(0);
    expect(train.label(0)).toBe(6);
    expect(train.classNames[6]).toBe('frog');
    expect([0, 1, 2, 3].map((i) => test.label(i))).toEqual([3, 8, 8, 0]);
  });
});
