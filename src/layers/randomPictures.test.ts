import { describe, expect, it } from 'vitest';
import { kerasBytes } from '../formats/keras/write/exportKeras.js';
import { importKeras } from '../formats/keras/read/importKeras.js';
import { importTfjs } from '../formats/tfjs/importTfjs.js';
import { tfjsFiles } from '../formats/tfjs/exportTfjs.js';
import { sequential, type Model } from '../models/index.js';
import { Random, Tensor, tensor } from '../tensor/index.js';
import { layers, type Layer } from './index.js';
import { runLayer } from './runLayer.js';

const count = 2000;

/** What a layer makes in training of so many pictures like this one, row after row, each for itself. */
function changed(layer: Layer, shape: readonly number[], picture: readonly number[], step = 1): number[][] {
  const values = Array.from({ length: count }, () => picture).flat();
  const run = runLayer(layer, [{ shape: [count, ...shape], values }], { training: true, step });
  return Array.from({ length: count }, (_, i) => run.values.slice(i * picture.length, (i + 1) * picture.length));
}

/** Each pixel of 3×3 holds its column and its row: what is read between them says where it was read. */
const places = Array.from({ length: 9 }, (_, i) => [i % 3, Math.floor(i / 3)]).flat();
const placeOf = (picture: readonly number[], pixel: number): readonly [number, number] => [
  picture[2 * pixel],
  picture[2 * pixel + 1],
];

/** Numbers that fill a range evenly: near its ends, around its middle, with five standard errors for their mean. */
function expectUniform(numbers: readonly number[], least: number, most: number): void {
  const range = most - least;
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(least - 1e-5);
  expect(Math.min(...numbers)).toBeLessThan(least + 0.01 * range);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(most + 1e-5);
  expect(Math.max(...numbers)).toBeGreaterThan(most - 0.01 * range);
  const mean = numbers.reduce((a, b) => a + b) / numbers.length;
  expect(Math.abs(mean - (least + most) / 2)).toBeLessThan((5 * range) / Math.sqrt(12 * count));
}

/** A share of pictures, within five standard errors. */
function expectShare(chosen: readonly boolean[], share: number): void {
  const found = chosen.filter(Boolean).length / chosen.length;
  expect(Math.abs(found - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / chosen.length));
}

