import { describe, expect, it } from 'vitest';
import { summarize, Tensor, zoo } from '../../src/index.js';

/** Parameters with 1000 classes; the smallest size that is tried, and the features' channels. */
const networks = [
  ['inception_v3', 27_161_264, 75, 2048],
  ['inception_resnet_v2', 55_843_464, 75, 1536],
  ['xception', 22_855_952, 71, 2048],
  ['mobilenet_v1', 4_231_976, 32, 1024],
  ['mobilenet_v2', 3_504_872, 32, 1280],
  ['mobilenet_v3_small', 2_542_856, 32, 576],
  ['mobilenet_v3_large', 5_483_032, 32, 960],
] as const;

describe.each(networks)('%s, ready to use', (name, parameters, size, channels) => {
  it('has the published number of parameters', () => {
    const row = zoo.describe(name);
    const net = zoo.create(name);
    expect(net.inputs[0].shape).toEqual(row.inputShape);
    expect(row.preprocessing.size).toEqual(row.inputShape.slice(0, 2));
    expect(net.parameterCounts().parameters).toBe(parameters);
    expect(row.parameters).toBe(parameters);
  });

  it('predicts for a picture of another size, as many classes as asked', async () => {
    const options = { inputShape: [size, size, 3], classes: 5, seed: 1, classifierActivation: 'softmax' } as const;
    const net = zoo.create(name, options);
    const pictures = Float32Array.from({ length: 2 * size * size * 3 }, (_, i) => Math.sin(i * i));
    const { shape, data } = await net.predict(new Tensor('float32', [2, size, size, 3], pictures));
    expect(shape).toEqual([2, 5]);
    expect([...data].every((probability) => probability >= 0 && probability <= 1)).toBe(true);
    // Five float32 probabilities.
    expect(data.slice(0, 5).reduce((sum, probability) => sum + probability)).toBeCloseTo(1, 5);
    expect([...data.slice(0, 5)]).not.toEqual([...data.slice(5)]);
    await net.dispose();
  });

  it('gives its features without the classifier, as a map or pooled', () => {
    const without = { inputShape: [size, size, 3], includeTop: false } as const;
    const map = zoo.create(name, without);
    expect(map.outputShape.at(-1)).toBe(channels);
    expect(map.outputShape).toHaveLength(3);
    expect(zoo.create(name, { ...without, pooling: 'avg' }).outputShape).toEqual([channels]);
    expect(map.parameterCounts().parameters).toBeLessThan(parameters);
  });
});

it('the zoo lists the families of architectures', () => {
  expect(zoo.list({ family: 'mobilenet' })).toEqual([
    'mobilenet_v1',
    'mobilenet_v2',
    'mobilenet_v3_small',
    'mobilenet_v3_large',
  ]);
  for (const family of ['Inception', 'Inception-ResNet', 'Xception']) expect(zoo.list({ family })).toHaveLength(1);
});

it('MobileNet does a tenth of Inception v3’s arithmetic, each at its own size', () => {
  const { multiplyAdds: mobile } = summarize(zoo.create('mobilenet_v1'));
  const { multiplyAdds: inception } = summarize(zoo.create('inception_v3'));
  // MobileNet's paper counts 569 million, and 5000 million for Inception v3, which torchvision's documentation puts at 5.71.
  expect(Math.round(mobile / 1e6)).toBe(569);
  expect(inception / 1e9).toBeCloseTo(5.71, 1);
  expect(inception / mobile).toBeGreaterThan(9);
});
