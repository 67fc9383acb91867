import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecodeWorkers } from './decodeWorkers.node.js';
import { layers, sequential } from '../../index.js';
import { Random } from '../../tensor/index.js';
import { augmentation, augmentations } from '../augmentation/index.js';
import { imageFolder, type ImageFolderOptions } from '../folders/imageFolder.node.js';
import { PictureCache } from '../../pictures/pictureCache.js';
import type { PictureFiles } from '../folders/pictureFiles.js';
import type { PlainTransform } from '../../pictures/plainTransform.js';
import { WorkerReader } from './workerReader.node.js';

let folder: string;
const perClass = 12;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-workers-'));
  const random = new Random(5);
  for (const [label, name] of ['dark', 'light'].entries()) {
    await mkdir(join(folder, name));
    for (let i = 0; i < perClass; i++) {
      const [width, height] = [20 + random.integer(30), 20 + random.integer(30)];
      const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(128) + 127 * label);
      const picture = sharp(data, { raw: { width, height, channels: 3 } });
      await picture.jpeg().toFile(join(folder, name, `${i}.jpg`));
    }
  }
  await writeFile(
    join(folder, 'dark', '3.jpg'),
    (await sharp(join(folder, 'dark', '4.jpg')).toBuffer()).subarray(0, 300),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options: ImageFolderOptions = { size: [16, 16], validationSplit: 0 };
const row = 16 * 16 * 3;

/** To the bit; a difference of thousands of numbers is nothing to print. */
function same(a: Float32Array, b: Float32Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));
}

async function batch(set: PictureFiles, indices: readonly number[], epoch?: number): Promise<Float32Array> {
  const x = new Float32Array(indices.length * row);
  await set.fill(indices, x, new Int32Array(indices.length), epoch === undefined ? undefined : { epoch, seed: 9 });
  return x;
}

describe('whatever the number of workers', () => {
  const settings: [string, Partial<ImageFolderOptions>][] = [
    ['plain', {}],
    ['basic', { augment: augmentation(augmentations.basic) }],
    ['strong, in larger pictures', { augment: augmentation(augmentations.strong) }],
    ['strong, nothing kept', { augment: augmentation(augmentations.strong), cache: 'none' }],
    ['strong, some kept', { augment: augmentation(augmentations.strong), cacheBytes: 20_000 }],
  ];
  it.each(settings)('pixels are the same: %s', async (_, more) => {
    const results: Float32Array[][] = [];
    for (const workers of [0, 1, 3]) {
      const { train } = await imageFolder(folder, { ...options, ...more, workers });
      const forward = Array.from({ length: train.size }, (_value, i) => i);
      // Two batches under way at once, then everything again in another order, once from what was kept.
      const [first, second] = await Promise.all([
        batch(train, forward.slice(0, 15), 0),
        batch(train, forward.slice(15), 0),
      ]);
      const later = await batch(train, [...forward].reverse(), 0);
      for (const [position, index] of forward.entries()) {
        const from = index < 15 ? first.subarray(index * row, (index + 1) * row) : second.subarray((index - 15) * row);
        const again = later.subarray((forward.length - 1 - position) * row);
        expect(same(again.subarray(0, row), from.subarray(0, row))).toBe(true);
      }
      results.push([first, second, await batch(train, forward, 1), await batch(train, forward)]);
      expect(train.skipped.map(({ path }) => path)).toEqual(['dark/3.jpg']);
      await train.close();
    }
    for (const other of [results[1], results[2]]) {
      expect(results[0].map((values, i) => same(values, other[i]))).toEqual([true, true, true, true]);
    }
    // Epochs differ where there is augmentation, and only there.
    const [first, second, next] = results[0];
    const changed = next.some((value, i) => value !== (i < first.length ? first[i] : second[i - first.length]));
    expect(changed).toBe('augment' in more);
  });

  it('a function of the user is called on the main thread', async () => {
    const seen: number[] = [];
    const augment = {
      description: undefined,
      apply: (...[, target, random, out, offset]: Parameters<PlainTransform['apply']>): void => {
        seen.push(offset);
        out.fill(random.uniform(), offset, offset + target.height * target.width * target.channels);
      },
    };
    const sets = await Promise.all([0, 2].map((workers) => imageFolder(folder, { ...options, workers, augment })));
    const [local, threaded] = await Promise.all(sets.map(({ train }) => batch(train, [5, 1, 5], 0)));
    expect(same(threaded, local)).toBe(true);
    expect(local[0]).toBe(local[2 * row]);
    expect(seen).toHaveLength(6);
    await sets[1].train.close();
  });

  it('training gives the same weights', async () => {
    const losses: number[][] = [];
    for (const workers of [0, 2]) {
      const { train } = await imageFolder(folder, { ...options, workers, augment: augmentation(augmentations.basic) });
      const model = sequential([layers.flatten(), layers.dense({ units: 2 })]);
      model.compile({ loss: 'sparseCategoricalCrossentropy', optimizer: 'sgd', engine: 'reference' });
      const { epochs } = await model.fit(train, {
        epochs: 2,
        batchSize: 5,
        verbose: 0,
        seed: 4,
        validationData: train,
      });
      losses.push(epochs.flatMap((epoch) => [epoch.loss, epoch.valLoss]));
      await train.close();
    }
    expect(losses[1]).toEqual(losses[0]);
  });
});

