import { describe, expect, it } from 'vitest';
import { PictureSet } from '../../data/index.js';
import { layers } from '../../layers/index.js';
import { sequential, type Model } from '../../models/index.js';
import { Random, tensor, Tensor } from '../../tensor/index.js';
import {
  activationSheet,
  activationsOf,
  deadFilters,
  drawReceptiveField,
  mostActivating,
  receptiveFieldOf,
} from '../index.js';

function noise(shape: readonly number[], seed = 1): Tensor<'float32'> {
  const random = new Random(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: size }, () => random.uniform()),
  );
}

/** Three filters over [8, 8, 1] that read one pixel, as it is, doubled, and negative; and a classifier. */
async function known(): Promise<Model> {
  const model = sequential([
    layers.conv2d({ filters: 3, kernelSize: 1, activation: 'relu', inputShape: [8, 8, 1], name: 'conv' }),
    layers.dropout({ rate: 0.5, name: 'drop' }),
    layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
    layers.flatten({ name: 'flat' }),
    layers.dense({ units: 2, activation: 'relu', name: 'dense' }),
  ]);
  await model.setWeights(
    new Map([
      ['conv/kernel', tensor([1, 2, -1]).reshape([1, 1, 1, 3])],
      ['conv/bias', tensor([0, 0, 0])],
      ['dense/kernel', tensor(Array.from({ length: 48 }, () => [1, -1]))],
      ['dense/bias', tensor([0, 0])],
    ]),
  );
  return model;
}

describe('activationsOf', () => {
  it('gives what layers give, in one pass, and leaves out what only passes on', async () => {
    const x = noise([8, 8, 1]);
    const values = await activationsOf(await known(), x);
    expect([...values].map(([name, { shape }]) => [name, shape])).toEqual([
      ['conv', [8, 8, 3]],
      ['pool', [4, 4, 3]],
      ['flat', [48]],
      ['dense', [2]],
    ]);
    const conv = values.get('conv')!.data;
    x.data.forEach((value, i) => {
      expect([...conv.subarray(3 * i, 3 * i + 3)]).toEqual([value, 2 * value, 0]);
    });
  });

  it('gives the same for many pictures, whatever the batch', async () => {
    const model = await known();
    const x = noise([5, 8, 8, 1]);
    const [all, some] = await Promise.all(
      [8, 2].map((batchSize) => activationsOf(model, x, { layers: ['pool'], batchSize })),
    );
    expect(all.get('pool')!.shape).toEqual([5, 4, 4, 3]);
    expect(some.get('pool')!.data).toEqual(all.get('pool')!.data);
  });

  it('refuses another layer and another shape', async () => {
    const model = await known();
    await expect(activationsOf(model, noise([8, 8, 1]), { layers: ['conf'] })).rejects.toThrow(/no layer 'conf'/);
    await expect(activationsOf(model, noise([7, 8, 1]))).rejects.toThrow(/takes \[8, 8, 1\]; received \[7, 8, 1\]/);
  });
});

describe('activationSheet', () => {
  it('draws each channel as a tile that knows its name, place and largest number', () => {
    const map = tensor([
      [
        [1, 0, 4],
        [0.5, 0, 2],
      ],
    ]);
    const { picture, tiles } = activationSheet(map, { columns: 2, magnify: 3, gap: 1 });
    expect([picture.width, picture.height]).toEqual([13, 7]);
    expect(tiles[2]).toEqual({ name: 'channel 2', channel: 2, left: 0, top: 4, width: 6, height: 3, largest: 4 });
    const at = (x: number, y: number): number => picture.data[4 * (y * picture.width + x)];
    expect([at(0, 0), at(3, 0), at(7, 0), at(0, 4), at(3, 4)]).toEqual([255, 128, 0, 255, 128]);
    const all = activationSheet(map, { columns: 2, magnify: 3, gap: 1, scale: 'all' }).picture;
    expect(all.data[0]).toBe(64);
  });

  it('draws numbers below zero blue', () => {
    const { picture } = activationSheet(tensor([-1, 1]), { columns: 2, magnify: 1, gap: 0 });
    expect(picture.data[2]).toBeGreaterThan(picture.data[0]);
    expect(picture.data[6]).toBeLessThan(picture.data[4]);
  });
});

describe('deadFilters', () => {
  it('counts filters that never are above zero, layer by layer', async () => {
    const seen: number[] = [];
    const onProgress = (done: number): void => void seen.push(done);
    const found = await deadFilters(await known(), noise([5, 8, 8, 1]), { batchSize: 2, onProgress });
    expect(found).toEqual([
      { layer: 'conv', filters: 3, dead: [2] },
      { layer: 'dense', filters: 2, dead: [1] },
    ]);
    expect(seen).toEqual([2, 4, 5]);
  });

  it('finds a filter that its bias keeps silent behind a rectifier of its own', async () => {
    const model = sequential([
      layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3], name: 'conv' }),
      layers.activation('relu'),
    ]);
    const weights = await model.getWeights();
    weights.set('conv/bias', tensor([9, -100, 9, 9]));
    await model.setWeights(weights);
    const [{ dead }] = await deadFilters(model, noise([4, 8, 8, 3]));
    expect(dead).toEqual([1]);
  });
});

/** Averages of 3×3 pixels, `depth` of them behind each other. */
function averages(depth: number, side: number): Model {
  return sequential(
    Array.from({ length: depth }, (_, i) =>
      layers.conv2d({
        filters: 1,
        kernelSize: 3,
        padding: 'same',
        kernelInitializer: 'ones',
        name: `conv${i}`,
        ...(i === 0 && { inputShape: [side, side, 1] }),
      }),
    ),
  );
}

