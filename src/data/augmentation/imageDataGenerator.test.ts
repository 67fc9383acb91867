import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyModel } from '../../../test/fixtures/tinyModels.js';
import { Random, Tensor } from '../../tensor/index.js';
import { digits } from '../digits.js';
import { PictureSet } from '../pictureSet.js';
import { imageDataGenerator as folderGenerator } from './folderGenerator.node.js';
import { augment, imageDataGenerator } from './index.js';

const random = new Random(5);
const x = new Tensor(
  'uint8',
  [12, 6, 6, 2],
  Uint8Array.from({ length: 12 * 72 }, (_, i) => 40 + (i % 2) * 60 + random.integer(90)),
);
const y = new Tensor(
  'int32',
  [12],
  Int32Array.from({ length: 12 }, (_, i) => i % 3),
);

async function all(set: {
  fill: PictureSet['fill'] | ReturnType<typeof augment>['fill'];
  size: number;
}): Promise<Float32Array> {
  const out = new Float32Array(set.size * 72);
  await set.fill(
    Array.from({ length: set.size }, (_, i) => i),
    out,
    new Int32Array(set.size),
    { epoch: 0, seed: 1 },
  );
  return out;
}

describe('imageDataGenerator', () => {
  it('gives values as they are, rescaled, or preprocessed first', async () => {
    expect(await all(imageDataGenerator().flow({ x, y }))).toEqual(Float32Array.from(x.data));
    const rescaled = await all(imageDataGenerator({ rescale: 1 / 255 }).flow({ x, y }));
    rescaled.forEach((value, at) => expect(value).toBeCloseTo(x.data[at] / 255, 6));
    const set = new PictureSet({ name: 'set', x, y, classNames: ['a', 'b', 'c'] });
    expect(await all(imageDataGenerator().flow(set))).toEqual(await all(set));
    const inverted = imageDataGenerator({
      rescale: 0.5,
      preprocessingFunction: (picture) =>
        new Tensor(
          'float32',
          picture.shape,
          picture.data.map((value) => 255 - value),
        ),
    });
    (await all(inverted.flow({ x, y }))).forEach((value, at) => expect(value).toBeCloseTo((255 - x.data[at]) / 2, 4));
  });

  it('centres by the statistics of a sample, channel by channel', async () => {
    const generator = imageDataGenerator({
      featurewiseCenter: true,
      featurewiseStdNormalization: true,
      rescale: 1 / 255,
    });
    expect(() => generator.flow({ x, y })).toThrow(/featurewiseCenter needs the mean.*generator\.fit/);
    await generator.fit({ x, y });
    const values = [0, 1].map((c) => [...x.data].filter((_, at) => at % 2 === c).map((value) => value / 255));
    const mean = values.map((list) => list.reduce((a, b) => a + b) / list.length);
    const std = values.map((list, c) => Math.sqrt(list.reduce((sum, v) => sum + (v - mean[c]) ** 2, 0) / list.length));
    expect(generator.mean![1]).toBeCloseTo(mean[1], 6);
    expect(generator.std![0]).toBeCloseTo(std[0], 6);
    (await all(generator.flow({ x, y }))).forEach((value, at) => {
      expect(value).toBeCloseTo((x.data[at] / 255 - mean[at % 2]) / (std[at % 2] + 1e-6), 3);
    });
    // With random changes, statistics are those of what is trained on.
    const dark = imageDataGenerator({ featurewiseCenter: true, brightnessRange: [0.5, 0.5] });
    await dark.fit({ x, y }, { augment: true, rounds: 2 });
    expect(dark.mean![1]).toBeCloseTo(mean[1] * 255 * 0.5, 3);
  });

  it('centres each picture by itself, over all its numbers', async () => {
    const generator = imageDataGenerator({
      samplewiseCenter: true,
      samplewiseStdNormalization: true,
      rescale: 1 / 255,
    });
    const out = await all(generator.flow({ x, y }));
    for (let i = 0; i < 12; i++) {
      const picture = [...out.subarray(i * 72, (i + 1) * 72)];
      expect(picture.reduce((a, b) => a + b) / 72).toBeCloseTo(0, 5);
      expect(picture.reduce((a, b) => a + b * b, 0) / 72).toBeCloseTo(1, 3);
    }
    const single = generator.standardize(new Tensor('uint8', [6, 6, 2], x.data.slice(0, 72)));
    single.data.forEach((value, at) => expect(value).toBeCloseTo(out[at], 5));
  });

  it('gives batches without end, in a new order every epoch, and parts', async () => {
    const generator = imageDataGenerator({ validationSplit: 0.25 });
    const flow = generator.flow({ x, y }, { batchSize: 5, seed: 3, subset: 'training' });
    const sizes: number[] = [];
    const firsts: number[][] = [[], []];
    for await (const batch of flow) {
      const epoch = sizes.reduce((a, b) => a + b, 0) < 9 ? 0 : 1;
      for (let i = 0; i < batch.y.size; i++) firsts[epoch].push(batch.x.data[i * 72]);
      sizes.push(batch.y.size);
      if (sizes.length === 4) break;
    }
    expect(sizes).toEqual([5, 4, 5, 4]);
    expect(firsts[1]).not.toEqual(firsts[0]);
    const expected = Array.from({ length: 9 }, (_, i) => x.data[(i + 3) * 72]).sort((a, b) => a - b);
    for (const list of firsts) expect([...list].sort((a, b) => a - b)).toEqual(expected);
    expect(generator.flow({ x, y }, { subset: 'validation' }).size).toBe(3);
    expect(() => imageDataGenerator().flow({ x, y }, { subset: 'training' })).toThrow(/needs a validationSplit/);
    expect(() => imageDataGenerator({ zcaWhitening: true } as object)).toThrow(
      /zcaWhitening is not supported: it needs/,
    );
    expect(() => imageDataGenerator({ rotation: 3 } as object)).toThrow(/no option 'rotation'/);
  });

  it('changes one picture', () => {
    const picture = new Tensor('uint8', [1, 3, 1], Uint8Array.of(10, 20, 30));
    const bright = imageDataGenerator({ brightnessRange: [2, 2] }).randomTransform(picture, 1);
    [20, 40, 60].forEach((value, at) => expect(bright.data[at]).toBeCloseTo(value, 4));
  });
});

