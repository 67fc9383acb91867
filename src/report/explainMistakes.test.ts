import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patch, plantedBoth, plantedPatches, side, type Corner } from '../../test/fixtures/plantedPatches.js';
import { PictureSet } from '../data/pictureSet.js';
import { explain, type Explanation } from '../explain/index.js';
import { input, layers, type Layer } from '../layers/index.js';
import { model as functional, sequential, type Model } from '../models/index.js';
import { Tensor } from '../tensor/index.js';
import { optimizers } from '../training/index.js';
import { explainMistakes } from './explainMistakes.js';
import type { Mistake } from './runResult.js';

const corners: readonly (readonly [lying: Corner, standing: Corner])[] = [
  [
    { top: 2, left: 2 },
    { top: 15, left: 14 },
  ],
  [
    { top: 3, left: 15 },
    { top: 16, left: 3 },
  ],
  [
    { top: 16, left: 16 },
    { top: 4, left: 4 },
  ],
];
const classNames = ['lying', 'standing'];
const both = new PictureSet({
  name: 'both',
  x: plantedBoth(corners, 5),
  y: new Tensor('int32', [3], Int32Array.of(1, 1, 1)),
  classNames,
});
/** As a test finds them: stripes stand in them, and the model said that they lie. */
const mistakes = corners.map((_, index): Mistake => {
  const picture = { height: side, width: side, channels: 1, values: new Float32Array(side * side) };
  return { index, picture, label: 1, predicted: 0, probability: 0.9, labelProbability: 0.1 };
});

/** Trains on pictures with one patch. */
async function trained(model: Model): Promise<Model> {
  const { x, y } = plantedPatches(256, 1);
  const single = model.outputShape.at(-1) === 1;
  model.compile({
    optimizer: optimizers.adam({ learningRate: 0.01 }),
    loss: single ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const set = new PictureSet({ name: 'planted', x, y, classNames });
  await model.fit(set, { epochs: 12, batchSize: 32, verbose: 0 });
  const { accuracy } = await model.evaluate(set, { verbose: 0 });
  expect(accuracy).toBeGreaterThan(0.97);
  return model;
}

const conv = (filters: number, strides = 1) =>
  layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same', activation: 'relu' });

/** The share of a map's sum, above zero or below, that lies on a patch and two pixels around it. */
function shareOn(map: Explanation, { top, left }: Corner, sign: 1 | -1): number {
  const heat = map.heat();
  let [inside, all] = [0, 0];
  heat.data.forEach((value, i) => {
    const [y, x] = [Math.floor(i / side), i % side];
    const size = Math.max(0, sign * value);
    all += size;
    if (y >= top - 2 && y < top + patch + 2 && x >= left - 2 && x < left + patch + 2) inside += size;
  });
  return inside / all;
}

/** What of a picture those ten by ten pixels are. */
const area = (patch + 4) ** 2 / side ** 2;

describe.each<[name: string, method: string, units: number, rest: () => ReturnType<typeof conv>[]]>([
  ['Grad-CAM where the last map is fine', 'grad-cam', 2, () => []],
  ['Grad-CAM of one number for two classes', 'grad-cam', 1, () => []],
  ['Occlusion where the last map is coarse', 'occlusion', 2, () => [conv(8, 4), conv(8, 2)]],
])('%s', (_, method, units, rest) => {
  let explained: Mistake[] = [];
  let model: Model;
  beforeAll(async () => {
    const first = layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [side, side, 1] });
    const activation = units === 1 ? 'sigmoid' : 'softmax';
    const head = [layers.globalAveragePooling2d(), layers.dense({ units, activation })];
    model = await trained(sequential({ layers: [first, conv(8), ...rest(), ...head], seed: 2 }));
    explained = await explainMistakes(model, both, mistakes);
  });
  afterAll(() => model.dispose());

  it('lies on the patch of the class that it speaks for, and its difference on both', () => {
    for (const [i, [lying, standing]] of corners.entries()) {
      const { predicted, label, difference } = explained[i].heat!;
      // Where one number is for both classes, what is not seen speaks for the first, too.
      const least = units === 1 ? 2 : 3;
      expect([predicted.method, predicted.target, label.target]).toEqual([method, 'lying', 'standing']);
      expect(shareOn(difference, lying, 1), 'for the answer').toBeGreaterThan(least * area);
      expect(shareOn(difference, standing, -1), 'for the truth').toBeGreaterThan(least * area);
      // A single score may say little of its class where it is only compared with another.
      if (method !== 'grad-cam') continue;
      expect(shareOn(predicted, lying, 1), 'answer').toBeGreaterThan(least * area);
      expect(shareOn(label, standing, 1), 'truth').toBeGreaterThan(least * area);
    }
  });
});

const wide = () => layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu', inputShape: [side, side, 1] });

describe('mistakes', () => {
  const net = sequential([
    layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [side, side, 1] }),
    layers.globalAveragePooling2d(),
    layers.dense({ units: 2 }),
  ]);

  it('beyond the most that were asked for stay as they were', async () => {
    const explained = await explainMistakes(net, both, mistakes, { most: 1 });
    expect(explained.map(({ heat }) => heat !== undefined)).toEqual([true, false, false]);
    expect(await explainMistakes(net, both, [])).toEqual([]);
  });

  it.each<[method: string, map: readonly number[], () => Layer[]]>([
    ['occlusion', [side, side], () => [layers.flatten({ inputShape: [side, side, 1] })]],
    // Too large to be run for each part of the picture.
    ['hi-res-cam', [22, 22], () => [wide(), conv(256), conv(8, 8), layers.flatten()]],
  ])('of models with coarse maps or none are explained as far as is affordable: %s', async (method, map, rest) => {
    const other = sequential([...rest(), layers.dense({ units: 2 })]);
    const [{ heat }] = await explainMistakes(other, both, mistakes);
    expect([heat!.difference.method, heat!.difference.map.shape]).toEqual([method, map]);
    await other.dispose();
  });

  it('are explained as explain explains them', async () => {
    const [{ heat }] = await explainMistakes(net, both, mistakes);
    const x = new Float32Array(side * side);
    both.fill([0], x, new Int32Array(1));
    const picture = new Tensor('float32', [side, side, 1], x);
    for (const [target, found] of [
      [0, heat!.predicted],
      [1, heat!.label],
      [{ class: 0, minus: 1 }, heat!.difference],
    ] as const) {
      const own = await explain(net, picture, { target });
      expect([found.target, found.layer, found.signed]).toEqual([own.target, own.layer, own.signed]);
      own.map.data.forEach((value, i) => expect(found.map.data[i]).toBeCloseTo(value, 5));
    }
  });

  it('of a model with two inputs are refused by name', async () => {
    const [a, b] = [input({ shape: [side, side, 1] }), input({ shape: [2] })];
    const joined = layers.concatenate().apply([layers.flatten().apply(a), b]);
    const two = functional({ inputs: [a, b], outputs: layers.dense({ units: 2 }).apply(joined), name: 'two' });
    await expect(explainMistakes(two, both, mistakes)).rejects.toThrow(
      /takes one picture .*received 'two', which takes \[24, 24, 1\] and \[2\]/,
    );
  });
});
