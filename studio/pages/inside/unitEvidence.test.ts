import { input, layers, model, Random, Tensor, type Model, type SymbolicTensor } from 'striate';
import { describe, expect, it } from 'vitest';
import { modelValues, unitQuestion } from './modelValues.js';
import { unitEvidence, type UnitEvidence } from './unitEvidence.js';
import { unitFeeds } from './unitFeeds.js';
import { unitRule } from './unitRule.js';
import { indexOf, unitAt } from './units.js';

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
      return [name, new Tensor('float32', own, /variance$/i.test(name) ? values.map((v) => v * v + 0.1) : values)];
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

/** A picture's numbers as a signal of as many channels. */
const signal = (x: SymbolicTensor): SymbolicTensor => layers.reshape({ targetShape: [99, 4] }).apply(x);

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
  'a convolution along a signal, causal, with groups': (x) =>
    layers
      .conv1d({ filters: 6, kernelSize: 3, padding: 'causal', dilationRate: 2, groups: 2, activation: 'gelu' })
      .apply(signal(x)),
  'a depthwise and a separable convolution along a signal': (x) =>
    layers
      .separableConv1d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', depthMultiplier: 2 })
      .apply(layers.depthwiseConv1d({ kernelSize: 4, depthMultiplier: 2, activation: 'selu' }).apply(signal(x))),
  'poolings along a signal': (x) =>
    layers
      .concatenate()
      .apply(
        layers
          .globalAveragePooling1d()
          .apply(layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' }).apply(signal(x))),
        layers
          .globalMaxPooling1d()
          .apply(layers.averagePooling1d({ poolSize: 4, strides: 3, ceilMode: true }).apply(signal(x))),
      ),
  'a locally connected layer': (x) => layers.locallyConnected2d({ filters: 3, kernelSize: 3, strides: 2 }).apply(x),
  'transposed convolutions: valid, same, with margins, dilated': (x) =>
    layers
      .conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 1, outputPadding: 1, activation: 'tanh' })
      .apply(
        layers
          .conv2dTranspose({ filters: 3, kernelSize: [2, 4], strides: [3, 2], padding: 'same' })
          .apply(layers.conv2dTranspose({ filters: 3, kernelSize: 3, dilationRate: 2, useBias: false }).apply(x)),
      ),
  'a transposed convolution along a signal': (x) =>
    layers.conv1dTranspose({ filters: 3, kernelSize: 4, strides: 2, padding: 'same' }).apply(signal(x)),
  'normalizations by what they measure': (x) =>
    layers
      .unitNormalization({ axis: [1, 2] })
      .apply(
        layers
          .localResponseNormalization({ size: 4, alpha: 2, beta: 0.6, bias: 1.5 })
          .apply(layers.groupNormalization({ groups: 2 }).apply(layers.layerNormalization().apply(x))),
      ),
  'instance normalization, and by given and learned statistics': (x) =>
    layers
      .normalization({ mean: [1, 2, 3, 4], variance: [1, 2, 3, 4], invert: true })
      .apply(layers.normalization({ axis: 1 }).apply(layers.groupNormalization({ groups: -1 }).apply(x))),
  'enlarging, by copies and by shares': (x) =>
    layers
      .concatenate()
      .apply(
        layers.upSampling2d({ size: [2, 3] }).apply(x),
        layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear' }).apply(x),
        layers.upSampling2d({ size: [2, 3], interpolation: 'bicubic' }).apply(x),
      ),
  'resizing, whole and cut': (x) =>
    layers
      .concatenate()
      .apply(
        layers.resizing({ height: 5, width: 13 }).apply(x),
        layers.resizing({ height: 5, width: 13, interpolation: 'nearest', rounding: 'floor' }).apply(x),
        layers.resizing({ height: 5, width: 13, interpolation: 'nearest', coordinates: 'asymmetric' }).apply(x),
        layers.resizing({ height: 5, width: 13, coordinates: 'alignCorners' }).apply(x),
        layers.resizing({ height: 5, width: 13, interpolation: 'lanczos3', cropToAspectRatio: true }).apply(x),
      ),
  'what moves along a signal': (x) =>
    layers
      .upSampling1d({ size: 2 })
      .apply(layers.cropping1d({ cropping: [2, 1] }).apply(layers.zeroPadding1d({ padding: [0, 3] }).apply(signal(x)))),
  'a vector repeated': (x) => layers.repeatVector({ n: 3 }).apply(layers.flatten().apply(x)),
  'axes that change places, a block, a cut in the middle': (x) =>
    layers
      .centerCrop({ height: 3, width: 4 })
      .apply(layers.slice({ begin: [1, 0, 2], size: [3, -1, 4] }).apply(layers.permute({ dims: [3, 2, 1] }).apply(x))),
  'a softmax over other axes': (x) =>
    layers.add().apply(layers.softmax({ axis: [1, 2] }).apply(x), layers.softmax({ axis: 2 }).apply(x)),
  'functions of one number': (x) =>
    layers
      .prelu({ sharedAxes: [1, 2] })
      .apply(
        layers
          .clip({ minValue: -1, maxValue: 1 })
          .apply(layers.power({ exponent: 3 }).apply(layers.elu({ alpha: 0.7 }).apply(x))),
      ),
  'a quotient, a squeeze and excitation, and reductions': (x) => {
    const gate = layers
      .dense({ units: 4, activation: 'sigmoid' })
      .apply(layers.dense({ units: 2, activation: 'relu' }).apply(layers.globalAveragePooling2d().apply(x)));
    const scaled = layers.multiply().apply(x, layers.reshape({ targetShape: [1, 1, 4] }).apply(gate));
    const quotient = layers.divide().apply(scaled, layers.activation('exponential').apply(x));
    return layers
      .add()
      .apply(
        layers.reduce({ operation: 'mean', axes: [1, 3] }).apply(quotient),
        layers.reduce({ operation: 'sum', axes: [3, 1] }).apply(x),
        layers.reduce({ operation: 'max', axes: [-1, 1] }).apply(x),
      );
  },
  'products of two values': (x) => {
    const rows = layers.reshape({ targetShape: [11, 36] }).apply(x);
    const turned = layers.permute({ dims: [2, 1] }).apply(rows);
    return layers
      .add()
      .apply(
        layers.matmul().apply(rows, turned),
        layers.dot({ axes: 2 }).apply(rows, rows),
        layers.dot({ axes: [1, 2], normalize: true }).apply(turned, rows),
        layers.axisMatrix({ units: 11, axis: -1 }).apply(rows),
      );
  },
  'values of four axes, as channel shuffles have': (x) => {
    const cut = layers.reshape({ targetShape: [11, 9, 2, 2] }).apply(x);
    const mixed = layers.dense({ units: 3 }).apply(layers.permute({ dims: [1, 2, 4, 3] }).apply(cut));
    return layers.softmax().apply(layers.layerNormalization().apply(mixed));
  },
};

