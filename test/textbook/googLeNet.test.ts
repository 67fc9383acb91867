import { describe, expect, it } from 'vitest';
import { input, layers, losses, model, summarize, Tensor, zoo } from '../../src/index.js';
import { learnByHeart, noisePictures } from './byHeart.js';

/** Filters of each inception module as the paper's table 1 has them: 1×1, 3×3, 5×5, behind the pooling; and their sum. */
const modules = [
  ['inception3a', 28, 192, [64, 128, 32, 32], 256],
  ['inception3b', 28, 256, [128, 192, 96, 64], 480],
  ['inception4a', 14, 480, [192, 208, 48, 64], 512],
  ['inception4b', 14, 512, [160, 224, 64, 64], 512],
  ['inception4c', 14, 512, [128, 256, 64, 64], 512],
  ['inception4d', 14, 512, [112, 288, 64, 64], 528],
  ['inception4e', 14, 528, [256, 320, 128, 128], 832],
  ['inception5a', 7, 832, [256, 320, 128, 128], 832],
  ['inception5b', 7, 832, [384, 384, 128, 128], 1024],
] as const;

const net = zoo.create('googlenet_2014');
const { calls } = net.topology;

describe('GoogLeNet’s inception modules', () => {
  it.each(modules)('%s puts four branches side by side on %i×%i', (name, side, channels, filters, sum) => {
    const join = calls.find(({ layer }) => layer.name === name)!;
    expect(join.layer.className).toBe('Concatenate');
    expect(join.inputs.map(({ shape }) => shape)).toEqual(filters.map((count) => [side, side, count]));
    expect(join.output.shape).toEqual([side, side, sum]);
    expect(filters.reduce<number>((a, b) => a + b, 0)).toBe(sum);
    // All four start from one map, the last by way of a pooling that keeps its size.
    const starts = join.inputs.map((value) => {
      let first = value;
      while (first.source!.layer.name.startsWith(`${name}.`)) [first] = first.source!.inputs;
      return first;
    });
    const [map, , , pooled] = starts;
    expect(map.shape).toEqual([side, side, channels]);
    expect(starts.slice(0, 3)).toEqual([map, map, map]);
    expect(pooled.source!.layer.className).toBe('MaxPooling2D');
    expect(pooled.source!.inputs).toEqual([map]);
    expect(pooled.shape).toEqual(map.shape);
  });

  it('reduces channels by 1×1 before the wide kernels: a tenth of the arithmetic at 5×5, less than half in all, for 3a', () => {
    const x = input({ shape: [28, 28, 192] });
    const pooled = layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 1 }).apply(x);
    const wide = (filters: number, kernelSize: number) =>
      layers.conv2d({ filters, kernelSize, padding: 'same' }).apply(x);
    // Figure 2a of the paper: without reductions, the pooled map keeps its 192 channels.
    const naive = layers.concatenate().apply(wide(64, 1), wide(128, 3), wide(32, 5), pooled);
    const before = summarize(model({ inputs: x, outputs: naive }));
    const rows = summarize(net).layers.filter((row) => row.name.startsWith('inception3a'));
    const now = rows.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
    expect(naive.shape).toEqual([28, 28, 416]);
    expect(before.multiplyAdds / now).toBeGreaterThan(2);
    const work = (name: string): number => rows.find((row) => row.name === name)!.multiplyAdds;
    const five = work('inception3a.branch3.0') + work('inception3a.branch3.1');
    expect((28 * 28 * 192 * 25 * 32) / five).toBeCloseTo(9.7, 1);
  });
});

describe('GoogLeNet’s auxiliary classifiers', () => {
  it('start from 4a and 4d, from 4×4 maps: 128 filters of 1×1, 1024 units, 70 % dropped', () => {
    for (const [name, from] of [
      ['aux1', 'inception4a'],
      ['aux2', 'inception4d'],
    ]) {
      const conv = calls.find(({ layer }) => layer.name === `${name}.conv`)!;
      expect(conv.output.shape).toEqual([4, 4, 128]);
      const pool = conv.inputs[0].source!;
      expect(pool.layer.className).toBe('AveragePooling2D');
      expect(pool.inputs[0].source!.layer.name).toBe(from);
      expect(calls.find(({ layer }) => layer.name === `${name}.fc1`)!.output.shape).toEqual([1024]);
      const drop = calls.find(({ layer }) => layer.name === `${name}.fc2`)!.inputs[0].source!.layer;
      expect('rate' in drop && drop.rate).toBe(0.7);
    }
  });

  it('count 0.3 each in training, and nothing outside of it', async () => {
    const small = zoo.create('googlenet_2014', { inputShape: [64, 64, 3], classes: 5, dropout: 0, seed: 1 });
    // Auxiliary scores that are all equal, whatever is dropped before them, have the loss ln 5.
    const weights = await small.getWeights();
    const zeros = new Map(
      [...weights].map(([name, { shape, data, size }]) => [
        name,
        new Tensor('float32', shape, /^aux\d\.fc2/.test(name) ? new Float32Array(size) : data),
      ]),
    );
    await small.setWeights(zeros);
    small.compile({ optimizer: 'sgd', loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
    const x = noisePictures(3, 64);
    const y = new Tensor('int32', [3], Int32Array.of(0, 1, 2));
    const { loss: outside } = await small.evaluate(x, y);
    const { history } = await small.fit(x, y, { epochs: 1, batchSize: 3, verbose: 0 });
    expect(history.loss[0] - outside).toBeCloseTo(2 * 0.3 * Math.log(5), 4);
    // Both learn from that, and so do the layers before them.
    const after = await small.getWeights();
    for (const name of ['aux1.fc2/bias', 'aux2.fc2/bias'])
      expect(after.get(name)!.data.some((n) => n !== 0)).toBe(true);
    expect((await small.predict(x)).shape).toEqual([3, 5]);
    await small.dispose();
  });
});

it('GoogLeNet with batch normalisation learns: four pictures by heart', async () => {
  const small = zoo.create('googlenet', { inputShape: [64, 64, 3], classes: 4, seed: 1 });
  const { steps } = await learnByHeart(small, { steps: 8, learningRate: 1e-3 });
  expect(steps.at(-1)!).toBeLessThan(steps[0] / 3);
  await small.dispose();
});
