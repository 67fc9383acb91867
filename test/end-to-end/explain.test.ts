import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeNpy } from '../../src/formats/npy.js';
import { completePreprocessing, explain, layers, openModel, sequential } from '../../src/index.js';
import { lastJson, striate, temporaryFolder, type Finished } from './striate.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...parts: string[]): string => join(folder.path, ...parts);
const called = (...args: string[]): Promise<Finished> => striate(['explain', ...args], {}, folder.path);
const done = async (...args: string[]): Promise<Finished> => {
  const finished = await called(...args);
  expect(finished.code, finished.stderr).toBe(0);
  return finished;
};

beforeAll(async () => {
  folder = await temporaryFolder();
  const model = sequential({
    name: 'small',
    seed: 5,
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [24, 24, 3] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', name: 'last' }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.preprocessing = completePreprocessing({ fit: 'stretch' }, [24, 24, 3]);
  model.classNames = ['<b>cat</b>', 'dog', 'fox-terrier'];
  await model.save(at('small.safetensors'));
  const flat = sequential([
    layers.flatten({ inputShape: [24, 24, 3] }),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);
  flat.preprocessing = model.preprocessing;
  await flat.save(at('flat.safetensors'));
  await mkdir(at('photos'));
  for (const [i, name] of ['one.png', 'two & <three>.png'].entries()) {
    const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, at) => (at * (7 + 4 * i)) % 256);
    await sharp(data, { raw: { width: 40, height: 30, channels: 3 } }).toFile(at('photos', name));
  }
  await writeFile(at('broken.png'), 'no picture');
});
afterAll(() => folder.remove());

interface Listed {
  readonly explanations: readonly {
    readonly picture: string;
    readonly method: string;
    readonly target: string;
    readonly index?: number;
    readonly probability?: number;
    readonly layer?: string;
    readonly signed: boolean;
    readonly shape: readonly number[];
    readonly map?: readonly (readonly number[])[];
    readonly file?: string;
    readonly mapFile?: string;
  }[];
  readonly unread: readonly { readonly picture: string; readonly reason: string }[];
}

describe('striate explain', () => {
  it('measures how far an explanation may be trusted where asked', async () => {
    const { stdout } = await done('small.safetensors', 'photos/one.png', '--evidence');
    expect(stdout).toMatch(
      /grad-cam .*\n {2}insertion 0\.\d{3} .*\n {2}deletion 0\.\d{3} .*\n {2}ROAD .*\n {2}drop [\d.]+ %/,
    );
    const listed = lastJson(await done('small.safetensors', 'photos/one.png', '--evidence', '--json')) as unknown as {
      explanations: readonly { evidence: { insertion: { area: number } } }[];
    };
    expect(listed.explanations[0].evidence.insertion.area).toBeGreaterThan(0);
  });

  it('draws a picture and prints class, probability, method, layer and file', async () => {
    const { stdout, stderr } = await done('small.safetensors', 'photos/one.png');
    expect(stdout).toMatch(/^(<b>cat<\/b>|dog|fox-terrier) +[\d.]+ % +grad-cam +'last' +explanation\.png\n$/);
    expect(stderr).toMatch(/explanation\.png/);
    const { format, width, height } = await sharp(at('explanation.png')).metadata();
    expect(format).toBe('png');
    // The photo and its explanation, side by side, each enlarged to ten times its size.
    expect(width).toBeGreaterThan(800);
    expect(height).toBeGreaterThan(300);
  });

  it('prints one object with the map where no file is asked for', async () => {
    const finished = await done('small.safetensors', 'photos/one.png', '--target', 'dog', '--json');
    const { explanations } = lastJson(finished) as unknown as Listed;
    const opened = await openModel(at('small.safetensors'));
    const own = await explain(opened, at('photos', 'one.png'), { target: 'dog' });
    expect(explanations).toHaveLength(1);
    const [{ map, shape, ...said }] = explanations;
    expect(said).toMatchObject({ method: 'grad-cam', target: 'dog', index: 1, layer: 'last', signed: false });
    expect(said.probability).toBeCloseTo(own.probability!, 6);
    expect(shape).toEqual([9, 9]);
    map!.flat().forEach((value, i) => expect(value).toBeCloseTo(own.map.data[i], 6));
    await opened.model.dispose();
  });

  it.each([
    ['at the layer’s resolution', ['--method', 'grad-cam'], [9, 9]],
    ['at the input’s', ['--method', 'saliency'], [24, 24]],
    ['of a difference, with signs', ['--target', 'fox-terrier-dog'], [9, 9]],
    ['by steps', ['--method', 'integrated-gradients', '--steps', '7'], [24, 24]],
  ])('writes the bare map: %s', async (_, args, shape) => {
    await done('small.safetensors', 'photos/one.png', ...args, '--output', 'map.npy');
    const map = decodeNpy(await readFile(at('map.npy')), 'map.npy');
    expect(map.shape).toEqual(shape);
    expect(map.data.some((value) => value !== 0)).toBe(true);
    expect(map.data.some((value) => value < 0)).toBe(args.includes('--target') || args.includes('--steps'));
  });

  it('writes several maps of one size as one array', async () => {
    await done('small.safetensors', 'photos', '--output', 'maps.npy');
    expect(decodeNpy(await readFile(at('maps.npy')), 'maps.npy').shape).toEqual([2, 9, 9]);
  });

  it('writes a folder: a page, and each explanation as a picture of the photo’s size and as numbers', async () => {
    const targets = ['--target', 'dog', '--target', '<b>cat</b>-dog'];
    const finished = await done(
      ...['small.safetensors', 'photos', 'broken.png', '--method', 'grad-cam,saliency', ...targets],
      ...['--output', 'why', '--json'],
    );
    const { explanations, unread } = lastJson(finished) as unknown as Listed;
    expect(explanations).toHaveLength(8);
    expect(unread.map(({ picture }) => picture)).toEqual(['broken.png']);
    expect(finished.stderr).toMatch(/left out: broken\.png/);
    const names = await readdir(at('why'));
    expect(names).toHaveLength(17);
    for (const { file, mapFile, map } of explanations) {
      expect(map).toBeUndefined();
      expect(await sharp(at(file!)).metadata()).toMatchObject({ format: 'png', width: 40, height: 30 });
      expect(decodeNpy(await readFile(at(mapFile!)), 'map').shape).toHaveLength(2);
    }
    const page = await readFile(at('why', 'index.html'), 'utf8');
    // Names are never markup, no request leaves the page, and it runs no scripts.
    expect(page).not.toContain('<b>cat');
    expect(page).not.toContain('<three>');
    expect(page).not.toMatch(/<script|(src|href)="(?!data:)/);
    expect(page.match(/class="over"/g)).toHaveLength(8);
  });

  it('writes a page by itself', async () => {
    const { stdout } = await done('small.safetensors', 'photos/one.png', '--output', 'why.html');
    expect(stdout).toContain('why.html');
    expect(await readFile(at('why.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it.each<[string, string[], RegExp, number]>([
    ['another class', ['small.safetensors', 'photos', '--target', 'dgo'], /no class 'dgo'; .*dog/, 1],
    ['another class of a difference', ['small.safetensors', 'photos', '--target', 'dog-cta'], /no class 'cta'/, 1],
    ['another method', ['small.safetensors', 'photos', '--method', 'grd-cam'], /--method: .*'grd-cam'.*grad-cam/, 2],
    ['another layer', ['small.safetensors', 'photos', '--layer', 'lats'], /'lats'.*last/, 1],
    ['a picture that is none', ['small.safetensors', 'broken.png'], /broken\.png: must be a picture/, 1],
    ['a picture that is not there', ['small.safetensors', 'missing.png'], /missing\.png/, 1],
    ['a model without maps', ['flat.safetensors', 'photos'], /has none before its classifier; .*saliency/, 1],
    ['steps of no method', ['small.safetensors', 'photos', '--steps', '7'], /--steps.*integrated-gradients/, 2],
    ['another kind of file', ['small.safetensors', 'photos', '--output', 'why.pdf'], /--output why\.pdf: must be/, 2],
    [
      'maps of several sizes in one file',
      ['small.safetensors', 'photos', '--method', 'grad-cam,saliency', '--output', 'both.npy'],
      /both\.npy.*9×9 and 24×24.*folder/,
      1,
    ],
  ])('refuses %s in one line', async (_, args, message, code) => {
    const finished = await called(...args);
    const lines = finished.stderr.trim().split('\n');
    expect(lines.at(-1)).toMatch(message);
    expect(lines).toHaveLength(1);
    expect(finished.stderr).not.toMatch(/\n\s+at |sorry/);
    expect(finished.code).toBe(code);
  });
});

const data = process.env.STRIATE_DATA;

/** x from, x to, y from, y to in the photo's own pixels. */
type Box = readonly [left: number, right: number, top: number, bottom: number];

describe.skipIf(!data)(`one command${data ? '' : ': skipped, STRIATE_DATA names no data'}`, () => {
  const squeezenet = join(data ?? '', 'pretrained', 'squeezenet1_1-imagenet.onnx');
  const photo = (name: string): string => join(data ?? '', 'photos', name);

  /** Of a command's map, stretched over the photo: the share of its energy within boxes, and of the area. */
  async function energy(args: readonly string[], [width, height]: readonly [number, number], boxes: readonly Box[]) {
    await done(squeezenet, ...args, '--preprocessing', 'rgb-means', '--output', 'map.npy');
    const { data: map, shape } = decodeNpy(await readFile(at('map.npy')), 'map.npy');
    const [rows, columns] = shape;
    const near = (place: number, cells: number): [number, number, number] => {
      const inside = Math.min(Math.max(place * cells - 0.5, 0), cells - 1);
      const first = Math.floor(inside);
      return [first, Math.min(first + 1, cells - 1), inside - first];
    };
    let [within, all, area] = [0, 0, 0];
    for (let y = 0; y < height; y++) {
      const [top, bottom, v] = near((y + 0.5) / height, rows);
      for (let x = 0; x < width; x++) {
        const [left, right, u] = near((x + 0.5) / width, columns);
        const row = (r: number): number => map[r * columns + left] * (1 - u) + map[r * columns + right] * u;
        const value = row(top) * (1 - v) + row(bottom) * v;
        all += value;
        if (!boxes.some(([x0, x1, y0, y1]) => x >= x0 && x <= x1 && y >= y0 && y <= y1)) continue;
        within += value;
        area++;
      }
    }
    return { share: within / all, area: area / (width * height) };
  }

  it('finds the elephants in the photo, their heads and ears before all', async () => {
    const elephants: readonly Box[] = [
      [238, 525, 48, 222],
      [90, 290, 130, 236],
    ];
    const heads: readonly Box[] = [
      [238, 402, 48, 140],
      [90, 200, 130, 184],
    ];
    const args = [photo('creative_commons_elephant.jpg')];
    const all = await energy(args, [525, 351], elephants);
    expect(all.area).toBeCloseTo(0.36, 1);
    expect(all.share).toBeGreaterThan(0.65);
    const ears = await energy(args, [525, 351], heads);
    expect(ears.share / ears.area).toBeGreaterThan(2);
  });

  it('tells the dog from the cat, and by their difference, which has both signs', async () => {
    const cats = photo('cat_dog.png');
    const upper: readonly Box[] = [[0, 99, 0, 49]];
    const dog = await energy([cats, '--target', 'bull mastiff'], [100, 100], upper);
    const cat = await energy([cats, '--target', '282'], [100, 100], upper);
    expect(dog.share).toBeGreaterThan(0.7);
    expect(1 - cat.share).toBeGreaterThan(0.58);
    await done(squeezenet, cats, '--preprocessing', 'rgb-means', '--target', '243-282', '--output', 'map.npy');
    const { data: map, shape } = decodeNpy(await readFile(at('map.npy')), 'map.npy');
    const half = (shape[0] / 2) * shape[1];
    const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);
    expect(sum(map.subarray(0, half))).toBeGreaterThan(0);
    expect(sum(map.subarray(half))).toBeLessThan(0);
  });
});
