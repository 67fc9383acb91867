import { describe, expect, it } from 'vitest';
import { initializers, input, layers, regularizers, type SymbolicTensor } from '../../layers/index.js';
import { model as functional, sequential, type Model } from '../../models/index.js';
import { Random, StriateError, Tensor } from '../../tensor/index.js';
import { kerasBytes } from './write/exportKeras.js';
import { importKeras } from './read/importKeras.js';

/** Pictures by a formula that any language can repeat. */
function pictures(shape: readonly number[], count = 2): Tensor<'float32'> {
  const size = shape.reduce((a, b) => a * b, count);
  return new Tensor(
    'float32',
    [count, ...shape],
    Float32Array.from({ length: size }, (_, i) => ((i * i * 31 + i * 7) % 251) / 250),
  );
}

/** Weights away from their starting values, so that a forgotten one shows. */
async function shaken(model: Model): Promise<Model> {
  const random = new Random([7]);
  const weights = await model.getWeights();
  for (const [name, { data }] of weights) {
    for (let i = 0; i < data.length; i++)
      data[i] = name.endsWith('Variance') ? random.uniform(0.5, 2) : data[i] + random.normal(0, 0.1);
  }
  await model.setWeights(weights);
  return model;
}

async function roundTrip(model: Model, format: 'h5' | 'keras'): Promise<Model> {
  return importKeras(await kerasBytes(model, format), { name: `model.${format}` });
}

async function expectSameOutputs(model: Model, again: Model, tolerance = 1e-5): Promise<void> {
  const x = pictures(model.inputs[0].shape);
  const [before, after] = [await model.predictAll(x), await again.predictAll(x)];
  expect(after.map(({ shape }) => shape)).toEqual(before.map(({ shape }) => shape));
  before.forEach(({ data }, output) => {
    const worst = Math.max(...Array.from(data, (value, i) => Math.abs(value - after[output].data[i])));
    expect(worst).toBeLessThan(tolerance);
    expect(data.some((value) => Math.abs(value) > 1e-3)).toBe(true);
  });
  await Promise.all([model.dispose(), again.dispose()]);
}

/** A model with every layer that Keras can express, and with margins, shared layers and two outputs. */
function everyLayer(): Model {
  const x = input({ shape: [12, 12, 3], name: 'picture' });
  const small = initializers.randomNormal({ stddev: 0.2 });
  const stem = layers
    .conv2d({
      filters: 8,
      kernelSize: 3,
      strides: 2,
      padding: [0, 1, 0, 1],
      activation: 'relu6',
      name: 'stem/conv',
      kernelInitializer: small,
    })
    .apply(layers.rescaling({ scale: [2, 1, 3], offset: [0.1, 0, -0.1] }).apply(x));
  const pooled = layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 1 }).apply(layers.relu().apply(stem));
  const shared = layers.conv2d({
    filters: 8,
    kernelSize: 3,
    padding: 'same',
    groups: 2,
    kernelRegularizer: regularizers.l2({ l2: 0.01 }),
  });
  const normal = layers.batchNormalization({ epsilon: 1e-4, momentum: 0.9 });
  const twice = (value: SymbolicTensor): SymbolicTensor => normal.apply(shared.apply(value));
  const sum = layers.add().apply(twice(twice(pooled)), pooled);
  const depth = layers
    .depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 1, strides: 2, activation: 'hardSwish' })
    .apply(sum);
  const separable = layers
    .separableConv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'swish' })
    .apply(depth);
  const up = layers.upSampling2d({ size: 2, interpolation: 'bilinear' }).apply(separable);
  const transposed = layers
    .conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'leakyRelu' })
    .apply(separable);
  const joined = layers.concatenate().apply(up, layers.leakyRelu({ negativeSlope: 0.1 }).apply(transposed));
  const padded = layers
    .zeroPadding2d({
      padding: [
        [0, 1],
        [1, 0],
      ],
    })
    .apply(layers.padChannels({ before: 1, after: 2 }).apply(joined));
  const gate = layers
    .activation({ activation: 'hardSigmoid' })
    .apply(layers.globalAveragePooling2d({ keepDims: true }).apply(padded));
  const gated = layers.multiply().apply(padded, gate);
  const means = layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 1, countPadding: true }).apply(gated);
  const dropped = layers.stochasticDepth({ rate: 0.1 }).apply(layers.dropout({ rate: 0.2 }).apply(means));
  const largest = layers.globalMaxPooling2d().apply(dropped);
  const turned = layers
    .flatten()
    .apply(layers.permute({ dims: [3, 1, 2] }).apply(layers.reshape({ targetShape: [49, 13, 1] }).apply(dropped)));
  const scores = layers.dense({ units: 5, activation: 'tanh' }).apply(turned);
  return functional({
    inputs: x,
    outputs: [layers.softmax({ name: 'shares' }).apply(scores), largest],
    name: 'every',
    seed: 3,
  });
}

