import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classify, openModel } from '../src/classify/index.js';
import { pictureBatches } from '../src/classify/pictureBatches.js';
import { pictureEmbeddings } from '../src/cli/search/pictureEmbeddings.js';
import { digits } from '../src/data/digits.js';
import { imageFolder } from '../src/data/folders/imageFolder.node.js';
import { layers } from '../src/layers/index.js';
import { modelFromBytes, sequential } from '../src/models/index.js';
import { namedPreprocessing, preparePicture, type Preprocessing } from '../src/pictures/index.js';
import { sizeOf } from '../src/tensor/index.js';
import { optimizers } from '../src/training/index.js';
import { zoo } from '../src/zoo/index.js';

// However a picture reaches a model (a folder that is evaluated, a prediction, a search, a call of the library), the model
// must see the same numbers.

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'striate-one-way-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Drawings of digits as people make them, dark on light, larger than the model's pictures and not square. */
async function drawDigits(count: number, labelled: (label: number) => string): Promise<string[]> {
  const set = digits({ seed: 9, train: 10, test: count }).test;
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const [x, y] = [new Float32Array(784), new Int32Array(1)];
    set.fill([i], x, y);
    const folder = join(root, labelled(y[0]));
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${i}.png`);
    const bytes = Uint8Array.from(x, (value) => 245 - Math.round(value * 220));
    const drawn = sharp(bytes, { raw: { width: 28, height: 28, channels: 1 } }).resize(56, 56);
    await drawn.extend({ left: 8, right: 8, background: '#f5f5f5' }).png().toFile(path);
    paths.push(path);
  }
  return paths;
}

/** Each way's numbers of the same files, [N, …]. */
async function everyWay(
  paths: readonly string[],
  folder: string,
  preprocessing: Preprocessing,
  shape: readonly number[],
): Promise<Record<string, Float32Array[]>> {
  const model = sequential({ layers: [layers.flatten({ inputShape: shape })] });
  const rows = (data: Float32Array): Float32Array[] =>
    paths.map((_, i) => data.slice(i * sizeOf(shape), (i + 1) * sizeOf(shape)));
  const ways: Record<string, Float32Array[]> = {};
  for (const [name, workers] of Object.entries({ 'a folder': 0, 'a folder, in threads': 1 })) {
    const { train } = await imageFolder(folder, { preprocessing, workers, validationSplit: 0 });
    const x = new Float32Array(paths.length * sizeOf(shape));
    const order = paths.map((path) =>
      Array.from({ length: train.size }, (_, i) => i).find((i) => path.endsWith(`/${train.path(i)}`))!,
    );
    await train.fill(order, x, new Int32Array(paths.length));
    await train.close();
    ways[name] = rows(x);
  }
  for await (const { x } of pictureBatches(model, paths, { preprocessing, batchSize: paths.length })) {
    ways.prediction = rows(x.data);
  }
  for await (const found of pictureEmbeddings(model, paths, { preprocessing, batchSize: paths.length })) {
    ways.search = found.map((one) => ('vector' in one ? one.vector : new Float32Array(0)));
  }
  const decoded = await Promise.all(
    paths.map(async (path) => {
      const raw = sharp(path).autoOrient().ensureAlpha().raw();
      const { data, info } = await raw.toBuffer({ resolveWithObject: true });
      return preparePicture({ data, width: info.width, height: info.height }, preprocessing).data;
    }),
  );
  ways.preparePicture = decoded;
  await model.dispose();
  return ways;
}

describe('drawings', () => {
  it('are the same numbers every way, light on dark', async () => {
    const paths = await drawDigits(20, (label) => `same/${label}`);
    const preprocessing = namedPreprocessing('drawing', [28, 28, 1]);
    const ways = await everyWay(paths, join(root, 'same'), preprocessing, [28, 28, 1]);
    for (const [way, rows] of Object.entries(ways)) expect(rows, way).toEqual(ways.prediction);
    for (const row of ways.prediction) expect(row[0]).toBeLessThan(0.1);
  });

  it('are recognised as well in a folder as one by one, by a model that was trained on others', async () => {
    const paths = await drawDigits(40, (label) => `drawn/${label}`);
    const { train } = digits({ seed: 1, train: 2000, test: 10 });
    const trained = zoo.create('mnist_dense', { seed: 1 });
    trained.compile({ optimizer: optimizers.adam(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    await trained.fit(train, { epochs: 6, batchSize: 32, verbose: 0 });
    // The model says how its pictures are prepared, and so does its file.
    const model = await modelFromBytes(await trained.toBytes());
    expect(model.preprocessing).toEqual(namedPreprocessing('drawing', [28, 28, 1]));
    const { train: drawn } = await imageFolder(join(root, 'drawn'), {
      preprocessing: model.preprocessing!,
      validationSplit: 0,
      workers: 0,
    });
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const { accuracy } = await model.evaluate(drawn);
    const results = await classify(model, paths, { top: 1 });
    const right = results.filter(({ picture, classes }) => picture.includes(`/drawn/${classes[0].name}/`)).length;
    expect(results.every(({ inverted }) => inverted)).toBe(true);
    expect(accuracy).toBeCloseTo(right / paths.length, 6);
    expect(accuracy).toBeGreaterThan(0.5);
    // A model whose file says nothing is taken for one of drawings.
    const { preparation } = await openModel('mnist_dense', { weights: null });
    expect(preparation!.preprocessing).toMatchObject({ invert: 'auto', fit: 'contain' });
    for (const one of [trained, model]) await one.dispose();
  });
});

it('photos are the same numbers every way, whatever is special in their files', async () => {
  const folder = join(root, 'photos');
  const noise = (channels: 3 | 4, width: number, height: number): Uint8Array =>
    Uint8Array.from({ length: channels * width * height }, (_, i) => (Math.sin(i * 12.9898) * 43758.5453) & 255);
  const photo = (channels: 3 | 4, width = 60, height = 44) =>
    sharp(noise(channels, width, height), { raw: { width, height, channels } });
  const files = {
    'a/plain.png': photo(3).png(),
    'a/tall.png': photo(3, 30, 90).png(),
    'a/turned.jpg': photo(3).jpeg({ quality: 95 }).withMetadata({ orientation: 6 }),
    'b/clear.png': photo(4).png(),
    'b/clear.webp': photo(4).webp({ lossless: true }),
    'b/palette.png': photo(4).png({ palette: true }),
    'b/grey.png': photo(3).toColourspace('b-w').png(),
  };
  for (const name of ['a', 'b']) await mkdir(join(folder, name), { recursive: true });
  for (const [name, image] of Object.entries(files)) await image.toFile(join(folder, name));
  const paths = Object.keys(files).map((name) => join(folder, name));
  for (const [name, shape] of [
    ['torch', [16, 16, 3]],
    ['caffe', [16, 12, 3]],
    ['0-1', [16, 16, 1]],
  ] as const) {
    const ways = await everyWay(paths, folder, namedPreprocessing(name, shape), shape);
    for (const [way, rows] of Object.entries(ways)) {
      rows.forEach((row, i) => expect(row, `${way}, ${paths[i]}, ${name}`).toEqual(ways.prediction[i]));
    }
  }
});