describe('random changes of pictures in training, as Keras has them', () => {
  it.each([
    ['horizontal', [2, 1, 4, 3]],
    ['vertical', [3, 4, 1, 2]],
    ['horizontalAndVertical', [4, 3, 2, 1]],
  ] as const)('flips half of the pictures: %s', (mode, flipped) => {
    const pictures = changed(layers.randomFlip({ mode }), [2, 2, 1], [1, 2, 3, 4]).map(String);
    expect(new Set(pictures)).toEqual(new Set(['1,2,3,4', String(flipped)]));
    expectShare(
      pictures.map((picture) => picture === String(flipped)),
      0.5,
    );
  });

  it('turns by up to a share of a turn either way, around the middle', () => {
    const pictures = changed(layers.randomRotation({ factor: 0.1 }), [3, 3, 2], places);
    const angles = pictures.map((picture) => {
      const [column, row] = placeOf(picture, 5);
      expect(placeOf(picture, 4)[0]).toBeCloseTo(1, 5);
      return Math.atan2(row - 1, column - 1) / (2 * Math.PI);
    });
    expectUniform(angles, -0.1, 0.1);
    const oneWay = changed(layers.randomRotation({ factor: [0.2, 0.25] }), [3, 3, 2], places);
    expectUniform(
      oneWay.map((picture) => {
        const [column, row] = placeOf(picture, 5);
        return Math.atan2(row - 1, column - 1) / (2 * Math.PI);
      }),
      0.2,
      0.25,
    );
  });

  it('zooms heights and widths alike, or each by itself', () => {
    const both = changed(layers.randomZoom({ heightFactor: [-0.5, 0] }), [3, 3, 2], places);
    const zooms = both.map((picture) => [placeOf(picture, 5)[0] - 1, placeOf(picture, 7)[1] - 1]);
    for (const [width, height] of zooms) expect(width).toBeCloseTo(height, 5);
    expectUniform(
      zooms.map(([width]) => width),
      0.5,
      1,
    );
    const each = changed(layers.randomZoom(-0.5, [-0.1, 0], { fillMode: 'nearest' }), [3, 3, 2], places);
    expectUniform(
      each.map((picture) => placeOf(picture, 5)[0] - 1),
      0.9,
      1,
    );
  });

  it('moves down and to the right by shares of height and width', () => {
    const layer = layers.randomTranslation({ heightFactor: 0.3, widthFactor: [0, 0.2] });
    const pictures = changed(layer, [3, 3, 2], places);
    expectUniform(
      pictures.map((picture) => (1 - placeOf(picture, 4)[0]) / 3),
      0,
      0.2,
    );
    expectUniform(
      pictures.map((picture) => (1 - placeOf(picture, 4)[1]) / 3),
      -0.3,
      0.3,
    );
  });

  it('fills what lies beyond the edges', () => {
    const options = { heightFactor: 0, widthFactor: [0.5, 0.5], interpolation: 'nearest' } as const;
    const [row] = changed(
      layers.randomTranslation({ ...options, fillMode: 'constant', fillValue: 9 }),
      [1, 4, 1],
      [1, 2, 3, 4],
    );
    expect(row).toEqual([9, 9, 1, 2]);
    const [mirrored] = changed(layers.randomTranslation({ ...options }), [1, 4, 1], [1, 2, 3, 4]);
    expect(mirrored).toEqual([2, 1, 1, 2]);
  });

  it('changes brightness and contrast of whole pictures, within the range of values', () => {
    const bright = changed(layers.randomBrightness({ factor: 0.2, valueRange: [0, 1] }), [1, 2, 1], [0.5, 0.4]);
    for (const [a, b] of bright) expect(a - b).toBeCloseTo(0.1, 5);
    expectUniform(
      bright.map(([a]) => a - 0.5),
      -0.2,
      0.2,
    );
    const cut = changed(layers.randomBrightness({ factor: [1, 1], valueRange: [0, 1] }), [1, 1, 1], [0.5]);
    expect(cut[0]).toEqual([1]);
    const contrasts = changed(layers.randomContrast({ factor: [0.5, 0.2] }), [1, 2, 1], [100, 120]);
    for (const [a, b] of contrasts) expect(a + b).toBeCloseTo(220, 3);
    // The factor's ends are sorted, as in Keras: from 1 − 0.2 to 1 + 0.5.
    expectUniform(
      contrasts.map(([a, b]) => (b - a) / 20),
      0.8,
      1.5,
    );
    const more = changed(layers.randomContrast(0.2), [1, 2, 1], [100, 120]);
    expectUniform(
      more.map(([a, b]) => (b - a) / 20),
      1,
      1.2,
    );
  });

  it('makes a share of the pictures grey, or negative', () => {
    const grey = changed(layers.randomGrayscale({ factor: 0.3 }), [1, 1, 3], [1, 2, 3]);
    expectShare(
      grey.map(([red]) => red !== 1),
      0.3,
    );
    const [one] = grey.filter(([red]) => red !== 1);
    for (const value of one) expect(value).toBeCloseTo(0.2989 + 2 * 0.587 + 3 * 0.114, 5);
    const negatives = changed(layers.randomInvert({ factor: [0.25, 0.25], valueRange: [0, 1] }), [1, 1, 1], [0.25]);
    expectShare(
      negatives.map(([value]) => value > 0.5),
      0.25,
    );
  });

  it('gives Keras’s numbers where factors leave nothing to chance (test/keras/randomLayers.py)', () => {
    const picture = Array.from({ length: 48 }, (_, i) => ((i * i * 31 + i * 7) % 251) / 250);
    const range = { valueRange: [0, 1] } as const;
    const shear = layers.randomShear({ xFactor: [0.3, 0.3], yFactor: [0.1, 0.1], fillMode: 'nearest' });
    const expected: readonly (readonly [Layer, readonly (readonly number[])[]])[] = [
      [
        layers.randomColorDegeneration({ factor: [0.25, 0.25], ...range }),
        [[0.03804, 0.15204, 0.45204, 0.18106, 0.10006, 0.20506, 0.54807, 0.27207, 0.18207, 0.31106, 0.59306, 0.30806]],
      ],
      [
        layers.randomSharpness({ factor: [0.1, 0.1], ...range }),
        [[0.03225, 0.10105, 0.34154, 0.1896, 0.09489, 0.26418, 0.38855, 0.20542, 0.22449, 0.20308, 0.36738, 0.25545]],
      ],
      [
        layers.randomSharpness({ factor: [0.9, 0.9], ...range }),
        [[0, 0.20295, 0.76246, 0.2024, 0.08111, 0.19182, 0.84345, 0.29058, 0.03151, 0.30892, 0.89662, 0.24855]],
      ],
      [
        shear,
        [
          [0, 0.152, 0.552, 0.196, 0.088, 0.228, 0.616, 0.248, 0.128, 0.256, 0.632, 0.252],
          [0, 0.152, 0.552, 0.1972, 0.0856, 0.222, 0.5968, 0.2216, 0.2952, 0.1948, 0.56, 0.4704],
        ],
      ],
    ];
    for (const [layer, pictures] of expected) {
      const made = changed(layer, [4, 4, 3], picture);
      // Each picture is one of those that Keras makes, and all of these are made.
      const found = made.map((one) =>
        pictures.findIndex((numbers) => numbers.every((value, i) => Math.abs(value - one[i]) < 2e-5)),
      );
      expect(new Set(found), layer.className).toEqual(new Set(pictures.keys()));
    }
    const ways = changed(shear, [4, 4, 3], picture).map((one) => Math.abs(one[3] - 0.196) < 2e-5);
    expectShare(ways, 0.5);
  });

  it('covers a rectangle of a share of the pictures, anywhere, with noise or what it is given', () => {
    const ones = new Array<number>(64).fill(1);
    const options = { scale: [0.25, 0.25], valueRange: [0, 1] } as const;
    const erased = changed(layers.randomErasing({ ...options, fillValue: 0 }), [8, 8, 1], ones);
    const covered = erased.map((picture) => picture.flatMap((value, i) => (value === 0 ? [i] : [])));
    // A quarter of them, 4×4 each, as Keras covers them; half of the pictures, as a number stands for all likelihoods up to it.
    expect(new Set(covered.map(({ length }) => length))).toEqual(new Set([0, 16]));
    expectShare(
      covered.map(({ length }) => length > 0),
      0.5,
    );
    // It begins at the first pixel behind a place that is drawn, as in Keras: 1 to 4.
    const corners = covered.filter(({ length }) => length > 0).map(([first]) => first);
    expect([...new Set(corners)].sort((p, q) => p - q)).toEqual(
      [1, 2, 3, 4].flatMap((row) => [1, 2, 3, 4].map((column) => 8 * row + column)),
    );
    for (const place of covered.filter(({ length }) => length > 0)) {
      expect(place).toEqual(Array.from({ length: 16 }, (_, i) => place[0] + Math.floor(i / 4) * 8 + (i % 4)));
    }
    const [noisy] = changed(layers.randomErasing({ ...options, factor: [1, 1] }), [8, 8, 1], ones);
    const noise = noisy.filter((value) => value !== 1);
    expect(new Set(noise).size).toBeGreaterThan(2);
    for (const value of noise) expect(value).toBeGreaterThanOrEqual(0);
    const colours = changed(
      layers.randomErasing({ factor: [1, 1], scale: [1, 1], fillValue: [1, 2, 3] }),
      [1, 1, 3],
      [9, 9, 9],
    );
    expect(colours[0]).toEqual([1, 2, 3]);
    expect(() => layers.randomErasing({ fillValue: [1, 2] }).outputShape([[4, 4, 3]])).toThrow(
      /one for each of 3 channels/,
    );
  });

  it('draws by seed and step alone', () => {
    const draw = (seed: number, step: number): number[][] =>
      changed(layers.randomRotation({ factor: 0.5, seed }), [3, 3, 2], places, step);
    expect(draw(1, 1)).toEqual(draw(1, 1));
    expect(draw(1, 1)).not.toEqual(draw(2, 1));
    expect(draw(1, 1)).not.toEqual(draw(1, 2));
  });
});

