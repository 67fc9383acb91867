import { input, layers, model, Random, Tensor, type Model, type SymbolicTensor } from 'striate';
import { describe, expect, it } from 'vitest';
import { modelValues, unitQuestion } from './modelValues.js';
import { unitEvidence, type UnitEvidence } from './unitEvidence.js';
import { unitAt } from './units.js';

const random = new Random(3);
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());

/** A model of one layer, or a few, over a picture, its weights random. */
async function networkOf(shape: readonly number[], build: (x: SymbolicTensor) => SymbolicTensor): Promise<Model> {
  const x = input({ shape });
  const net = model({ inputs: x, outputs: build(x) });
  net.useEngine({ engine: 'wasm', threads: 1 });
  const weights = new Map(
    [...(await net.getWeights())].map(([name, { shape: own, data }]) => {
      const values = numbers(data.length);
      // Variances are not negative.
      return [name, new Tensor('float32', own, name.endsWith('Variance') ? values.map((v) => v * v + 0.1) : values)];
    }),
  );
  await net.setWeights(weights);
  return net;
}

/** The evidence of every so-many-th unit of every layer. */
async function evidenceOf(net: Model): Promise<UnitEvidence[]> {
  const shape = net.inputShape;
  const picture = new Tensor('float32', shape, numbers(shape.reduce((a, b) => a * b, 1)));
  const values = await modelValues(net, picture);
  const weights = await net.getWeights();
  const all = values.calls.flatMap((value, call) => {
    const question = unitQuestion(net, values, weights, call);
    const step = Math.max(1, Math.floor(value.data.length / 60));
    const found: UnitEvidence[] = [];
    for (let index = 0; index < value.data.length; index += step) {
      found.push(unitEvidence(question, unitAt(value.shape, index)));
    }
    return found;
  });
  await net.dispose();
  return all;
}

/** Whether the terms are the whole truth: they make the number that the engine has. */
function expectWhole(evidence: readonly UnitEvidence[]): void {
  expect(evidence.length).toBeGreaterThan(0);
  for (const { how, positive, negative, bias = 0, sum, computed, value } of evidence) {
    expect(how).toBeDefined();
    const scale = Math.max(1, positive.sum - negative.sum + Math.abs(bias));
    expect(Math.abs(computed - value)).toBeLessThan(2e-6 * scale);
    if (how === 'sum' || how === 'mean')
      expect(Math.abs(positive.sum + negative.sum + bias - sum)).toBeLessThan(1e-9 * scale);
  }
}

const kinds: Readonly<Record<string, (x: SymbolicTensor) => SymbolicTensor>> = {
  'a convolution': (x) => layers.conv2d({ filters: 5, kernelSize: 3 }).apply(x),
  'a convolution with groups, strides, padding and its activation': (x) =>
    layers
      .conv2d({ filters: 6, kernelSize: [3, 2], strides: 2, padding: 'same', groups: 2, activation: 'relu' })
      .apply(x),
  'a dilated convolution with margins': (x) =>
    layers
      .conv2d({
        filters: 3,
        kernelSize: 3,
        dilationRate: 2,
        padding: [
          [2, 1],
          [0, 3],
        ],
        useBias: false,
      })
      .apply(x),
  'a depthwise convolution': (x) =>
    layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', depthMultiplier: 2 }).apply(x),
  'a separable convolution': (x) =>
    layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2, activation: 'swish' }).apply(x),
  'dense layers, over maps and vectors, with a softmax': (x) =>
    layers
      .dense({ units: 4, activation: 'softmax' })
      .apply(layers.flatten().apply(layers.dense({ units: 3, activation: 'tanh' }).apply(x))),
  'max pooling, rounded up': (x) => layers.maxPooling2d({ poolSize: 3, strides: 2, ceilMode: true }).apply(x),
  'max pooling at padded edges': (x) => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x),
  'average pooling at padded edges': (x) =>
    layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x),
  'average pooling that counts the padding': (x) =>
    layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 1, ceilMode: true, countPadding: true }).apply(x),
  'pooling over all places': (x) =>
    layers.concatenate().apply(layers.globalAveragePooling2d().apply(x), layers.globalMaxPooling2d().apply(x)),
  'adaptive pooling': (x) => layers.adaptiveAveragePooling2d({ outputSize: [4, 3] }).apply(x),
  'batch normalization': (x) => layers.batchNormalization({ epsilon: 1e-3 }).apply(x),
  'scaling and rescaling': (x) => layers.rescaling({ scale: 0.3, offset: -1 }).apply(layers.affine().apply(x)),
  activations: (x) =>
    (['sigmoid', 'hardSwish', 'softplus', 'elu', 'mish', 'softsign'] as const).reduce(
      (y, name) => layers.activation(name).apply(y),
      layers.leakyRelu({ negativeSlope: 0.1 }).apply(layers.relu({ maxValue: 6, negativeSlope: 0.2 }).apply(x)),
    ),
  'a softmax over channels': (x) => layers.softmax().apply(x),
  'what joins paths': (x) => {
    const y = layers.conv2d({ filters: 4, kernelSize: 1 }).apply(x);
    const gate = layers.globalAveragePooling2d({ keepDims: true }).apply(y);
    const scaled = layers.multiply().apply(y, gate);
    const joined = layers.add().apply(x, scaled, layers.subtract().apply(x, y));
    const most = layers.maximum().apply(x, joined, layers.minimum().apply(y, x), layers.average().apply(x, y));
    return layers.concatenate({ axis: 1 }).apply(layers.concatenate().apply(most, x), layers.concatenate().apply(y, y));
  },
  'what moves numbers': (x) =>
    layers.dropout({ rate: 0.5 }).apply(
      layers.reshape({ targetShape: [12, 99] }).apply(
        layers.padChannels({ before: 3, after: 2 }).apply(
          layers
            .cropping2d({
              cropping: [
                [1, 0],
                [1, 1],
              ],
            })
            .apply(
              layers
                .zeroPadding2d({
                  padding: [
                    [2, 0],
                    [1, 3],
                  ],
                })
                .apply(x),
            ),
        ),
      ),
    ),
};

describe('the numbers that made a unit', () => {
  it.each(Object.entries(kinds))('make what the engine has: %s', async (_, build) => {
    expectWhole(await evidenceOf(await networkOf([11, 9, 4], build)));
  });

  it('say of other layers that they are not followed, with the engine’s number all the same', async () => {
    const evidence = await evidenceOf(await networkOf([6, 6, 4], (x) => layers.layerNormalization().apply(x)));
    expect(evidence.every(({ how, value }) => how === undefined && Number.isFinite(value))).toBe(true);
  });

  it('come strongest first, with those in the padding counted', async () => {
    const net = await networkOf([6, 6, 4], kinds['a depthwise convolution']);
    const [corner] = await evidenceOf(net);
    const sizes = corner.terms.map(({ product }) => Math.abs(product));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(corner.count + corner.padded).toBe(9);
  });
});