describe('threads', () => {
  it('that end are an error that says so, for all who wait', async () => {
    const workers = new DecodeWorkers(1, { maxPixels: 1e6, maxBytes: 1e6 });
    const geometry = { height: 8, width: 8, channels: 3, fit: 'crop', margin: 1, interpolation: 'bilinear' } as const;
    const reader = new WorkerReader(workers, () => join(folder, 'dark', '1.jpg'), new PictureCache(0));
    // A description that no thread can make a transform of ends the thread.
    const transform = { description: { kind: 'nonsense' }, apply: () => undefined };
    const requests = [0, 1, 2].map((place) => ({ file: place, place, random: [0] }));
    await expect(reader.read({ geometry, transform }, requests, new Float32Array(3 * 192))).rejects.toThrow(
      /picture folder: a decoding thread ended \(.*'nonsense'.*workers: 0/,
    );
    await expect(reader.read({ geometry, transform }, requests, new Float32Array(3 * 192))).rejects.toThrow(/ended/);
    await reader.close();
  });

  /** Runs a module of the built library in a process of its own. */
  async function run(script: string): Promise<{ code: number | null; output: string }> {
    const library = pathToFileURL(join(import.meta.dirname, '../../../dist/index.node.js')).href;
    const source = `import { imageFolder } from ${JSON.stringify(library)};\n${script}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, output };
  }

  it('do not keep a process alive, and start a folder of 20,000 files in little memory', async () => {
    const many = join(folder, '..', `${folder.split('/').at(-1)}-many`);
    const seed = await sharp({ create: { width: 1200, height: 900, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer();
    try {
      for (const name of ['a', 'b']) {
        await mkdir(join(many, name), { recursive: true });
        await writeFile(join(many, name, '0.jpg'), seed);
        const links = Array.from({ length: 9_999 }, (_, i) => join(many, name, `${i + 1}.jpg`));
        for (const path of links) await link(join(many, name, '0.jpg'), path);
      }
      const { code, output } = await run(`
        const { train } = await imageFolder(${JSON.stringify(many)}, { size: [64, 64], workers: 2, cacheBytes: 2e6 });
        const x = new Float32Array(32 * 64 * 64 * 3);
        await train.fill(Int32Array.from({ length: 32 }, (_, i) => i * 400), x, new Int32Array(32));
        for (let i = 0; i < 6; i++) await train.fill(Int32Array.from({ length: 32 }, (_, k) => i * 32 + k), x, new Int32Array(32));
        console.log(JSON.stringify({ size: train.size, megabytes: process.resourceUsage().maxRSS / 1000 }));
      `);
      expect(code).toBe(0);
      const { size, megabytes } = JSON.parse(output) as Record<string, number>;
      expect(size).toBe(16_000);
      expect(megabytes).toBeLessThan(400);
    } finally {
      await rm(many, { recursive: true, force: true });
    }
  });
});

const photos = process.env.STRIATE_DATA ? join(process.env.STRIATE_DATA, 'cats-dogs') : '';
const reason = existsSync(photos) ? '' : ' (skipped: STRIATE_DATA has no cats-dogs)';
describe.skipIf(reason !== '')(`cats and dogs${reason}`, () => {
  it('has 1,000 + 500 photos of each, none of them broken', async () => {
    const { train, validation, test } = await imageFolder(photos, { size: [64, 64], workers: 2 });
    expect([train.size, validation!.size, test === validation, train.classNames]).toEqual([
      2000,
      1000,
      true,
      ['cats', 'dogs'],
    ]);
    const x = new Float32Array(64 * 64 * 64 * 3);
    const y = new Int32Array(64);
    await train.fill(
      Int32Array.from({ length: 64 }, (_, i) => i * 31),
      x,
      y,
    );
    expect(y.filter((label) => label === 1).length).toBe(31);
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    expect(mean).toBeGreaterThan(0.35);
    expect(mean).toBeLessThan(0.55);
    expect(train.skippedLine).toBeUndefined();
    await train.close();
  });
});
