import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  activationsOf,
  completePreprocessing,
  filterPatterns,
  input,
  layers,
  model,
  openModel,
  sequential,
} from '../../src/index.js';
import { lastJson, striate, temporaryFolder, type Finished } from './striate.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...parts: string[]): string => join(folder.path, ...parts);
const called = (...args: string[]): Promise<Finished> => striate(['explain', ...args], {}, folder.path);
const done = async (...args: string[]): Promise<Finished> => {
  const finished = await called(...args);
  expect(finished.code, finished.stderr).toBe(0);
  return finished;
};

const { conv2d, dense, flatten, globalAveragePooling2d, maxPooling2d } = layers;

beforeAll(async () => {
  folder = await temporaryFolder();
  const small = sequential({
    name: 'small',
    seed: 5,
    layers: [
      conv2d({ filters: 6, kernelSize: 3, activation: 'relu', name: 'first', inputShape: [32, 32, 3] }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 5, kernelSize: 3, activation: 'relu', name: 'block/last' }),
      globalAveragePooling2d(),
      dense({ units: 3, activation: 'softmax', name: 'classes' }),
    ],
  });
  small.preprocessing = completePreprocessing({ fit: 'stretch' }, [32, 32, 3]);
  small.classNames = ['<b>cat</b>', 'dog, big', 'fox-terrier'];
  await small.save(at('small.safetensors'));
  const grey = sequential({
    name: 'grey',
    seed: 3,
    layers: [
      conv2d({ filters: 4, kernelSize: 5, activation: 'relu', name: 'only', inputShape: [28, 28, 1] }),
      flatten(),
      dense({ units: 10, name: 'scores' }),
    ],
  });
  await grey.save(at('grey.safetensors'));
  const [left, right] = [input({ shape: [8, 8, 3], name: 'left' }), input({ shape: [8, 8, 3], name: 'right' })];
  const both = flatten().apply(layers.concatenate().apply(left, right));
  await model({ name: 'twins', inputs: [left, right], outputs: [dense({ units: 2 }).apply(both)] }).save(
    at('twins.safetensors'),
  );
  await mkdir(at('photos', 'deep'), { recursive: true });
  for (const [i, name] of ['one.png', 'two & <three>.png', 'deep/four.png'].entries()) {
    const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, place) => (place * (7 + 4 * i)) % 256);
    await sharp(data, { raw: { width: 40, height: 30, channels: 3 } }).toFile(at('photos', name));
  }
  await writeFile(at('photos', 'broken.png'), 'no picture');
});
afterAll(() => folder.remove());

const fast = ['--steps', '4', '--seed', '7'];

