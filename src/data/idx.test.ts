import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random, StriateError } from '../tensor/index.js';
import { parseIdx, readIdx } from './idx.js';
import { loadMnist } from './mnist.js';

/** An IDX file of bytes. */
function idx(shape: readonly number[], data: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, 8, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((n, axis) => {
    view.setUint32(4 + 4 * axis, n);
  });
  bytes.set(Array.from(data), 4 + 4 * shape.length);
  return bytes;
}

const images = idx(
  [3, 4, 5],
  Array.from({ length: 60 }, (_, i) => i * 4),
);
const labels = idx([3], [7, 0, 9]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-idx-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Writes the four files, with some replaced, and gives the folder. */
async function write(replaced: Readonly<Record<string, Uint8Array>> = {}): Promise<string> {
  const files = {
    'train-images-idx3-ubyte.gz': gzipSync(images),
    'train-labels-idx1-ubyte.gz': gzipSync(labels),
    't10k-images-idx3-ubyte.gz': gzipSync(images),
    't10k-labels-idx1-ubyte.gz': gzipSync(labels),
    ...replaced,
  };
  const place = await mkdtemp(join(folder, 'set-'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(place, name), bytes);
  return place;
}

describe('parseIdx', () => {
  it('reads bytes, int32 and float32', () => {
    expect(parseIdx(images, 'f').shape).toEqual([3, 4, 5]);
    expect([...parseIdx(labels, 'f').data]).toEqual([7, 0, 9]);
    const int = parseIdx(new Uint8Array([0, 0, 0x0c, 1, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 0]), 'f');
    expect([int.dtype, ...int.data]).toEqual(['int32', -1, 256]);
    const float = parseIdx(new Uint8Array([0, 0, 0x0d, 1, 0, 0, 0, 1, 0x3f, 0x80, 0, 0]), 'f');
    expect([float.dtype, ...float.data]).toEqual(['float32', 1]);
  });

  it.each([
    ['an empty file', new Uint8Array(), /f: .*an empty file/],
    ['another format', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1]), /f: .*89 50 4e 47/],
    ['an unknown element type', new Uint8Array([0, 0, 7, 1, 0, 0, 0, 0]), /f: .*received 07/],
    ['a cut header', images.subarray(0, 9), /f: .*3 axes takes 16 bytes.*9 bytes/],
    ['no axes', new Uint8Array([0, 0, 8, 0]), /at least one axis/],
    ['a cut file', images.subarray(0, 70), /takes 76 bytes; received 70, so the file is cut off/],
    ['trailing bytes', new Uint8Array([...images, 0]), /takes 76 bytes; received 77, so something follows/],
    ['absurd axes', idx([0xffffffff, 0xffffffff, 0xffffffff], [1]), /\[4294967295, 4294967295, 4294967295\]/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseIdx(bytes, 'f')).toThrow(StriateError);
    expect(() => parseIdx(bytes, 'f')).toThrow(message);
  });

  it('says so when there is no file', async () => {
    await expect(readIdx(join(folder, 'none'))).rejects.toThrow(/none: no such file/);
  });
});