/** One of each, behind a layer with weights. */
function augmented(): Model {
  return sequential([
    layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', inputShape: [6, 6, 3] }),
    layers.randomFlip({ mode: 'horizontal' }),
    layers.randomRotation({ factor: 0.1, fillMode: 'constant', fillValue: 0.5 }),
    layers.randomZoom({ heightFactor: 0.2, widthFactor: [-0.1, 0], seed: 3 }),
    layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.2, interpolation: 'nearest', fillMode: 'wrap' }),
    layers.randomContrast({ factor: [0.1, 0.3], valueRange: [-5, 5] }),
    layers.randomBrightness({ factor: 0.1, valueRange: [-5, 5] }),
    layers.randomInvert({ factor: [0.2, 0.3], valueRange: [0, 1] }),
    layers.randomGrayscale({ factor: 0.2 }),
    layers.randomColorDegeneration({ factor: [0.1, 0.2], valueRange: [-5, 5] }),
    layers.randomSharpness({ factor: 0.6, valueRange: [-5, 5] }),
    layers.randomShear({ xFactor: 0.2, yFactor: [0, 0.1] }),
    layers.randomErasing({ factor: [0.5, 0.5], fillValue: [0, 0, 1], valueRange: [-5, 5] }),
    layers.globalAveragePooling2d(),
    layers.dense({ units: 2, activation: 'softmax' }),
  ]);
}