describe('striate explain --filters', () => {
  it('draws kernels and patterns in one picture, and prints what each filter gives', async () => {
    const { stdout, stderr } = await done('small.safetensors', '--filters', 'block/last', ...fast);
    expect(stdout.trim().split('\n')).toHaveLength(6);
    expect(stderr).toMatch(/filters\.png/);
    const { format, width } = await sharp(at('filters.png')).metadata();
    expect(format).toBe('png');
    expect(width).toBeGreaterThan(1000);
  });

  it('finds what filterPatterns finds', async () => {
    const finished = await done('small.safetensors', '--filters', 'block/last', ...fast, '--json', '--limit', '2');
    const { layers: found } = lastJson(finished) as unknown as {
      layers: readonly {
        filters: number;
        patterns: readonly { filter: number; activation: number; noise: number }[];
      }[];
    };
    const opened = await openModel(at('small.safetensors'));
    const own = await filterPatterns(opened, 'block/last', { filters: [0, 1], steps: 4, seed: 7 });
    expect(found).toHaveLength(1);
    expect(found[0].filters).toBe(5);
    expect(found[0].patterns.map(({ filter }) => filter)).toEqual([0, 1]);
    found[0].patterns.forEach(({ activation, noise }, i) => {
      expect(activation).toBeCloseTo(own[i].activation, 4);
      expect(noise).toBeCloseTo(own[i].noise, 4);
    });
    await opened.model.dispose();
  });

  it('shows all convolutions in a folder, beside each pattern what of the pictures raises it most', async () => {
    const finished = await done(
      ...['small.safetensors', '--filters', 'all', ...fast, '--data', 'photos', '--output', 'all/', '--json'],
    );
    expect(finished.stderr).toMatch(/left out: .*broken\.png/);
    const { layers: found, output } = lastJson(finished) as unknown as {
      output: string;
      layers: readonly { layer: string; patterns: readonly { pictures: readonly { picture: string }[] }[] }[];
    };
    expect(found.map(({ layer }) => layer)).toEqual(['first', 'block/last']);
    for (const { patterns } of found) {
      for (const { pictures } of patterns) {
        const names = pictures.map(({ picture }) => picture);
        expect(names.sort()).toEqual(
          ['photos/deep/four.png', 'photos/one.png', 'photos/two & <three>.png'].slice(0, names.length),
        );
      }
    }
    expect(output).toBe(join('all', 'index.html'));
    expect((await readdir(at('all'))).sort()).toEqual(['block-last.png', 'first.png', 'index.html', 'kernels.png']);
    const page = await readFile(at('all', 'index.html'), 'utf8');
    expect(page).not.toMatch(/<script|(src|href)="(?!data:|#)/);
    expect(page.match(/<img/g)).toHaveLength(6 + 6 + 5);
  });

  it('takes grey models and vectors', async () => {
    const { stdout } = await done('grey.safetensors', '--filters', 'only,scores', ...fast, '--output', 'grey.html');
    expect(stdout).toMatch(/^only\n[^]*\nscores\n/);
  });
});

describe('striate explain --class-patterns', () => {
  it('draws classes by names, with commas of their own, and numbers', async () => {
    const finished = await done('small.safetensors', '--class-patterns', 'dog, big,0', ...fast, '--json');
    const { classes } = lastJson(finished) as unknown as { classes: readonly { name: string; index: number }[] };
    expect(classes.map(({ name, index }) => [name, index])).toEqual([
      ['dog, big', 1],
      ['<b>cat</b>', 0],
    ]);
  });

  it('writes a page on which names are no markup', async () => {
    await done('small.safetensors', '--class-patterns', 'all', ...fast, '--output', 'classes.html');
    const page = await readFile(at('classes.html'), 'utf8');
    expect(page).not.toContain('<b>cat');
    expect(page.match(/<img/g)).toHaveLength(3);
  });
});

describe('striate explain --activations', () => {
  interface Told {
    readonly pictures: readonly {
      readonly picture: string;
      readonly layers: readonly {
        readonly layer: string;
        readonly shape: readonly number[];
        readonly strongest: readonly { channel: number; value: number; row: number; column: number }[];
        readonly receptiveField?: { readonly visible: object; readonly effectiveSize: number };
      }[];
    }[];
    readonly silent: { readonly pictures: number; readonly layers: readonly { layer: string; filters: number }[] };
  }

  it.each([
    ['behind the flag', ['--activations', 'photos/one.png']],
    ['before it', ['photos/one.png', '--activations']],
  ])('says of each layer which channels say most, and what they see: a picture %s', async (_, args) => {
    const { pictures, silent } = lastJson(await done('small.safetensors', ...args, '--json')) as unknown as Told;
    expect(silent.pictures).toBe(1);
    expect(silent.layers.map(({ layer, filters }) => [layer, filters])).toEqual([
      ['first', 6],
      ['block/last', 5],
    ]);
    const opened = await openModel(at('small.safetensors'));
    const values = await activationsOf(opened, at('photos', 'one.png'));
    expect(pictures[0].layers.map(({ layer }) => layer)).toEqual([...values.keys()]);
    for (const { layer, shape, strongest, receptiveField } of pictures[0].layers) {
      const own = values.get(layer)!;
      expect(shape).toEqual(own.shape);
      const channels = shape.at(-1)!;
      const [{ channel, value, row, column }] = strongest;
      expect(value).toBeCloseTo(Math.max(...own.data), 5);
      expect(own.data[(row * (shape.length === 3 ? shape[1] : 1) + column) * channels + channel]).toBeCloseTo(value, 5);
      expect(receptiveField === undefined).toBe(shape.length === 1);
    }
    await opened.model.dispose();
  });

  it('draws chosen layers of several pictures, and leaves out what is none', async () => {
    const { stdout, stderr } = await done(
      ...['small.safetensors', '--activations', 'photos', '--layer', 'first,classes', '--output', 'seen/'],
    );
    expect(stderr).toMatch(/left out: .*broken\.png/);
    expect(stdout).toMatch(/^layer .*\nfirst .* of 6 .*\nclasses /);
    expect(await readdir(at('seen'))).toContain('one-first.png');
  });

  it('takes grey models whose outputs are scores', async () => {
    const { stdout } = await done('grey.safetensors', '--activations', 'photos/one.png', '--output', 'grey.png');
    expect(stdout).toMatch(/only +24×24×4/);
  });
});

describe('striate explain --rank', () => {
  it.each([
    ['a folder of pictures', 'small.safetensors', 'photos', ['--method', 'grad-cam,saliency', '--limit', '2'], 2],
    ['a data set', 'grey.safetensors', 'digits', ['--method', 'grad-cam,saliency', '--limit', '3'], 3],
  ])('sorts methods by what the model says of %s', async (_, file, data, args, count) => {
    const finished = await done(file, '--rank', data, ...args, '--json', '--output', 'ranking.html');
    const { ranking, best, pictures } = lastJson(finished) as unknown as {
      ranking: readonly { method: string; insertion: number; deletion: number }[];
      best: string;
      pictures: number;
    };
    expect(pictures).toBe(count);
    expect(ranking.map(({ method }) => method).sort()).toEqual(['grad-cam', 'saliency']);
    expect(ranking[0].method).toBe(best);
    const [first, second] = ranking.map(({ insertion, deletion }) => insertion - deletion);
    expect(first).toBeGreaterThanOrEqual(second);
    expect(await readFile(at('ranking.html'), 'utf8')).toContain(`${best} explains it best`);
  });

  it('prints a table where nothing is written', async () => {
    const { stdout } = await done('small.safetensors', '--rank', 'photos', '--method', 'saliency', '--limit', '1');
    expect(stdout).toMatch(/saliency explains this model best on 1 picture/);
  });
});

describe('striate explain, called in ways that cannot be meant', () => {
  it.each<[string, string[], RegExp, number]>([
    ['nothing to explain', ['small.safetensors'], /picture: .*--filters, --class-patterns, --activations or --rank/, 2],
    [
      'two things',
      ['small.safetensors', '--filters', 'all', '--rank', 'photos'],
      /--filters and --rank: .*once for each/,
      2,
    ],
    [
      'evidence of filters',
      ['small.safetensors', '--filters', 'all', '--evidence'],
      /--evidence: .*not with --filters/,
      2,
    ],
    [
      'a layer beside filters',
      ['small.safetensors', '--filters', 'all', '--layer', 'first'],
      /--layer: .*behind --filters/,
      2,
    ],
    ['a seed of pictures', ['small.safetensors', 'photos', '--seed', '3'], /--seed: goes with --filters/, 2],
    ['a picture of filters', ['small.safetensors', 'photos', '--filters', 'all'], /--filters: .*--data photos/, 2],
    ['no picture of activations', ['small.safetensors', '--activations'], /--activations: needs a picture/, 2],
    ['another layer', ['small.safetensors', '--filters', 'frist'], /no layer 'frist'.*did you mean first/, 1],
    [
      'a part of a name',
      ['small.safetensors', '--activations', 'photos', '--layer', 'last'],
      /did you mean block\/last/,
      1,
    ],
    ['a picture that is not there', ['small.safetensors', '--activations', 'gone.png'], /gone\.png/, 1],
    ['data that is not there', ['small.safetensors', '--rank', 'nowhere'], /--rank: .*'nowhere'/, 2],
    ['another class', ['small.safetensors', '--class-patterns', 'dgo'], /no class 'dgo'/, 1],
    ['numbers', ['small.safetensors', '--filters', 'all', '--output', 'x.npy'], /x\.npy: must be a picture.*--json/, 2],
    ['several inputs', ['twins.safetensors', '--filters', 'all'], /'twins'.*must take one picture/, 1],
    ['several inputs of a picture', ['twins.safetensors', 'photos/one.png'], /'twins'.*must take one picture/, 1],
  ])('refuses %s in one line', async (_, args, message, code) => {
    const finished = await called(...args);
    const lines = finished.stderr.trim().split('\n');
    expect(lines.at(-1)).toMatch(message);
    expect(lines).toHaveLength(1);
    expect(finished.stderr).not.toMatch(/\n\s+at |sorry/);
    expect(finished.code).toBe(code);
  });
});
