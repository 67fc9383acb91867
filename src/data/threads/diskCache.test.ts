import { spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Random } from '../../tensor/index.js';
import { augmentation, augmentations } from '../augmentation/index.js';
import { DiskCache } from './diskCache.node.js';
import { imageFolder, type ImageFolderOptions } from '../folders/imageFolder.node.js';
import type { PictureFiles } from '../folders/pictureFiles.js';
import type { PictureGeometry } from '../../pictures/pictureGeometry.js';
import { PictureStore } from './pictureStore.node.js';
import type { Pixels } from '../../pictures/pictureTransform.js';

const geometry: PictureGeometry = {
  height: 10,
  width: 10,
  channels: 3,
  fit: 'crop',
  margin: 1,
  interpolation: 'bilinear',
};
const noise = (seed: number, width = 10, height = 10): Pixels => {
  const random = new Random(seed);
  return {
    data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)),
    width,
    height,
    channels: 3,
  };
};

let folder: string;
let temporary: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'striate-disk-'));
  mkdirSync((temporary = join(folder, 'tmp')));
  for (const name of ['cats', 'dogs']) {
    mkdirSync(join(folder, 'photos', name), { recursive: true });
    for (let i = 0; i < 9; i++) {
      const { data } = noise(i + 10 * name.length, 30 + i, 24);
      const raw = sharp(data, { raw: { width: 30 + i, height: 24, channels: 3 } });
      writeFileSync(join(folder, 'photos', name, `${i}.jpg`), await raw.jpeg().toBuffer());
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

describe('decoded pictures on disk', () => {
  it('come back as they were, whatever their sizes, and take no more than the limit', () => {
    const cache = new DiskCache(1000, [temporary]);
    const whole = { ...geometry, fit: 'whole', margin: 1.5 } as const;
    const offered: [number, PictureGeometry, Pixels][] = [
      [700_000, geometry, noise(1)],
      [3, whole, noise(2, 11, 16)],
      [4, whole, noise(3, 5, 5)],
      [5, geometry, noise(4)],
    ];
    offered.forEach((each) => cache.offer(...each));
    for (const [file, at, pixels] of offered.slice(0, 2)) expect(cache.get(file, at)).toEqual(pixels);
    expect([cache.get(5, geometry), cache.get(3, geometry), cache.get(6, geometry)]).toEqual(Array(3).fill(undefined));
    expect(cache.hasRoom(geometry)).toBe(false);
    // The file has no name.
    expect(readdirSync(temporary)).toEqual([]);
    cache.release()();
    expect(cache.get(700_000, geometry)).toBeUndefined();
    cache.offer(5, geometry, noise(4));
    expect(cache.get(5, geometry)).toEqual(noise(4));
    cache.release()();
  });

  it('of a store that was released are not taken for those of the next', () => {
    const cache = new DiskCache(1e6, [temporary]);
    cache.offer(0, geometry, noise(1));
    const before = cache.slot(0, geometry)!;
    const end = cache.release();
    cache.offer(1, geometry, noise(2));
    cache.record(0, geometry, before);
    expect(cache.get(0, geometry)).toBeUndefined();
    expect(cache.store!.read(before)).toBeUndefined();
    end();
    expect(cache.get(1, geometry)).toEqual(noise(2));
    cache.release()();
  });

  it('are not kept where there is no place to write', () => {
    for (const places of [[], [join(folder, 'none')], [join(folder, 'photos', 'cats', '0.jpg')]]) {
      const cache = new DiskCache(1e6, places);
      cache.offer(0, geometry, noise(1));
      expect([cache.hasRoom(geometry), cache.get(0, geometry)]).toEqual([false, undefined]);
      cache.release()();
    }
    const second = new DiskCache(1e6, [join(folder, 'none'), temporary]);
    second.offer(0, geometry, noise(1));
    expect(second.get(0, geometry)).toEqual(noise(1));
    second.release()();
  });

  it('are given up when writing or reading fails', () => {
    // What the system refuses to write is like a full disk.
    const file = openSync(join(folder, 'photos', 'cats', '0.jpg'), 'r');
    const given = new SharedArrayBuffer(8);
    const store = new PictureStore({ store: 1, file, limit: 1e6, given });
    expect(store.hasRoom(300)).toBe(true);
    expect(store.write(noise(1))).toBeUndefined();
    expect(store.hasRoom(0)).toBe(false);
    // A file that was cut short, and one that was closed.
    expect(store.read({ store: 1, begin: 1e6, width: 10, height: 10, channels: 3 })).toBeUndefined();
    closeSync(file);
    expect(store.read({ store: 1, begin: 0, width: 10, height: 10, channels: 3 })).toBeUndefined();
  });
});

describe('every kind of cache', () => {
  const kinds: Partial<ImageFolderOptions>[] = [
    { cache: 'none' },
    { cache: 'memory' },
    { cache: 'disk' },
    { cache: 'disk', cacheBytes: 3000 },
    { cache: 'disk', cacheBytes: 0 },
  ];

  /** Three epochs with a look at other parts between, in batches under way at once. */
  async function epochs(more: Partial<ImageFolderOptions>): Promise<Buffer> {
    const { train, validation } = await imageFolder(join(folder, 'photos'), { size: [16, 16], seed: 2, ...more });
    const read = async (set: PictureFiles, epoch?: number): Promise<Buffer[]> => {
      const indices = Array.from({ length: set.size }, (_, i) => i);
      const halves = [indices.slice(0, 5), indices.slice(5)];
      return Promise.all(
        halves.map(async (half) => {
          const x = new Float32Array(half.length * 768);
          await set.fill(half, x, new Int32Array(half.length), epoch === undefined ? undefined : { epoch, seed: 1 });
          return Buffer.from(x.buffer);
        }),
      );
    };
    const parts: Buffer[][] = [];
    for (const epoch of [0, 1, 2]) parts.push(await read(train, epoch), await read(validation!), await read(train));
    await train.close();
    // A closed set reads on.
    parts.push(await read(train, 3));
    await train.close();
    return Buffer.concat(parts.flat());
  }

  const augmented: [string, Partial<ImageFolderOptions>][] = [
    ['plain', {}],
    ['basic', { augment: augmentation(augmentations.basic) }],
    ['strong, in whole pictures', { augment: augmentation(augmentations.strong) }],
    [
      'a function of the user',
      {
        augment: () => ({ description: undefined, apply: ({ data }, _target, _random, out, at) => out.set(data, at) }),
      },
    ],
  ];
  it.each(augmented)('gives the same bits in every epoch: %s', async (_, augment) => {
    vi.stubEnv('TMPDIR', temporary);
    const reference = await epochs({ ...augment, cache: 'none', workers: 0 });
    for (const kind of kinds) expect((await epochs({ ...augment, ...kind, workers: 0 })).equals(reference)).toBe(true);
    for (const kind of [{}, { cacheBytes: 3000 }]) {
      expect((await epochs({ ...augment, ...kind, workers: 2 })).equals(reference)).toBe(true);
    }
    expect(readdirSync(temporary)).toEqual([]);
    vi.stubEnv('TMPDIR', join(folder, 'none'));
    expect((await epochs({ ...augment, workers: 0 })).equals(reference)).toBe(true);
  });
});

describe('pictures on disk', () => {
  it.each([0, 1])('are not decoded again: with %d workers, the second epoch needs no file', async (workers) => {
    vi.stubEnv('TMPDIR', temporary);
    const photos = join(folder, `passing-${workers}`);
    cpSync(join(folder, 'photos'), photos, { recursive: true });
    const { train } = await imageFolder(photos, { size: [16, 16], workers, validationSplit: 0 });
    const read = async (): Promise<Float32Array> => {
      const x = new Float32Array(18 * 768);
      await train.fill(
        Array.from({ length: 18 }, (_, i) => i),
        x,
        new Int32Array(18),
      );
      return x;
    };
    const first = await read();
    rmSync(photos, { recursive: true });
    expect(Buffer.from((await read()).buffer).equals(Buffer.from(first.buffer))).toBe(true);
    await train.close();
    await expect(read()).rejects.toThrow(/no file of class 'cats' can be read/);
    await train.close();
  });
});

describe('a process that keeps pictures on disk', () => {
  const library = pathToFileURL(join(import.meta.dirname, '../../../dist/index.node.js')).href;
  const source = `
    import { imageFolder } from ${JSON.stringify(library)};
    const { train } = await imageFolder(${JSON.stringify(join('FOLDER'))}, { size: [16, 16], workers: 1 });
    const indices = Int32Array.from({ length: train.size }, (_, i) => i);
    for (const epoch of [0, 1]) await train.fill(indices, new Float32Array(768 * train.size), new Int32Array(train.size), { epoch, seed: 1 });
    console.log('read');
    if (process.argv[1] === 'stay') setInterval(() => undefined, 1000);
  `;
  it.each(['end', 'stay'])('leaves nothing behind: %s', async (way) => {
    const script = source.replace('FOLDER', join(folder, 'photos'));
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, way], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    try {
      const descriptors = `/proc/${child.pid}/fd`;
      if (way === 'stay' && existsSync(descriptors)) {
        const files = readdirSync(descriptors).map((one) => readlinkSync(join(descriptors, one)));
        expect(files.filter((file) => /\/striate-[0-9a-f-]+ \(deleted\)$/.test(file))).toHaveLength(1);
      }
    } finally {
      if (way === 'stay') child.kill('SIGKILL');
    }
    await ended;
    expect(readdirSync(temporary)).toEqual([]);
  });
});
