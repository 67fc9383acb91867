import { describe, expect, it } from 'vitest';
import { bands, tinyModel } from '../../test/fixtures/tinyModels.js';
import { input, layers, type SymbolicTensor } from '../layers/index.js';
import type { Tensor } from '../tensor/index.js';
import { model, modelFromBytes, sequential, type Model } from '../models/index.js';

const { x, y } = bands(12);
const conv = (value: SymbolicTensor, filters = 2): SymbolicTensor =>
  layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(value);

/** Between the parts values are rounded to float32, which within the reference engine's programs they are not. */
function expectClose(values: Tensor, expected: Tensor): void {
  expect(values.shape).toEqual(expected.shape);
  values.data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i], 5));
}

/** A residual block with squeeze-and-excitation, then pooling and a classifier. */
function excited(): Model {
  const picture = input({ shape: [6, 6, 1] });
  const start = conv(picture);
  const inner = conv(start);
  const squeezed = layers.globalAveragePooling2d({ keepDims: true }).apply(inner);
  const gate = layers.conv2d({ filters: 2, kernelSize: 1, activation: 'sigmoid' }).apply(squeezed);
  const sum = layers.add({ name: 'sum' }).apply(start, layers.multiply().apply(inner, gate));
  const pooled = layers.globalAveragePooling2d({ name: 'pool' }).apply(sum);
  return model({ inputs: picture, outputs: layers.dense({ units: 3, name: 'fc' }).apply(pooled), name: 'excited' });
}

describe('features and head', () => {
  it.each<[string, () => Model, readonly number[]]>([
    ['a stack of layers', () => tinyModel(), [2, 2, 4]],
    ['squeeze-and-excitation, whose pooling lies on a side path', excited, [6, 6, 2]],
  ])('one after the other are the model: %s', async (_, make, shape) => {
    const net = make();
    net.useEngine({ engine: 'reference' });
    expect(net.features.outputShape).toEqual(shape);
    expect(net.head.inputs[0].shape).toEqual(shape);
    expect(net.head.outputShape).toEqual(net.outputShape);
    expectClose(await net.head.predict(await net.features.predict(x)), await net.predict(x));
    // A model that is asked twice is the same, with what was compiled for it.
    expect(net.features).toBe(net.features);
    expect(net.features.layers.length + net.head.layers.length).toBe(net.layers.length);
  });

  it('share their weights with the model', async () => {
    const net = tinyModel();
    const { head } = net;
    head.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', engine: 'reference' });
    const before = await net.getWeights();
    await head.fit(await net.features.predict(x), y, { verbose: 0 });
    const after = await net.getWeights();
    expect(after.get('dense/kernel')).not.toEqual(before.get('dense/kernel'));
    expect(after.get('dense/kernel')).toEqual((await head.getWeights()).get('dense/kernel'));
    expect(after.get('conv2d/kernel')).toEqual(before.get('conv2d/kernel'));
  });

  it('are cut where the model says, also after saving and loading', async () => {
    const picture = input({ shape: [6, 6, 1] });
    const early = conv(picture, 3);
    const outputs = layers.dense({ units: 3 }).apply(layers.flatten().apply(conv(early)));
    const net = model({ inputs: picture, outputs, features: early, name: 'marked' });
    expect(net.features.outputShape).toEqual([6, 6, 3]);
    expect([net.features.name, net.head.name]).toEqual(['marked_features', 'marked_head']);
    net.useEngine({ engine: 'reference' });
    const again = await modelFromBytes(await net.toBytes(), { engine: 'reference' });
    expect(again.features.outputShape).toEqual([6, 6, 3]);
    expectClose(await again.head.predict(await again.features.predict(x)), await net.predict(x));
  });

  it('follow the layers that are added to a stack', () => {
    const net = sequential([layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1] })]);
    expect(net.features.outputShape).toEqual([4, 4, 2]);
    expect(() => net.head).toThrow(/'sequential' ends with its features \[4, 4, 2\]; nothing follows/);
    net.add(layers.conv2d({ filters: 5, kernelSize: 3 })).add(layers.globalMaxPooling2d());
    expect(net.features.outputShape).toEqual([2, 2, 5]);
    expect(net.head.outputShape).toEqual([5]);
  });

  it('say where there is no place to cut', () => {
    const dense = sequential([layers.dense({ units: 3, inputShape: [4] })]);
    expect(() => dense.features).toThrow(/'sequential' has no feature map .* model\(\{ …, features \}\)/);
    const picture = input({ shape: [6, 6, 1] });
    const [a, b] = [conv(picture), conv(picture)];
    const outputs = layers.concatenate({ name: 'both' }).apply(a, b);
    const bypassed = model({ inputs: picture, outputs, features: a, name: 'fork' });
    expect(bypassed.features.outputShape).toEqual([6, 6, 2]);
    expect(() => bypassed.head).toThrow(/path around the features of the model 'fork': 'both' also takes 'conv2d_1'/);
    const twice = model({ inputs: picture, outputs: [conv(a), conv(b)], features: a });
    expect(() => twice.head).toThrow(/the output of 'conv2d_3' does not depend on the features/);
    expect(() => model({ inputs: picture, outputs: b, features: a })).toThrow(
      /features \[6, 6, 2\] must be a value on the/,
    );
  });
});