function pictures(): Tensor<'float32'> {
  const random = new Random([5]);
  return new Tensor(
    'float32',
    [8, 6, 6, 3],
    Float32Array.from({ length: 864 }, () => random.uniform(0, 1)),
  );
}

describe('models with random layers', () => {
  it('predict without them, and learn through them, the same in every training', async () => {
    const x = pictures();
    const y = tensor([0, 1, 0, 1, 0, 1, 0, 1], [8], 'int32');
    const trained = async (): Promise<number[][]> => {
      const model = augmented();
      const before = [...(await model.getWeights()).values()].map(({ data }) => [...data]);
      model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
      await model.fit(x, y, { epochs: 2, batchSize: 4, verbose: 0 });
      const after = [...(await model.getWeights()).values()].map(({ data }) => [...data]);
      expect(after[0]).not.toEqual(before[0]);
      await model.dispose();
      return after;
    };
    expect(await trained()).toEqual(await trained());
  });

  it('go through Keras’s files with all their options, and leave TensorFlow.js’s', async () => {
    const model = augmented();
    for (const format of ['keras', 'h5'] as const) {
      const back = await importKeras(await kerasBytes(model, format));
      const random = (one: Model): unknown[] =>
        one.layers.flatMap((layer) =>
          layer.className.startsWith('Random') ? [[layer.className, layer.config!()]] : [],
        );
      expect(random(model)).toHaveLength(12);
      expect(random(back)).toEqual(random(model));
      expect(back.metadata['keras.ignored']).toBeUndefined();
      await back.dispose();
    }
    const plain = await importTfjs(await tfjsFiles(model));
    expect(plain.layers.some(({ className }) => className.startsWith('Random'))).toBe(false);
    const [expected, received] = [await model.predict(pictures()), await plain.predict(pictures())];
    received.data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i], 5));
    await Promise.all([model.dispose(), plain.dispose()]);
  });

  it('say what does not fit', () => {
    expect(() => layers.randomRotation({ factor: 1.5 })).toThrow(
      /randomRotation: factor must be a number from -1 to 1, or two of them.*received 1.5/,
    );
    expect(() => layers.randomZoom(-1)).toThrow(/heightFactor must be a number above -1/);
    expect(() => layers.randomFlip({ mode: 'both' as never })).toThrow(/mode must be one of horizontal, vertical/);
    expect(() => layers.randomBrightness({ factor: 0.1, valueRange: [1, 0] })).toThrow(
      /valueRange must be two numbers/,
    );
    expect(() =>
      layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1, fillMode: 'mirror' as never }),
    ).toThrow(/randomTranslation: fillMode must be one of constant, nearest, reflect, wrap/);
    expect(() => layers.randomGrayscale().outputShape([[4, 4, 1]])).toThrow(/three channels/);
    expect(() => layers.randomFlip().outputShape([[4]])).toThrow(/needs an input \[height, width, channels\]/);
  });
});
