import { expect, it } from 'vitest';
import { digits, layers, sequential, type Sequential } from '../../src/index.js';

/** The lecture's dense network and its ConvNet, layer by layer. */
const networks: Record<'dense' | 'cnn', () => Sequential> = {
  dense: () =>
    sequential({
      layers: [
        layers.flatten({ inputShape: [28, 28, 1] }),
        layers.dense({ units: 128, activation: 'relu' }),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 10, activation: 'softmax' }),
      ],
      seed: 1,
    }),
  cnn: () => {
    const model = sequential({ seed: 1 });
    model.add(layers.conv2d({ filters: 32, kernelSize: [3, 3], activation: 'relu', inputShape: [28, 28, 1] }));
    model.add(layers.maxPooling2d({ poolSize: [2, 2] }));
    model.add(layers.conv2d({ filters: 64, kernelSize: [3, 3], activation: 'relu' }));
    model.add(layers.maxPooling2d({ poolSize: [2, 2] }));
    model.add(layers.conv2d({ filters: 64, kernelSize: [3, 3], activation: 'relu' }));
    model.add(layers.flatten());
    model.add(layers.dense({ units: 64, activation: 'relu' }));
    return model.add(layers.dense({ units: 10, activation: 'softmax' }));
  },
};

it('summary, compile, fit for 5 epochs, evaluate; the ConvNet does better than the dense network beside it', async () => {
  const { train, test } = digits({ seed: 1, train: 1500, test: 500 });
  const accuracy: Record<string, number> = {};
  for (const [name, build] of Object.entries(networks)) {
    const model = build();
    const total = name === 'cnn' ? '93,322' : '101,770';
    expect(model.summary({ printFn: () => undefined })).toContain(`Total params: ${total}`);
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const { history } = await model.fit(train, { epochs: 5, batchSize: 32, seed: 1, verbose: 0 });
    expect(history.accuracy).toHaveLength(5);
    expect(history.loss[4]).toBeLessThan(history.loss[0] / 2);
    const result = await model.evaluate(test);
    accuracy[name] = result.accuracy;
    // The same number, counted by hand from the predictions.
    const scores = await model.predict(test);
    const { y } = test.arrays;
    const hits = y.data.filter((label, i) => {
      const row = scores.data.subarray(10 * i, 10 * i + 10);
      return row[label] === Math.max(...row);
    });
    expect(result.accuracy).toBeCloseTo(hits.length / 500, 6);
    await model.dispose();
  }
  expect(accuracy.dense).toBeGreaterThan(0.85);
  expect(accuracy.cnn).toBeGreaterThan(0.92);
  expect(accuracy.cnn).toBeGreaterThan(accuracy.dense);
});
