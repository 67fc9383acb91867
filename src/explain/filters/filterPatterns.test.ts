import { describe, expect, it } from 'vitest';
import { openModel } from '../../classify/index.js';
import { layers } from '../../layers/index.js';
import { sequential, type Model } from '../../models/index.js';
import { Random, tensor, Tensor } from '../../tensor/index.js';
import { classPatterns, filterPatterns, kernelPictures, seenPicture } from '../index.js';

/** Filters over a grey picture: a kernel of 1 and −1, for which the best picture is the kernel itself, its negative, and one that its bias keeps silent. */
async function filters(): Promise<{ model: Model; kernel: Float32Array }> {
  const model = sequential([
    layers.conv2d({ filters: 3, kernelSize: 5, activation: 'relu', inputShape: [5, 5, 1], name: 'conv' }),
  ]);
  const random = new Random(3);
  const kernel = Float32Array.from({ length: 25 }, () => (random.uniform() < 0.5 ? -1 : 1));
  const weights = Float32Array.from({ length: 75 }, (_, i) => [1, -1, 1][i % 3] * kernel[Math.floor(i / 3)]);
  await model.setWeights(
    new Map([
      ['conv/kernel', new Tensor('float32', [5, 5, 1, 3], weights)],
      ['conv/bias', tensor([0, 0, -100])],
    ]),
  );
  return { model, kernel };
}

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (of: Float32Array): number => of.reduce((sum, one) => sum + one, 0) / of.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - ma) * (b[i] - mb);
    aa += (value - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

const still = { jitter: 0, zoom: 0, rotation: 0, decay: 0, learningRate: 0.2 };

describe('filterPatterns', () => {
  it('finds what filters look for: their kernel, and its negative', async () => {
    const { model, kernel } = await filters();
    const [same, negative] = await filterPatterns(model, 'conv', { ...still, filters: [0, 1], steps: 100 });
    expect(correlation(same.input.data, kernel)).toBeGreaterThan(0.9);
    expect(correlation(negative.input.data, kernel)).toBeLessThan(-0.9);
    for (const { activation, noise } of [same, negative]) expect(activation).toBeGreaterThan(noise);
  });

  it('raises no filter that is silent whatever the picture', async () => {
    const { model } = await filters();
    const [, , dead] = await filterPatterns(model, 'conv', { steps: 20 });
    expect(dead).toMatchObject({ name: "filter 2 of 'conv'", unit: 2, activation: 0, noise: 0 });
  });

  it('stays in the range of pictures, in the model’s numbers', async () => {
    const model = sequential({
      layers: [layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 3], name: 'conv' })],
      seed: 1,
    });
    const [mean, std] = [
      [0.5, 0.4, 0.3],
      [0.1, 0.2, 0.5],
    ];
    const found = await filterPatterns(model, 'conv', { preprocessing: { size: [12, 12], mean, std }, steps: 60 });
    for (const { input, activation, noise } of found) {
      input.data.forEach((value, i) => {
        const number = value * std[i % 3] + mean[i % 3];
        expect(number).toBeGreaterThanOrEqual(-1e-5);
        expect(number).toBeLessThanOrEqual(1 + 1e-5);
      });
      expect(activation).toBeGreaterThan(noise);
    }
  });

  it('gives the same patterns for the same seed, whatever the batch', async () => {
    const { model } = await filters();
    const run = (options: object) => filterPatterns(model, 'conv', { steps: 6, seed: 4, ...options });
    const [a, b, other] = [await run({}), await run({ batchSize: 2 }), await run({ seed: 5 })];
    expect(b.map(({ input }) => input.data)).toEqual(a.map(({ input }) => input.data));
    expect(other[0].input.data).not.toEqual(a[0].input.data);
  });

  it('tells how far it is, and stops', async () => {
    const { model } = await filters();
    const told: number[] = [];
    const stop = new AbortController();
    const onProgress = (done: number, total: number): void => {
      told.push(done / total);
      if (done === 8) stop.abort();
    };
    const run = filterPatterns(model, 'conv', { steps: 4, batchSize: 2, onProgress, signal: stop.signal });
    await expect(run).rejects.toThrow(/abort/);
    expect(told).toEqual([2 / 12, 4 / 12, 6 / 12, 8 / 12]);
  });

  it('refuses other filters and options', async () => {
    const { model } = await filters();
    await expect(filterPatterns(model, 'conv', { filters: [3] })).rejects.toThrow(/filters must be .* from 0 to 2/);
    await expect(filterPatterns(model, 'conv', { step: 3 } as object)).rejects.toThrow(/no option 'step'/);
    await expect(filterPatterns(model, 'cone')).rejects.toThrow(/no layer 'cone'/);
  });
});

describe('classPatterns', () => {
  it('raises the score of each class, behind a softmax, too', async () => {
    const model = sequential({
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [10, 10, 1] }),
        layers.flatten(),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
      seed: 1,
    });
    model.classNames = ['ant', 'bee', 'cat'];
    const found = await classPatterns(model, { classes: ['cat', 0], steps: 40 });
    expect(found.map(({ name, unit }) => [name, unit])).toEqual([
      ['cat', 2],
      ['ant', 0],
    ]);
    for (const { activation, noise } of found) expect(activation).toBeGreaterThan(noise + 0.5);
  });
});

describe('kernelPictures', () => {
  it('shows the kernels of a convolution over the picture', async () => {
    const { model, kernel } = await filters();
    const pictures = await kernelPictures(model);
    expect(pictures).toHaveLength(3);
    const largest = kernel.reduce((at, value, i) => (Math.abs(value) > Math.abs(kernel[at]) ? i : at), 0);
    const [red, , blue] = pictures[0].data.subarray(4 * largest);
    expect(red > blue).toBe(kernel[largest] > 0);
    expect([...pictures[0].data]).toEqual([...pictures[2].data]);
    expect(pictures[1].data).not.toEqual(pictures[0].data);
  });

  it('refuses kernels that are no pictures', async () => {
    const model = sequential([
      layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3] }),
      layers.conv2d({ filters: 2, kernelSize: 3, name: 'second' }),
    ]);
    expect(await kernelPictures(model)).toHaveLength(4);
    await expect(kernelPictures(model, 'second')).rejects.toThrow(/'second' must see 1 or 3 channels.*received 4/);
    await expect(kernelPictures(sequential([layers.dense({ units: 1, inputShape: [2] })]))).rejects.toThrow(/has none/);
  });
});

const shared = process.env.STRIATE_DATA;

describe.skipIf(!shared)('filterPatterns of SqueezeNet (STRIATE_DATA)', () => {
  it.each([
    ['features.1.relu', 64],
    ['features.11.squeeze_activation.relu', 96],
  ])('raise the filters of %s tenfold over noise', async (layer, size) => {
    const file = `${shared}/pretrained/squeezenet1_1-imagenet.onnx`;
    const opened = await openModel(file, { preprocessing: 'rgb-means' });
    const found = await filterPatterns(opened, layer, { filters: [1, 10, 23, 36, 49, 57, 60, 63], size, steps: 64 });
    const raised = found.filter(({ activation, noise }) => activation >= 10 * noise);
    expect(raised.length).toBeGreaterThanOrEqual(7);
    expect(seenPicture(found[0]).width).toBe(size);
  });
});
