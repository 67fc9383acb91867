import { expect, it } from 'vitest';
import { digits, layers, sequential, StriateError, type DataSet } from '../index.js';
import { pageParts } from './pageParts.js';
import { testModel } from './testModel.js';

it('shows what is inside where mistakes cannot be explained, and says why not', async () => {
  const { test } = digits({ seed: 1, train: 10, test: 40 });
  const model = sequential([
    layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'relu', inputShape: [28, 28, 1] }),
    layers.globalAveragePooling2d(),
    layers.dense({ units: 10 }),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const tested = await testModel(model, test, { mistakes: 2, batch: 20 });
  expect(tested.mistakes).toHaveLength(2);
  const data: DataSet = {
    name: test.name,
    size: test.size,
    inputShape: test.inputShape,
    classNames: test.classNames,
    fill: (indices, x, y) => {
      if (Array.from(indices).includes(tested.mistakes[0].index))
        throw new StriateError({ where: 'it', rule: 'is gone' });
      return test.fill(indices, x, y);
    },
  };
  const parts = await pageParts(model, data, tested);
  expect(parts.test.mistakes.map(({ heat }) => heat)).toEqual([undefined, undefined]);
  expect(parts.test.unexplained).toBe('Why cannot be shown: it: is gone');
  expect(parts.inside?.kernels).toBeDefined();
  await model.dispose();
});
