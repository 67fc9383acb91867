import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits, layers, sequential, type Sequential } from '../../src/index.js';
import { lastJson, striate, temporaryFolder, type Finished } from './striate.js';

/** A small network that has learned a little about drawn digits, and pictures of 0, 1 and 2 in a folder each. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...parts: string[]): string => join(folder.path, ...parts);
const short = { tsne: ['--iterations', '60'], umap: ['--n-epochs', '40'] };

function network(units: number): Sequential {
  return sequential({
    name: 'small',
    seed: 1,
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 5, strides: 2, activation: 'relu', inputShape: [28, 28, 1] }),
      layers.flatten(),
      layers.dense({ units: 16, activation: 'relu' }),
      layers.dense({ units, activation: 'softmax' }),
    ],
  });
}

async function drawClasses(into: string, count: number): Promise<void> {
  const { test } = digits({ seed: 4, train: 1, test: 400 });
  const x = new Float32Array(784);
  const label = new Int32Array(1);
  const drawn = [0, 0, 0];
  for (let i = 0; i < test.size; i++) {
    test.fill([i], x, label);
    if (label[0] > 2 || drawn[label[0]] === count) continue;
    const own = at(into, `${label[0]}`);
    await mkdir(own, { recursive: true });
    const bytes = Uint8Array.from(x, (value) => Math.round(value * 255));
    const raw = { width: 28, height: 28, channels: 1 } as const;
    await sharp(bytes, { raw }).toFile(join(own, `${drawn[label[0]]++}.png`));
  }
}

const projectDigits = (...more: string[]): Promise<Finished> =>
  striate(['project', at('digits.safetensors'), '--data', 'digits', '--limit', '120', '--threads', '1', ...more]);

beforeAll(async () => {
  folder = await temporaryFolder();
  const { train } = digits({ seed: 2, train: 600, test: 10 });
  const ten = network(10);
  ten.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await ten.fit(train, { epochs: 2, verbose: 0 });
  await ten.save(at('digits.safetensors'));
  await drawClasses('photos', 12);
});
afterAll(() => folder.remove());

describe('striate project', () => {
  it('writes a picture, a table and a page into a folder', async () => {
    const { code, stdout, stderr } = await projectDigits('--output', at('map'));
    expect(stderr).toContain('To be seen');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^120 pictures by PCA: .* of the variance is shown .*; trustworthiness 0\.\d+; 5 neighbours/,
    );
    expect((await readdir(at('map'))).sort()).toEqual(['index.html', 'projection.csv', 'projection.png']);
    const { width, format } = await sharp(at('map', 'projection.png')).metadata();
    expect({ width, format }).toEqual({ width: 2480, format: 'png' });
    const lines = (await readFile(at('map', 'projection.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines[0]).toBe('x,y,label,prediction,probability,mistake,file');
    expect(lines).toHaveLength(121);
    const rows = lines.slice(1).map((line) => line.split(','));
    for (const [, , label, prediction, , mistake] of rows) expect(mistake).toBe(label === prediction ? '0' : '1');
    expect(new Set(rows.map(([, , label]) => label)).size).toBe(10);
    const page = await readFile(at('map', 'index.html'), 'utf8');
    expect(page).not.toMatch(/(src|href)="?https?:/);
    expect(page).toContain('120 pictures by PCA');
  });

  it.each(['tsne', 'umap'] as const)('gives the same places again, by %s, and every parameter', async (method) => {
    const [one, again] = await Promise.all(
      [0, 1].map(() => projectDigits('--method', method, ...short[method], '--seed', '5', '--json')),
    );
    expect(one.code).toBe(0);
    const found = lastJson(one);
    expect(lastJson(again)).toEqual(found);
    expect(found).toMatchObject({ command: 'project', pictures: 120, method, seed: 5, files: [] });
    expect(found.points).toHaveLength(120);
    expect(found.parameters).toMatchObject(method === 'tsne' ? { perplexity: 30, iterations: 60 } : { nEpochs: 40 });
    expect((found.quality as { trustworthiness: number }).trustworthiness).toBeGreaterThan(0.8);
  });

  it('shows a folder by a model of other classes, without mistakes', async () => {
    const args = [
      'project',
      at('digits.safetensors'),
      '--data',
      at('photos'),
      '--split',
      'train',
      '--output',
      at('own.csv'),
    ];
    await network(6).save(at('six.safetensors'));
    const { code, stderr } = await striate([...args.slice(0, 1), at('six.safetensors'), ...args.slice(2)]);
    expect(stderr).toContain('Mistakes are not marked');
    expect(code).toBe(0);
    const [, ...rows] = (await readFile(at('own.csv'), 'utf8')).trimEnd().split('\n');
    for (const row of rows) expect(row).toMatch(/^[-\d.e]+,[-\d.e]+,[012],class \d,0\.\d+,,.*\d+\.png$/);
  });

  it('stands on the page of an evaluation, mistakes marked', async () => {
    const { code } = await striate([
      'evaluate',
      at('digits.safetensors'),
      '--data',
      'digits',
      '--out',
      at('evaluation'),
    ]);
    expect(code).toBe(0);
    const page = await readFile(at('evaluation', 'index.html'), 'utf8');
    expect(page).toContain('What it sees, in two dimensions');
    expect(page).toMatch(/data-class="0".*\d+ wrong/);
  });

  it('takes several components by PCA', async () => {
    const { code } = await projectDigits('--components', '4', '--output', at('four.csv'));
    expect(code).toBe(0);
    expect(await readFile(at('four.csv'), 'utf8')).toMatch(/^x,y,component3,component4,label/);
  });

  describe('says what is wrong and what to do', () => {
    it.each<[string, string[], string | RegExp, number]>([
      [
        "another method's option",
        ['--perplexity', '5'],
        /--perplexity: goes with --method tsne; pca takes --components/,
        2,
      ],
      ['a perplexity too large', ['--method', 'tsne', '--perplexity', '120'], /perplexity must be less than .* 120/, 1],
      ['neighbours too many', ['--method', 'umap', '--n-neighbors', '120'], /nNeighbors must be less than/, 1],
      ['an output of no kind', ['--output', 'map.txt'], /--output map.txt: must be a picture .* a page .* a table/, 2],
      ['a method that there is not', ['--method', 'isomap'], /Allowed choices are pca, tsne, umap/, 2],
      ['too few pictures', ['--limit', '2'], /whole number of at least 3/, 2],
      ['no such part', ['--split', 'validation'], /has no validation part.*--split/, 1],
    ])('%s', async (_, args, message, exit) => {
      const { code, stderr } = await projectDigits(...args);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(code).toBe(exit);
    });

    it('a folder with one picture', async () => {
      await mkdir(at('one', 'a'), { recursive: true });
      await writeFile(at('one', 'a', '0.png'), await readFile(at('photos', '0', '0.png')));
      const { code, stderr } = await striate([
        'project',
        at('digits.safetensors'),
        '--data',
        at('one'),
        '--split',
        'train',
      ]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/too few pictures|at least|needs/);
      expect(stderr).not.toMatch(/\n\s+at /);
    });

    it('a model that sees no difference', async () => {
      const dead = network(10);
      const weights = await dead.getWeights();
      for (const tensor of weights.values()) tensor.data.fill(0);
      await dead.setWeights(weights);
      await dead.save(at('dead.safetensors'));
      const { code, stderr } = await striate(['project', at('dead.safetensors'), '--data', 'digits', '--limit', '20']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/all 20 points are the same.*units may be dead/);
    });
  });
});