describe('Keras files', () => {
  for (const format of ['h5', 'keras'] as const) {
    it(`holds every layer in .${format}`, async () => {
      const model = await shaken(everyLayer());
      const again = await roundTrip(model, format);
      expect(again.name).toBe('every');
      expect(again.getLayer('conv2d').weights[0].regularizer?.config()).toEqual({ l2: 0.01 });
      await expectSameOutputs(model, again);
    });

    it(`keeps a stack a stack in .${format}, and what is frozen frozen`, async () => {
      const model = await shaken(
        sequential([
          layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', inputShape: [6, 6, 1], trainable: false }),
          layers.batchNormalization({ scale: false, trainable: false }),
          layers.flatten(),
          layers.dense({ units: 3, useBias: false }),
        ]),
      );
      const again = await roundTrip(model, format);
      expect(again.constructor.name).toBe('Sequential');
      expect(again.layers.map(({ className, trainable }) => [className, trainable])).toEqual([
        ['Conv2D', false],
        ['BatchNormalization', false],
        ['Flatten', true],
        ['Dense', true],
      ]);
      await expectSameOutputs(model, again);
    });
  }

  it('writes more layers than one attribute of HDF5 has room for', async () => {
    const long = 'a_name_that_takes_much_room_'.repeat(10);
    const stack = Array.from({ length: 300 }, (_, i) =>
      layers.activation({ activation: 'linear', name: `${long}${i}` }),
    );
    const model = sequential([layers.dense({ units: 2, inputShape: [3] }), ...stack]);
    const again = await roundTrip(model, 'h5');
    expect(again.layers).toHaveLength(301);
    await expectSameOutputs(model, again);
  });

  it('says which layer Keras does not have, and which mean', async () => {
    const normalized = sequential([layers.localResponseNormalization({ inputShape: [4, 4, 2], name: 'lrn' })]);
    await expect(kerasBytes(normalized, 'h5')).rejects.toThrow(/layer 'lrn' \(LocalResponseNormalization\).*ONNX/);
    const mean = sequential([
      layers.averagePooling2d({ inputShape: [4, 4, 2], poolSize: 3, strides: 3, ceilMode: true }),
    ]);
    await expect(kerasBytes(mean, 'keras')).rejects.toThrow(/average_pooling2d.*neither 'valid' nor 'same' as Keras/);
  });

  it('refuses other files by name', async () => {
    await expect(importKeras(new Uint8Array(100), { name: 'x.h5' })).rejects.toThrow(/^x\.h5: is no Keras model/);
    const bytes = await kerasBytes(sequential([layers.dense({ units: 1, inputShape: [2] })]), 'h5');
    await expect(importKeras(bytes.subarray(0, bytes.length - 400), { name: 'cut.h5' })).rejects.toThrow(
      /^cut\.h5: not a sound HDF5 file/,
    );
    const archive = await kerasBytes(sequential([layers.dense({ units: 1, inputShape: [2] })]), 'keras');
    await expect(importKeras(archive.subarray(0, 700), { name: 'cut.keras' })).rejects.toThrow(
      /^cut\.keras: not a sound zip archive/,
    );
  });

  it('names the file where a layer cannot be what its configuration says', async () => {
    const bytes = await kerasBytes(sequential([layers.dense({ units: 7, inputShape: [2] })]), 'h5');
    // Stored as text: as many bytes, another number.
    const at = new TextDecoder('latin1').decode(bytes).indexOf('"units":7') + 8;
    bytes[at] = '0'.charCodeAt(0);
    await expect(importKeras(bytes, { name: 'zero.h5' })).rejects.toThrow(
      /^zero\.h5: the model cannot be built: dense 'dense': units/,
    );
  });

  it('gives a model or an error that names the file, whatever a file holds', async () => {
    const model = sequential([
      layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1] }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ]);
    const random = new Random([11]);
    for (const format of ['h5', 'keras'] as const) {
      const sound = await kerasBytes(model, format);
      for (let round = 0; round < 12; round++) {
        const bytes = sound.slice();
        for (let i = 0; i < 6; i++) bytes[random.integer(Math.min(bytes.length, 4000))] = random.integer(256);
        const error = await importKeras(bytes, { name: 'mutant' }).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error === undefined) continue;
        expect(error).toBeInstanceOf(StriateError);
        expect((error as Error).message).toMatch(/^mutant/);
      }
    }
  });
});