describe('the numbers that made a unit', () => {
  it.each(Object.entries(kinds))('make what the engine has: %s', async (_, build) => {
    expectWhole(await evidenceOf(await networkOf([11, 9, 4], build)));
  });

  it('come strongest first, with those in the padding counted', async () => {
    const net = await networkOf([6, 6, 4], kinds['a depthwise convolution']);
    const [corner] = await evidenceOf(net);
    const sizes = corner.terms.map(({ product }) => Math.abs(product));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(corner.count + corner.padded).toBe(9);
  });
});

describe('the way forward', () => {
  it.each(Object.entries(kinds))('leads to the units whose terms a number is: %s', async (_, build) => {
    const net = await networkOf([11, 9, 4], build);
    const picture = new Tensor('float32', [11, 9, 4], numbers(396));
    const values = await modelValues(net, picture);
    const weights = await net.getWeights();
    let compared = 0;
    values.calls.forEach((value, call) => {
      const question = unitQuestion(net, values, weights, call);
      const { how, each } = unitRule(question)!;
      // What every unit says of where it comes from, turned around.
      const taken = new Map<string, Map<number, number>>();
      for (let unit = 0; unit < value.data.length; unit++) {
        each(unitAt(value.shape, unit), (input, index, weight) => {
          const won = how !== 'largest' && how !== 'smallest';
          if (!won && question.inputs[input].data[index] !== value.data[unit]) return;
          const key = `${input} ${index}`;
          const units = taken.get(key) ?? taken.set(key, new Map()).get(key)!;
          units.set(unit, (units.get(unit) ?? 0) + weight);
        });
      }
      question.inputs.forEach(({ shape, data }, input) => {
        const step = Math.max(1, Math.floor(data.length / 40));
        for (let index = 0; index < data.length; index += step) {
          const found = unitFeeds(question, input, unitAt(shape, index));
          const expected = taken.get(`${input} ${index}`) ?? new Map<number, number>();
          expect(new Set(found.units.map((at) => indexOf(value.shape, at))).size).toBe(found.units.length);
          expect(found.count).toBe(expected.size);
          for (const { weight, ...at } of found.units) {
            expect(weight).toBeCloseTo(expected.get(indexOf(value.shape, at)) ?? NaN, 5);
          }
          compared += found.units.length;
        }
      });
    });
    expect(compared).toBeGreaterThan(0);
    await net.dispose();
  });
});