describe('loadMnist', () => {
  it('scales pictures to 0–1 and keeps the labels', async () => {
    const { train, test } = await loadMnist(await write());
    expect([train.name, train.size, test.size, train.inputShape]).toEqual(['mnist', 3, 3, [4, 5, 1]]);
    const x = new Float32Array(40);
    const y = new Int32Array(2);
    train.fill([2, 0], x, y);
    expect([...y]).toEqual([9, 7]);
    expect(x[0]).toBe(Math.fround(160 / 255));
    expect(x[20]).toBe(0);
  });

  it('reads files that are not gzipped or named with dots', async () => {
    const place = await mkdtemp(join(folder, 'plain-'));
    for (const part of ['train', 't10k']) {
      await writeFile(join(place, `${part}-images.idx3-ubyte`), images);
      await writeFile(join(place, `${part}-labels-idx1-ubyte`), labels);
    }
    expect((await loadMnist(place)).train.size).toBe(3);
  });

  it.each([
    ['swapped files', { 'train-images-idx3-ubyte.gz': gzipSync(labels) }, /train-images.*seem to be swapped/],
    [
      'too few labels',
      { 'train-labels-idx1-ubyte.gz': gzipSync(idx([2], [1, 2])) },
      /train-labels.*3 pictures.*received 2/,
    ],
    [
      'labels out of range',
      { 't10k-labels-idx1-ubyte.gz': gzipSync(idx([3], [1, 10, 2])) },
      /t10k-labels.*received 10 for picture 1/,
    ],
    [
      'corrupt gzip',
      { 't10k-images-idx3-ubyte.gz': gzipSync(images).subarray(0, 30) },
      /t10k-images.*complete gzip file/,
    ],
    ['no pictures', { 'train-images-idx3-ubyte.gz': gzipSync(idx([0, 4, 5], [])) }, /train-images.*must hold pictures/],
    [
      'pictures of two sizes',
      { 't10k-images-idx3-ubyte.gz': gzipSync(idx([3, 2, 2], new Uint8Array(12))) },
      /same size/,
    ],
  ])('refuses %s', async (_, replaced, message) => {
    const error: unknown = await loadMnist(await write(replaced)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StriateError);
    expect((error as Error).message).toMatch(message);
  });

  it('does not unpack what its header does not lead to', async () => {
    // A gigabyte of zeros behind three labels, in a file of a megabyte: members of a gzip file may follow each other.
    const zeros = gzipSync(new Uint8Array(2 ** 24));
    const bomb = Buffer.concat([gzipSync(labels), ...Array.from({ length: 64 }, () => zeros)]);
    const place = await write({ 'train-labels-idx1-ubyte.gz': bomb });
    const before = process.memoryUsage().rss;
    await expect(loadMnist(place)).rejects.toThrow(/train-labels.*unpacks into more than the 4107 bytes/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  it('does not unpack as much as a small file claims, where its header claims as much, too', async () => {
    // Two gigabytes of zeros as pictures: 2 MB of gzip.
    const header = Buffer.from([0, 0, 8, 3, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, 4, 0]);
    const zeros = gzipSync(new Uint8Array(2 ** 24));
    const bomb = Buffer.concat([gzipSync(header), ...Array.from({ length: 128 }, () => zeros)]);
    const place = await write({ 'train-images-idx3-ubyte.gz': bomb });
    const before = process.memoryUsage().rss;
    await expect(loadMnist(place)).rejects.toThrow(/train-images.*more than a hundred times.*unpack it with gunzip/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27);
  });

  it('names the file that is missing', async () => {
    const place = await write();
    await rm(join(place, 'train-labels-idx1-ubyte.gz'));
    await expect(loadMnist(place)).rejects.toThrow(/train-labels-idx1-ubyte\.gz: no such file/);
  });

  it('meets damaged files with an error that names the file, or reads them', async () => {
    const random = new Random(11);
    const place = await write();
    const names = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'];
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const name = names[round % 2];
      const plain = round % 2 === 0 ? images : labels;
      const gzipped = round % 3 === 0;
      const bytes = damage(gzipped ? gzipSync(plain) : plain, random);
      await writeFile(join(place, name), bytes);
      const result: unknown = await loadMnist(place).catch((reason: unknown) => reason);
      if (result instanceof Error) {
        expect(result).toBeInstanceOf(StriateError);
        expect(result.message).toContain(place);
        refused++;
      } else {
        const { train } = result as Awaited<ReturnType<typeof loadMnist>>;
        expect(train.size).toBe(3);
        expect([0, 1, 2].every((i) => train.label(i) >= 0 && train.label(i) <= 9)).toBe(true);
      }
      await writeFile(join(place, name), gzipSync(plain));
    }
    // Most mutations hit something that matters: a check that never fires would show here.
    expect(refused).toBeGreaterThan(100);
  });

  const data = process.env.STRIATE_DATA;
  it.skipIf(data === undefined)('loads the real MNIST (skipped where STRIATE_DATA is not set)', async () => {
    const { train, test } = await loadMnist(join(data ?? '', 'mnist'));
    expect([train.size, test.size, train.inputShape]).toEqual([60_000, 10_000, [28, 28, 1]]);
    // The first labels, as printed in every tutorial.
    expect([0, 1, 2, 3, 4].map((i) => train.label(i))).toEqual([5, 0, 4, 1, 9]);
    expect([0, 1, 2, 3, 4].map((i) => test.label(i))).toEqual([7, 2, 1, 0, 4]);
    // The published mean of the training pictures.
    const { x } = train.arrays;
    let sum = 0;
    for (let i = 0; i < x.size; i++) sum += x.data[i];
    expect(sum / x.size / 255).toBeCloseTo(0.1307, 4);
  });
});

/** Changes, cuts, removes or adds a byte or several. */
function damage(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(Math.min(bytes.length, random.uniform() < 0.5 ? 20 : bytes.length));
  const changes = [
    () => bytes.subarray(0, at),
    () => Uint8Array.from(bytes, (byte, i) => (i === at ? random.integer(256) : byte)),
    () => Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ (1 << random.integer(8)) : byte)),
    () => new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]),
    () => new Uint8Array([...bytes.subarray(0, at), random.integer(256), ...bytes.subarray(at)]),
  ];
  return changes[random.integer(changes.length)]();
}