describe('receptiveFieldOf', () => {
  it('places a stack of 3×3 convolutions, with what lies in padding', async () => {
    const model = averages(3, 11);
    const middle = await receptiveFieldOf(model, { layer: 'conv2' });
    expect(middle.theoretical).toEqual({ left: 2, top: 2, width: 7, height: 7 });
    expect(middle.visible).toEqual(middle.theoretical);
    const corner = await receptiveFieldOf(model, { layer: 'conv2', unit: [0, 10, 0] });
    expect(corner.theoretical).toEqual({ left: 7, top: -3, width: 7, height: 7 });
    expect(corner.visible).toEqual({ left: 7, top: 0, width: 4, height: 4 });
  });

  it('is brightest in the middle: the binomial weights of repeated averages', async () => {
    const { effective, effectiveSize } = await receptiveFieldOf(averages(2, 9), { layer: 'conv1', count: 2 });
    const row = [...effective.data.subarray(4 * 9, 5 * 9)].map((value) => Math.round(9 * value));
    expect(row).toEqual([0, 0, 3, 6, 9, 6, 3, 0, 0]);
    expect(effectiveSize).toBe(5);
  });

  it.each([
    [
      'strides, pooling and dilation',
      () => [
        layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 2, kernelSize: 3, dilationRate: 2, padding: 'same' }),
      ],
    ],
    [
      'explicit margins and crops',
      () => [
        layers.zeroPadding2d({
          padding: [
            [0, 1],
            [2, 1],
          ],
        }),
        layers.conv2d({ filters: 2, kernelSize: [2, 3], strides: [2, 1] }),
        layers.cropping2d({
          cropping: [
            [1, 0],
            [0, 2],
          ],
        }),
      ],
    ],
    [
      'layers that enlarge',
      () => [
        layers.conv2d({ filters: 2, kernelSize: 3 }),
        layers.upSampling2d({ size: 2 }),
        layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
        layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same' }),
      ],
    ],
    ['a global pooling', () => [layers.conv2d({ filters: 2, kernelSize: 3 }), layers.globalAveragePooling2d()]],
  ])('holds all that gradients reach, and no more, through %s', async (_, parts) => {
    const first = layers.conv2d({
      filters: 2,
      kernelSize: 1,
      kernelInitializer: 'ones',
      inputShape: [20, 18, 1],
      name: 'first',
    });
    const model = sequential({
      layers: [first, ...parts(), layers.activation({ activation: 'linear', name: 'last' })],
      seed: 2,
    });
    const shape = model.outputs[0].shape;
    const units =
      shape.length === 1
        ? [1]
        : [
            [0, 0, 0],
            [2, 3, 1],
            [shape[0] - 1, shape[1] - 1, 0],
          ];
    for (const unit of units) {
      const { visible, effective } = await receptiveFieldOf(model, { layer: 'last', unit, count: 40 });
      const reached = [...effective.data.keys()].filter((i) => effective.data[i] > 0);
      const [rows, columns] = [reached.map((i) => Math.floor(i / 18)), reached.map((i) => i % 18)];
      expect({
        left: Math.min(...columns),
        top: Math.min(...rows),
        width: Math.max(...columns) - Math.min(...columns) + 1,
        height: Math.max(...rows) - Math.min(...rows) + 1,
      }).toEqual(visible);
    }
  });

  it('is drawn as a frame on the picture', async () => {
    const field = await receptiveFieldOf(averages(1, 5), { layer: 'conv0', count: 1 });
    const { data, width } = drawReceptiveField(
      field,
      { input: noise([5, 5, 1]), preprocessing: undefined },
      { scale: 4 },
    );
    expect(width).toBe(20);
    expect([...data.subarray(4 * (4 * 20 + 4), 4 * (4 * 20 + 4) + 3)]).toEqual([0, 158, 255]);
  });

  it('refuses a unit that is not there', async () => {
    await expect(receptiveFieldOf(averages(1, 5), { layer: 'conv0', unit: [5, 0, 0] })).rejects.toThrow(
      /'conv0' gives \[5, 5, 1\]: a unit of it is .*received \[5, 0, 0\]/,
    );
  });
});

describe('mostActivating', () => {
  it('finds the brightest spots of a set, each with what the unit sees there', async () => {
    const model = averages(2, 9);
    const x = new Float32Array(6 * 81);
    [3, 1, 6, 2, 5, 4].forEach((brightness, i) => (x[i * 81 + 10 * i + 10] = brightness / 10));
    const set = new PictureSet({
      name: 'dots',
      x: new Tensor('float32', [6, 9, 9, 1], x),
      y: new Tensor('int32', [6], new Int32Array(6)),
      classNames: ['dot'],
    });
    const found = await mostActivating(model, 'conv1', 0, set, { top: 3, batchSize: 4 });
    expect(found.map(({ index }) => index)).toEqual([2, 4, 5]);
    const [first, , last] = found;
    expect(first.position).toEqual([3, 3]);
    expect(first.box).toEqual({ left: 1, top: 1, width: 5, height: 5 });
    expect(first.crop.input.shape).toEqual([5, 5, 1]);
    expect(first.crop.input.data[12]).toBeCloseTo(0.6);
    expect(last.box).toEqual({ left: 4, top: 4, width: 5, height: 5 });
    expect(first.activation).toBeCloseTo(9 * 0.6, 4);
  });
});
