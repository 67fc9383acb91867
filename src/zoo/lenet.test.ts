import { expect, test } from 'vitest';
import { pytorchShapes } from '../weights/index.js';
import { tensor } from '../tensor/index.js';
import { zoo } from './index.js';

test('LeNet-5 has the 61,706 parameters and 0.42 million multiply-adds of the lectures', () => {
  const model = zoo.create('lenet5');
  expect(model.parameterCounts().parameters).toBe(61_706);
  expect(model.outputShape).toEqual([10]);
  const { layers } = model.summarize();
  const weighted = layers.filter(({ parameters }) => parameters > 0);
  expect(weighted.map(({ name, output }) => [name, ...output])).toEqual([
    ['conv1', 28, 28, 6],
    ['conv2', 10, 10, 16],
    ['fc1', 120],
    ['fc2', 84],
    ['fc3', 10],
  ]);
  const multiplyAdds = 28 * 28 * 150 + 10 * 10 * 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10;
  const flops = weighted.reduce((sum, layer) => sum + layer.flops, 0);
  expect(flops).toBeGreaterThanOrEqual(2 * multiplyAdds);
  expect(flops).toBeLessThan(2.1 * multiplyAdds);
});

test('pictures of 32×32 have their border already', () => {
  const model = zoo.create('lenet5', { inputShape: [32, 32, 1] });
  expect(model.parameterCounts().parameters).toBe(61_706);
  expect(model.getLayer('conv1').outputShape([[32, 32, 1]])).toEqual([28, 28, 6]);
});

test('the features, the classes and the ending can be chosen', () => {
  expect(zoo.create('lenet5', { includeTop: false }).outputShape).toEqual([5, 5, 16]);
  expect(zoo.create('lenet5', { includeTop: false, pooling: 'max' }).outputShape).toEqual([16]);
  expect(zoo.create('lenet5', { classes: 26 }).outputShape).toEqual([26]);
  expect(zoo.create('lenet5').layers.at(-1)!.className).toBe('Softmax');
  expect(zoo.create('lenet5', { classifierActivation: 'linear' }).layers.at(-1)!.name).toBe('fc3');
  expect(pytorchShapes(zoo.create('lenet5')).get('conv2.weight')).toEqual([16, 6, 5, 5]);
});

test('it learns: sigmoids let the signal through', async () => {
  const model = zoo.create('lenet5', { seed: 1 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  // A bright left or right half.
  const count = 32;
  const x = new Float32Array(count * 784).map((_, i) => {
    const right = i % 28 >= 14;
    return right === Math.floor(i / 784) % 2 > 0 ? 1 : 0;
  });
  const y = Int32Array.from({ length: count }, (_, i) => i % 2);
  const history = await model.fit(tensor(x, [count, 28, 28, 1]), y, { epochs: 25, batchSize: 32, verbose: 0 });
  const losses = history.history.loss;
  expect(losses.at(-1)!).toBeLessThan(0.5 * losses[0]);
  await model.dispose();
});
