import { describe, expect, it } from 'vitest';
import { AveragePooling2D, Conv2D, Dense, digits, optimizers, summarize, zoo } from '../../src/index.js';

describe('LeNet-5', () => {
  it('is two 5×5 convolutions with sigmoids, each sub-sampled by averages, and three dense layers', () => {
    const net = zoo.create('lenet5');
    const convolutions = net.layers.filter((layer) => layer instanceof Conv2D);
    expect(convolutions.map(({ filters, kernelSize, strides }) => [filters, ...kernelSize, ...strides])).toEqual([
      [6, 5, 5, 1, 1],
      [16, 5, 5, 1, 1],
    ]);
    expect(net.layers.filter((layer) => layer instanceof AveragePooling2D).map(({ settings }) => settings)).toEqual(
      Array(2).fill(expect.objectContaining({ poolSize: [2, 2], strides: [2, 2] })),
    );
    const dense = net.layers.filter((layer) => layer instanceof Dense);
    expect(dense.map(({ units }) => units)).toEqual([120, 84, 10]);
    const activations = [...convolutions, ...dense].map((layer) => layer.config().activation);
    expect(activations).toEqual(['sigmoid', 'sigmoid', 'sigmoid', 'sigmoid', 'linear']);
  });

  it('pads the 28×28 digits by 2; with depth, maps become smaller and more', () => {
    const net = zoo.create('lenet5');
    const [first] = net.layers;
    expect(first.config!().padding).toEqual([2, 2, 2, 2]);
    const maps = summarize(net).layers.flatMap(({ output }) => (output.length === 3 ? [output] : []));
    expect(maps).toEqual([
      [28, 28, 6],
      [14, 14, 6],
      [10, 10, 16],
      [5, 5, 16],
    ]);
  });

  it('learns to read drawn digits', async () => {
    const { train, test } = digits({ seed: 1, train: 2000, test: 500 });
    const net = zoo.create('lenet5', { seed: 1 });
    net.compile({
      optimizer: optimizers.adam({ learningRate: 0.003 }),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    const { history } = await net.fit(train, { epochs: 8, batchSize: 32, seed: 1, verbose: 0 });
    const { accuracy } = await net.evaluate(test);
    console.info(`lenet5 on drawn digits, 8 epochs: ${accuracy.toFixed(3)}`);
    expect(history.loss.at(-1)!).toBeLessThan(history.loss[0] / 3);
    expect(accuracy).toBeGreaterThan(0.9);
    await net.dispose();
  });
});
