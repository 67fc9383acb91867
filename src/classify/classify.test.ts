import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Color, type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layers } from '../layers/index.js';
import { sequential, type Model } from '../models/index.js';
import { completePreprocessing } from '../pictures/index.js';
import { classify, classifyBatches } from './classify.js';
import { openModel } from './openModel.js';

let folder: string;
let server: Server;
let address: string;
const path = (name: string): string => join(folder, name);

/** Scores that are the mean red, green and blue. */
let colours: Model;
/** One score: how much brighter than half a grey drawing is. */
let strokes: Model;

async function weighted(
  shape: readonly number[],
  units: number,
  kernel: readonly number[],
  bias: number,
): Promise<Model> {
  const model = sequential({
    layers: [layers.globalAveragePooling2d({ inputShape: shape }), layers.dense({ units, name: 'out' })],
  });
  model.useEngine({ engine: 'reference' });
  const weights = await model.getWeights();
  weights.get('out/kernel')!.data.set(kernel);
  weights.get('out/bias')!.data.fill(bias);
  await model.setWeights(weights);
  return model;
}

const red = { r: 255, g: 0, b: 0 };
const plain = (background: Color): Sharp => sharp({ create: { width: 20, height: 12, channels: 3, background } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-classify-'));
  colours = await weighted([8, 8, 3], 3, [9, 0, 0, 0, 9, 0, 0, 0, 9], 0);
  colours.classNames = ['red', 'green', 'blue'];
  strokes = await weighted([8, 8, 1], 1, [8], -4);
  await plain(red).png().toFile(path('red.png'));
  await plain({ r: 0, g: 0, b: 250 }).png().toFile(path('blue.png'));
  await writeFile(path('broken.png'), 'no picture');
  const bytes = await readFile(path('red.png'));
  server = createServer((request, response) => {
    if (request.url === '/red.png') response.end(bytes);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const model of [colours, strokes]) await model.dispose();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

describe('classify', () => {
  it('names what is in a picture, wherever it comes from', async () => {
    const bytes = new Uint8Array(await readFile(path('red.png')));
    const rgba = {
      width: 3,
      height: 2,
      data: Uint8ClampedArray.from({ length: 24 }, (_, i) => [255, 0, 0, 255][i % 4]),
    };
    const dataUri = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
    const expected = Math.exp(9) / (Math.exp(9) + 2);
    for (const source of [
      path('red.png'),
      bytes,
      bytes.slice().buffer,
      new Blob([bytes]),
      rgba,
      dataUri,
      `${address}/red.png`,
    ]) {
      const classes = await classify(colours, source);
      expect(classes.map(({ name }) => name)).toEqual(['red', 'green', 'blue']);
      expect(classes[0].label).toBe(0);
      expect(classes[0].probability).toBeCloseTo(expected, 6);
      expect(classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    }
  });

  it('goes through many pictures in batches, and names those that cannot be read', async () => {
    const pictures = ['red.png', 'broken.png', 'blue.png', 'gone.png', 'blue.png'].map(path);
    const results = await classify(colours, pictures, { top: 1, batchSize: 2 });
    expect(results.map(({ picture }) => picture)).toEqual(pictures);
    expect(results.map(({ classes }) => classes[0]?.name)).toEqual(['red', undefined, 'blue', undefined, 'blue']);
    expect(results.map(({ problem }) => problem)).toEqual([
      undefined,
      expect.stringMatching(/not a picture/),
      undefined,
      expect.stringMatching(/cannot be read \(ENOENT\)/),
      undefined,
    ]);
    const sizes: number[] = [];
    for await (const batch of classifyBatches(colours, pictures, { batchSize: 2 })) sizes.push(batch.length);
    expect(sizes).toEqual([2, 2, 1]);
    expect(await classify(colours, [])).toEqual([]);
  });

  it('turns drawings into light strokes on dark ground', async () => {
    const light = await plain({ r: 250, g: 250, b: 250 }).png().toBuffer();
    const dark = await plain({ r: 5, g: 5, b: 5 }).png().toBuffer();
    const [inverted, kept] = await classify(strokes, [light, dark]);
    expect([inverted.inverted, kept.inverted]).toEqual([true, false]);
    for (const { classes } of [inverted, kept]) {
      // One score is that of the second of two classes, which have no names here.
      expect(classes.map(({ name }) => name)).toEqual(['0', '1']);
      expect(classes[1].probability).toBeCloseTo(1 / (1 + Math.exp(4 - (8 * 5) / 255)), 5);
    }
    // A model that says how its pictures are prepared gets them so.
    const stated = await weighted([8, 8, 1], 1, [8], -4);
    stated.preprocessing = completePreprocessing({}, [8, 8, 1]);
    const [first] = await classify(stated, [light]);
    expect([first.inverted, first.classes[0].name]).toEqual([false, '1']);
    await stated.dispose();
  });

  it('prepares pictures as the options, the opened model or the model say', async () => {
    await colours.save(path('colours.safetensors'));
    const opened = await openModel(path('colours.safetensors'), {
      preprocessing: { channels: 'BGR' },
      classNames: ['r', 'g', 'b'],
      engine: 'reference',
    });
    for (const model of [opened, opened.model]) expect((await classify(model, path('red.png')))[0].name).toBe('b');
    const [{ name }] = await classify(opened, path('red.png'), { preprocessing: '0-1', classNames: ['x', 'y', 'z'] });
    expect(name).toBe('x');
    await opened.model.dispose();
  });

  it('says what is wrong', async () => {
    await expect(classify(colours, path('broken.png'))).rejects.toThrow(
      /broken\.png: must be a picture; it is not a picture/,
    );
    await expect(classify(colours, `${address}/none.png`)).rejects.toThrow(/the server answered 404/);
    await expect(classify(colours, { width: 3, height: 3 })).rejects.toThrow(/picture must be a path|must be a path/);
    await expect(classify(colours, { width: 3, height: 3, data: new Uint8Array(9) })).rejects.toThrow(/× 4 bytes/);
    await expect(classify(colours, path('red.png'), { classNames: ['a'] })).rejects.toThrow(/has 1 names/);
    await expect(classify(colours, path('red.png'), { preprocessing: { channels: 'grey' } })).rejects.toThrow(
      /channels must/,
    );
    const vectors = sequential({ layers: [layers.dense({ units: 2, inputShape: [4] })] });
    await expect(classify(vectors, path('red.png'))).rejects.toThrow(/must take one picture, .*it takes \[4\]/);
  });
});

const data = process.env.STRIATE_DATA;
describe.skipIf(!data)('ImageNet’s classes (needs STRIATE_DATA)', () => {
  const elephant = join(data ?? '', 'photos', 'creative_commons_elephant.jpg');

  it.each<[string, Parameters<typeof openModel>]>([
    ['an ONNX file', [join(data ?? '', 'pretrained/squeezenet1_1-imagenet.onnx'), { preprocessing: 'rgb-means' }]],
    ['the zoo with weights', ['squeezenet1_1', { weights: 'imagenet', weightsFolder: join(data ?? '', 'pretrained') }]],
  ])('are known for %s', async (_, [source, options]) => {
    const squeezenet = await openModel(source, options);
    const [first, second] = await classify(squeezenet, elephant);
    expect([first.name, second.name]).toEqual(['African elephant', 'tusker']);
    expect(first).toMatchObject({ label: 386 });
    expect(first.probability).toBeCloseTo(0.678, 3);
    await squeezenet.model.dispose();
  });
});