describe('fit', () => {
  it('trains on flows and on mixed pictures, the same way for the same seed', async () => {
    const { train } = digits({ train: 40, test: 1 });
    const small = new PictureSet({
      name: 'corner',
      x: new Tensor(
        'uint8',
        [40, 6, 6, 1],
        Uint8Array.from({ length: 40 * 36 }, (_, i) => {
          const [n, r, c] = [Math.floor(i / 36), Math.floor((i % 36) / 6), i % 6];
          return (train.arrays.x.data as Uint8Array)[n * 784 + (r + 11) * 28 + c + 11];
        }),
      ),
      y: new Tensor(
        'int32',
        [40],
        Int32Array.from({ length: 40 }, (_, i) => i % 3),
      ),
      classNames: ['a', 'b', 'c'],
    });
    const weights = async (seed: number): Promise<number[]> => {
      const model = tinyModel();
      await model.fit(imageDataGenerator({ horizontalFlip: true }).flow(small, { batchSize: 20 }), {
        seed,
        verbose: 0,
      });
      model.compile({ loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
      const mixed = augment(small, { rotationRange: 20, mixUp: 0.3, cutMix: 1 });
      const history = await model.fit(mixed, { batchSize: 8, epochs: 2, seed, verbose: 0, classWeight: { 0: 2 } });
      expect(Number.isFinite(history.epochs[1].loss)).toBe(true);
      return [...(await model.getWeights()).get('dense/kernel')!.data];
    };
    expect(await weights(1)).toEqual(await weights(1));
    const sparse = tinyModel();
    await expect(sparse.fit(augment(small, { mixUp: 1 }), { verbose: 0 })).rejects.toThrow(/categoricalCrossentropy/);
  });
});

describe('flowFromDirectory', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'striate-flow-'));
    for (const [name, background] of [
      ['dark', '#202020'],
      ['light', '#e0e0e0'],
    ]) {
      await mkdir(join(root, name));
      for (let i = 0; i < 3; i++) {
        const picture = sharp({ create: { width: 20 + i, height: 30, channels: 3, background } });
        await picture.png().toFile(join(root, name, `${i}.png`));
      }
    }
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('reads a folder with a folder for each class, values as the generator says', async () => {
    const generator = folderGenerator({ rescale: 1 / 255, horizontalFlip: true, brightnessRange: [0.5, 0.5] });
    const flow = await generator.flowFromDirectory(root, { targetSize: [8, 10], batchSize: 4, workers: 0 });
    expect([flow.size, flow.inputShape, flow.classNames, flow.batchSize]).toEqual([
      6,
      [8, 10, 3],
      ['dark', 'light'],
      4,
    ]);
    const shown = { dark: 32 / 255, light: 224 / 255 };
    const out = new Float32Array(240);
    const label = new Int32Array(1);
    for (const [pass, factor] of [
      [undefined, 1],
      [{ epoch: 0, seed: 1 }, 0.5],
    ] as const) {
      for (const [index, name] of [
        [0, 'dark'],
        [5, 'light'],
      ] as const) {
        await flow.fill([index], out, label, pass);
        expect(flow.classNames[label[0]]).toBe(name);
        for (const value of out) expect(value).toBeCloseTo(shown[name] * factor, 3);
      }
    }
    const bytes = await folderGenerator().flowFromDirectory(root, { targetSize: [4, 4], workers: 0 });
    await bytes.fill([5], out.subarray(0, 48), label, { epoch: 0, seed: 1 });
    expect(out[0]).toBeCloseTo(224, 3);
  });
});
