import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits, EmbeddingIndex, layers, sequential, type Sequential } from '../../src/index.js';
import { lastJson, striate, temporaryFolder, type Finished } from './striate.js';

/** Drawn digits in a folder each, and a small network that has learned a little about them. */
const perClass = 20;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...parts: string[]): string => join(folder.path, ...parts);
const network = (seed: number): Sequential =>
  sequential({
    name: 'small',
    seed,
    layers: [
      layers.conv2d({ filters: 16, kernelSize: 5, strides: 2, activation: 'relu', inputShape: [28, 28, 1] }),
      layers.conv2d({ filters: 32, kernelSize: 3, strides: 2, activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 32, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });

/** Writes the test digits from `start` as pictures: their class's folder, if they are to have one. */
async function drawDigits(into: string, start: number, count: number, inClasses = true): Promise<string[]> {
  const { test } = digits({ seed: 4, train: 1, test: start + count });
  const x = new Float32Array(784);
  const label = new Int32Array(1);
  const paths: string[] = [];
  for (let i = start; i < start + count; i++) {
    test.fill([i], x, label);
    const own = inClasses ? join(into, `digit ${label[0]}`) : into;
    await mkdir(own, { recursive: true });
    const bytes = Uint8Array.from(x, (value) => Math.round(value * 255));
    paths.push(join(own, `${label[0]}-${i}.png`));
    await sharp(bytes, { raw: { width: 28, height: 28, channels: 1 } }).toFile(paths.at(-1)!);
  }
  return paths;
}

interface Built {
  readonly pictures: number;
  readonly computed: number;
  readonly reused: number;
  readonly dimensions: number;
  readonly labels: Record<string, number>;
  readonly skipped: readonly { path: string; reason: string }[];
}

interface Found {
  readonly picture: string;
  readonly neighbours: readonly { name: string; path: string; label?: string; similarity: number }[];
}

const build = (...more: string[]): Promise<Finished> =>
  striate([
    'search',
    'build',
    at('digits'),
    '--model',
    at('small.safetensors'),
    '--output',
    at('index.safetensors'),
    ...more,
  ]);
const built = async (...more: string[]): Promise<Built> => {
  const finished = await build('--json', ...more);
  expect([finished.code, finished.stderr.includes('sorry')], finished.stderr).toEqual([0, false]);
  return lastJson(finished) as unknown as Built;
};

function expectLine({ code, stdout, stderr }: Finished, message: RegExp, expected = 1): void {
  expect(stderr).toMatch(message);
  expect([code, stdout]).toEqual([expected, '']);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toContain('sorry');
}

beforeAll(async () => {
  folder = await temporaryFolder();
  await drawDigits(at('digits'), 0, 10 * perClass);
  const model = network(1);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await model.fit(digits({ seed: 1, train: 2000, test: 1 }).train, { epochs: 2, batchSize: 32, callbacks: [] });
  await model.save(at('small.safetensors'));
  await model.dispose();
});
afterAll(() => folder.remove());

describe('search build', () => {
  it('makes an index of all pictures, with their folders as labels, and names what it cannot read', async () => {
    await writeFile(at('digits', 'digit 3', 'notes.txt'), 'no picture');
    const result = await built();
    expect(result).toMatchObject({ pictures: 10 * perClass, computed: 10 * perClass, reused: 0, dimensions: 32 });
    expect(Object.keys(result.labels)).toEqual(Array.from({ length: 10 }, (_, i) => `digit ${i}`));
    expect(Object.values(result.labels)).toEqual(Array<number>(10).fill(perClass));
    expect(result.skipped).toMatchObject([{ path: 'digit 3/notes.txt' }]);
    const index = await EmbeddingIndex.load(at('index.safetensors'));
    expect(index.entries[0]).toMatchObject({ name: 'digit 0/0-0.png', label: 'digit 0' });
    expect(index.model).toMatchObject({ inputShape: [28, 28, 1], outputShape: [32] });
    const strict = await build('--strict');
    expectLine(strict, /^striate search: digit 3\/notes\.txt: must be a picture/);
  });

  it('computes only what is new or has changed', async () => {
    const before = await EmbeddingIndex.load(at('index.safetensors'));
    await copyFile(at('digits', 'digit 7', '7-7.png'), at('digits', 'digit 1', '1-1.png'));
    await rm(at('digits', 'digit 2', '2-2.png'));
    await copyFile(at('digits', 'digit 9', '9-9.png'), at('digits', 'digit 9', 'another.png'));
    const result = await built();
    expect(result).toMatchObject({ pictures: 10 * perClass, computed: 2, reused: 10 * perClass - 2 });
    const after = await EmbeddingIndex.load(at('index.safetensors'));
    const vectorOf = (index: EmbeddingIndex, name: string): Float32Array =>
      index.vector(index.entries.findIndex((entry) => entry.name === name));
    expect(vectorOf(after, 'digit 5/5-5.png')).toEqual(vectorOf(before, 'digit 5/5-5.png'));
    // Another batch's program may round differently.
    vectorOf(after, 'digit 1/1-1.png').forEach((value, i) =>
      expect(value).toBeCloseTo(vectorOf(before, 'digit 7/7-7.png')[i], 5),
    );
    expect(after.entries.map(({ name }) => name)).not.toContain('digit 2/2-2.png');
    const other = network(2);
    await other.save(at('other.safetensors'));
    await other.dispose();
    const anew = await striate([
      'search',
      'build',
      at('digits'),
      '--model',
      at('other.safetensors'),
      '--output',
      at('index.safetensors'),
      '--json',
    ]);
    expect(lastJson(anew)).toMatchObject({ computed: 10 * perClass, reused: 0 });
    await built();
  });

  it('takes pictures that lie in no folders, and an index among them', async () => {
    await drawDigits(at('loose'), 300, 3, false);
    const command = ['search', 'build', at('loose'), '--model', at('small.safetensors')];
    for (const computed of [3, 0]) {
      const finished = await striate([...command, '--output', at('loose', 'i.safetensors'), '--json']);
      expect(lastJson(finished)).toMatchObject({ pictures: 3, computed, labels: {}, skipped: [] });
    }
    const finished = await striate([...command, '--output', at('loose', 'i.safetensors')]);
    expect(finished.stdout).toMatch(
      /i\.safetensors: 3 pictures \(3 as before, 0 computed\), vectors of 32 numbers by small/,
    );
  });

  it('says what stands in the way', async () => {
    await mkdir(at('empty'));
    await mkdir(at('texts'));
    await writeFile(at('texts', 'a.txt'), 'no picture');
    const into = ['--model', at('small.safetensors'), '--output', at('x.safetensors')];
    expectLine(await striate(['search', 'build', at('empty'), ...into]), /empty: is empty/);
    expectLine(await striate(['search', 'build', at('nowhere'), ...into]), /nowhere: there is no such folder/);
    expectLine(
      await striate(['search', 'build', at('texts'), ...into]),
      /texts: has no picture that can be read; .*a\.txt/,
    );
    expectLine(await build('--output', at('index.png')), /--output .*index\.png': must be a \.safetensors file/, 2);
    // A model, or anything else, is not overwritten by mistake.
    const model = await readFile(at('small.safetensors'));
    expectLine(await build('--output', at('small.safetensors')), /is there already and no index/);
    expect(await readFile(at('small.safetensors'))).toEqual(model);
    expectLine(await build('--model', 'mnist_cnn'), /mnist_cnn.*without weights/);
  });
});

describe('search query', () => {
  const query = (...more: string[]): Promise<Finished> =>
    striate(['search', 'query', at('index.safetensors'), ...more]);

  it('finds pictures of the same digit', async () => {
    const pictures = await drawDigits(at('questions'), 500, 30, false);
    const finished = await query(...pictures, '--json');
    expect(finished.stderr).toBe('');
    const { results } = lastJson(finished) as unknown as { results: Found[] };
    expect(results.map(({ picture }) => picture)).toEqual(pictures);
    let same = 0;
    for (const [i, { neighbours }] of results.entries()) {
      expect(neighbours).toHaveLength(5);
      const similarities = neighbours.map(({ similarity }) => similarity);
      expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
      same += neighbours.filter(({ label }) => label === `digit ${i % 10}`).length;
    }
    // By chance one in ten; measured 0.75.
    expect(same / (5 * results.length)).toBeGreaterThan(0.6);
  });

  it('names them with similarity and label; a picture of the index is not its own neighbour', async () => {
    const finished = await query(at('digits', 'digit 4', '4-4.png'), '--top', '3');
    expect([finished.code, finished.stderr]).toEqual([0, '']);
    const lines = finished.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^0\.\d{3} {2}digit \d\/\d-\d+\.png +digit \d$/);
    expect(finished.stdout).not.toContain('/4-4.png');
  });

  it('draws a sheet and writes a page that needs no other file', async () => {
    const pictures = [at('digits', 'digit 4', '4-4.png'), at('digits', 'digit 8', '8-8.png')];
    const finished = await query(...pictures, '--top', '4', '--sheet', at('found.png'), '--page', at('found.html'));
    expect([finished.code, finished.stderr]).toEqual([0, expect.stringContaining('found.html')]);
    const { width, height } = await sharp(at('found.png')).metadata();
    // The query and four neighbours, two rows.
    expect([width > 5 * 150, height > 2 * 150]).toEqual([true, true]);
    const { data, info } = await sharp(at('found.png')).greyscale().raw().toBuffer({ resolveWithObject: true });
    // The digits are light on dark ground: the middle of the first picture is not the sheet's white.
    expect(data[(16 + 20) * info.width + 16 + 75]).toBeLessThan(100);
    const page = await readFile(at('found.html'), 'utf8');
    expect(page.match(/<img src="data:image\/jpeg;base64,/g)).toHaveLength(2 * 5);
    expect(page).not.toMatch(/src="(?!data:)|https?:\/\//);
    expectLine(await query(pictures[0], '--sheet', at('found.xyz')), /--sheet .*found\.xyz: must end in \.png, /);
  });

  it('still works after index, model and pictures have moved together', async () => {
    await mkdir(at('elsewhere'));
    for (const name of ['small.safetensors', 'index.safetensors', 'digits']) {
      await rename(at(name), at('elsewhere', name));
    }
    try {
      const asked = at('elsewhere', 'digits', 'digit 4', '4-4.png');
      const finished = await striate(['search', 'query', at('elsewhere', 'index.safetensors'), asked, '--json']);
      expect(finished.stderr).toBe('');
      const { results } = lastJson(finished) as unknown as { results: Found[] };
      expect(results[0].neighbours[0].path.startsWith(at('elsewhere', 'digits'))).toBe(true);
      expect(results[0].neighbours.map(({ name }) => name)).not.toContain('digit 4/4-4.png');
    } finally {
      for (const name of ['small.safetensors', 'index.safetensors', 'digits']) {
        await rename(at('elsewhere', name), at(name));
      }
    }
  });

  it('refuses another model, a missing one, and what is no picture or no index', async () => {
    const picture = at('digits', 'digit 4', '4-4.png');
    const wrong = await query(picture, '--model', at('other.safetensors'));
    expectLine(
      wrong,
      /index\.safetensors: was made with 'small\.safetensors'.*'other\.safetensors'.*not the same model/,
    );
    expectLine(await striate(['search', 'query', at('small.safetensors'), picture]), /is no index of pictures/);
    expectLine(await query(at('digits', 'digit 3', 'notes.txt')), /notes\.txt: must be a picture/);
    expectLine(await query(at('nothing.png')), /nothing\.png: must be a picture.*ENOENT/);
    await rename(at('small.safetensors'), at('renamed.safetensors'));
    try {
      expectLine(await query(picture), /small\.safetensors.*say with --model .* where it is now/);
      const told = await query(picture, '--model', at('renamed.safetensors'));
      expect([told.code, told.stderr]).toEqual([0, '']);
    } finally {
      await rename(at('renamed.safetensors'), at('small.safetensors'));
    }
  });
});
