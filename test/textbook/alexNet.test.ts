import { describe, expect, it } from 'vitest';
import { Conv2D, Dropout, input, MaxPooling2D, model, Tensor, zoo, type Model } from '../../src/index.js';
import { learnByHeart, noisePictures, withNewClassifier } from './byHeart.js';

const convolutionsOf = (net: Model): Conv2D[] => net.layers.filter((layer) => layer instanceof Conv2D);

/** Which of a convolution's output halves change when the input's first half of the channels does. */
async function changedHalves(net: Model, name: string, channels: number): Promise<boolean[]> {
  const x = input({ shape: [5, 5, channels] });
  const alone = model({ inputs: x, outputs: net.getLayer(name).apply(x) });
  const value = (factor: number): Tensor =>
    new Tensor(
      'float32',
      [1, 5, 5, channels],
      Float32Array.from({ length: 25 * channels }, (_, i) => {
        const own = i % channels < channels / 2 ? factor : 1;
        return own * Math.sin(i * i);
      }),
    );
  const [before, after] = [await alone.predict(value(1)), await alone.predict(value(3))];
  const filters = before.shape[3];
  await alone.dispose();
  return [0, 1].map((half) =>
    before.data.some((number, i) => Math.floor((i % filters) / (filters / 2)) === half && number !== after.data[i]),
  );
}

describe('AlexNet in two streams', () => {
  const net = zoo.create('alexnet_two_stream');

  it('has filters 96 (48 a stream), 256, 384, 384, 256; kernels 11, 5, 3, 3, 3', () => {
    const convolutions = convolutionsOf(net);
    expect(convolutions.map(({ filters }) => filters)).toEqual([96, 256, 384, 384, 256]);
    expect(convolutions.map(({ kernelSize }) => kernelSize[0])).toEqual([11, 5, 3, 3, 3]);
    expect(convolutions.map(({ groups }) => groups)).toEqual([1, 2, 1, 2, 2]);
  });

  it.each([
    ['conv2', 96, [true, false]],
    ['conv3', 256, [true, true]],
    ['conv4', 384, [true, false]],
    ['conv5', 384, [true, false]],
  ] as const)('%s: from one stream of %i channels the streams %j are seen', async (name, channels, halves) => {
    expect(await changedHalves(net, name, channels)).toEqual(halves);
  });
});

describe('AlexNet in one stream', () => {
  it('has the same layers, each of which sees all channels', async () => {
    const net = zoo.create('alexnet_single');
    const streams = zoo.create('alexnet_two_stream');
    expect(net.layers.map(({ name }) => name)).toEqual(streams.layers.map(({ name }) => name));
    expect(convolutionsOf(net).every(({ groups }) => groups === 1)).toBe(true);
    expect(await changedHalves(net, 'conv2', 96)).toEqual([true, true]);
  });

  it('torchvision’s leaves the normalisation out and has fewer filters', () => {
    const net = zoo.create('alexnet');
    expect(convolutionsOf(net).map(({ filters }) => filters)).toEqual([64, 192, 384, 256, 256]);
    expect(net.layers.some(({ className }) => className.includes('Normalization'))).toBe(false);
  });
});

describe.each(['alexnet_single', 'alexnet_two_stream'])('%s', (name) => {
  it('normalises each position by its neighbouring channels: x / (2 + 1e-4 · Σ x²)^0.75 over five', async () => {
    const net = zoo.create(name, { includeTop: false, inputShape: [67, 67, 3], seed: 1 });
    const value = (className: string) => net.topology.calls.find(({ layer }) => layer.className === className)!.output;
    const outputs = [value('Conv2D'), value('LocalResponseNormalization')];
    const inside = model({ inputs: net.topology.inputs, outputs });
    // As large as pixels are, so that the sums of squares matter.
    const [map, normalized] = await inside.predictAll(scaled(noisePictures(1, 67), 100));
    await inside.dispose();
    expect(normalized.shape).toEqual([1, 15, 15, 96]);
    let worst = 0;
    for (let i = 0; i < map.data.length; i++) {
      let squares = 0;
      for (let channel = Math.max(0, (i % 96) - 2); channel <= Math.min(95, (i % 96) + 2); channel++) {
        squares += map.data[i - (i % 96) + channel] ** 2;
      }
      const expected = map.data[i] / (2 + 1e-4 * squares) ** 0.75;
      worst = Math.max(worst, Math.abs(normalized.data[i] - expected) / (1 + expected));
    }
    // float32 powers against float64's.
    expect(worst).toBeLessThan(1e-5);
    // Strong neighbours do inhibit.
    expect(Math.max(...normalized.data)).toBeLessThan(Math.max(...map.data) / 2);
  });

  it('pools windows of three at steps of two: they overlap', () => {
    const pools = zoo.create(name).layers.filter((layer) => layer instanceof MaxPooling2D);
    expect(pools).toHaveLength(3);
    for (const { settings } of pools) expect([settings.poolSize[0], settings.strides[0]]).toEqual([3, 2]);
  });

  it('drops half of what goes into the first two dense layers', () => {
    const { calls } = zoo.create(name).topology;
    const after = calls.flatMap(({ layer }, i) => (layer instanceof Dropout ? [[layer.rate, calls[i + 1].layer]] : []));
    const names = after.map(([rate, layer]) => [rate, typeof layer === 'object' ? layer.name : '']);
    // The first is dropped as a map and flattened.
    expect(names).toEqual([
      [0.5, 'flatten'],
      [0.5, 'fc7'],
    ]);
  });

  it('learns: four pictures by heart, dropout and normalisation included', async () => {
    const features = zoo.create(name, { includeTop: false, pooling: 'avg', inputShape: [67, 67, 3], seed: 1 });
    const net = withNewClassifier(features, 4);
    const { before, after, accuracy } = await learnByHeart(net, { steps: 12, learningRate: 3e-4 });
    expect(after).toBeLessThan(before / 3);
    expect(accuracy).toBe(1);
    await net.dispose();
  });
});

function scaled({ shape, data }: Tensor, factor: number): Tensor<'float32'> {
  return new Tensor(
    'float32',
    shape,
    Float32Array.from(data, (value) => factor * value),
  );
}
