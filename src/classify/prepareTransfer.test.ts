import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import { imageFolder } from '../data/folders/imageFolder.node.js';
import { normalizedSplits, PictureSet } from '../data/index.js';
import { layers } from '../layers/index.js';
import { sequential, type Model } from '../models/index.js';
import { namedPreprocessing } from '../pictures/index.js';
import { Random, sizeOf, Tensor } from '../tensor/index.js';
import { prepareTransfer } from './index.js';

const shape = [12, 12, 3] as const;

/** A classifier of coloured pictures. */
function network(classes = 4): Model {
  return sequential({
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: shape, name: 'first' }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: classes, name: 'fc' }),
    ],
    seed: 5,
  });
}

/** Noisy pictures of two colours in memory. */
function colours(classNames: readonly string[] = ['blue', 'red'], count = 48): DataSplits {
  const random = new Random([2]);
  const y = Int32Array.from({ length: count }, (_, i) => i % 2);
  const x = Uint8Array.from({ length: count * sizeOf(shape) }, (_, at) => {
    const bright = at % 3 === (y[Math.floor(at / sizeOf(shape))] === 0 ? 2 : 0);
    return (bright ? 150 : 60) + random.integer(80);
  });
  const set = new PictureSet({
    name: 'colours',
    x: new Tensor('uint8', [count, ...shape], x),
    y: new Tensor('int32', [count], y),
    classNames,
  });
  // As of a folder without a test part.
  return { train: set, validation: set, test: set };
}

async function read(set: DataSet, pass?: { epoch: number; seed: number }): Promise<[Float32Array, Int32Array]> {
  const [x, y] = [new Float32Array(2 * sizeOf(set.inputShape)), new Int32Array(2)];
  await set.fill([0, 1], x, y, pass);
  return [x, y];
}

describe('prepareTransfer', () => {
  it('gives a new classifier, freezes the features and measures how pictures are prepared', async () => {
    const opened = { model: network(), format: 'ONNX' as const, preparation: undefined };
    const preparation = { preprocessing: namedPreprocessing('torch', shape), stated: false, note: 'a guess' };
    const made = await prepareTransfer({ ...opened, preparation }, colours(), { seed: 3, name: 'net.onnx' });
    expect([made.frozen, made.keepsClassifier, made.model.outputShape]).toEqual(['features', false, [2]]);
    expect(made.model.layers.filter(({ trainable, weights }) => trainable && weights.length > 0)).toHaveLength(1);
    expect(made.measured).toBeDefined();
    expect(made.data.validation).toBe(made.data.test);
    expect(made.model.preprocessing).toEqual(namedPreprocessing(made.measured!, shape));
    expect(made.notes).toEqual([
      expect.stringContaining('net.onnx tells 4 classes apart, colours has 2 (blue, red): it gets a new classifier'),
      expect.stringContaining(`taken: ${made.measured}. preprocessing takes another.`),
    ]);
  });

  it('keeps the classifier of the same classes, and gives pictures and labels as the model wants them', async () => {
    const model = network(2);
    model.classNames = ['Red', 'Blue'];
    model.preprocessing = namedPreprocessing('tf', shape);
    const plain = colours();
    const { data, frozen, notes, ...made } = await prepareTransfer(model, plain, { augment: { horizontalFlip: true } });
    expect([made.model, frozen, made.measured]).toEqual([model, 'none', undefined]);
    expect(data.validation).toBe(data.test);
    expect(notes).toEqual([expect.stringContaining('labels follow it (Red, Blue)')]);
    const [[x, y], [own, numbers]] = [await read(data.test), await read(plain.test)];
    expect([...y]).toEqual([...numbers].map((label) => 1 - label));
    x.forEach((value, at) => expect(value).toBeCloseTo(own[at] * 2 - 1, 5));
    // Pictures that are prepared already are not prepared twice.
    const again = await prepareTransfer(model, normalizedSplits(plain, model.preprocessing));
    expect((await read(again.data.train))[0]).toEqual((await read(data.train))[0]);
    const passes = await Promise.all([1, 2, 3, 4].map((seed) => read(data.train, { epoch: 0, seed })));
    expect(new Set(passes.map(([flipped]) => flipped.join())).size).toBeGreaterThan(1);
  });

  it('freezes what it is asked to, and says what it cannot', async () => {
    const upToFirst = await prepareTransfer(network(), colours(), { freeze: 'first' });
    expect(upToFirst.model.getLayer('first').trainable).toBe(false);
    await expect(prepareTransfer(network(), colours(), { freeze: 'stem' })).rejects.toThrow(
      /^freeze stem: must be none, features, or a layer of the model; .*first, fc/,
    );
    await expect(prepareTransfer(network(), colours(), { freeze: 'fc' })).rejects.toThrow(/leaves nothing to train/);
  });
});

describe('of a folder', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'striate-transfer-'));
    for (const [k, name] of ['blue', 'red'].entries()) {
      await mkdir(join(root, name));
      for (let i = 0; i < 4; i++) {
        const background = { r: k === 1 ? 200 : 20 + i, g: 20 * i, b: k === 0 ? 200 : 30 };
        await sharp({ create: { width: 20 + i, height: 16, channels: 3, background } })
          .png()
          .toFile(join(root, name, `${i}.png`));
      }
    }
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('pictures come as if the folder had been opened for the model', async () => {
    const model = network();
    model.preprocessing = namedPreprocessing('caffe', shape);
    const options = { workers: 0, cache: 'none' } as const;
    const opened = await imageFolder(root, { ...options, inputShape: shape });
    const { data } = await prepareTransfer(model, opened);
    const wanted = await imageFolder(root, { ...options, preprocessing: model.preprocessing });
    expect(await read(data.train)).toEqual(await read(wanted.train));
    expect(model.preprocessing).toEqual(data.train.preprocessing);
  });
});
