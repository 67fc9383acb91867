import { expect, it } from 'vitest';
import { layers, sequential, summarize, zoo } from '../../src/index.js';

const base = [
  { output: [26, 26, 32], parameters: 320 },
  { output: [13, 13, 32], parameters: 0 },
  { output: [11, 11, 64], parameters: 18_496 },
  { output: [5, 5, 64], parameters: 0 },
  { output: [3, 3, 64], parameters: 36_928 },
];
const top = [
  { output: [576], parameters: 0 },
  { output: [64], parameters: 36_928 },
  { output: [10], parameters: 650 },
];

it('the convolutional base alone has 320 + 18,496 + 36,928 = 55,744 parameters, then 93,322 with the dense layers', () => {
  // As the lecture builds it: layer by layer, with a summary half-way.
  const model = sequential();
  model.add(layers.conv2d({ filters: 32, kernelSize: [3, 3], activation: 'relu', inputShape: [28, 28, 1] }));
  model.add(layers.maxPooling2d({ poolSize: [2, 2] }));
  model.add(layers.conv2d({ filters: 64, kernelSize: [3, 3], activation: 'relu' }));
  model.add(layers.maxPooling2d({ poolSize: [2, 2] }));
  model.add(layers.conv2d({ filters: 64, kernelSize: [3, 3], activation: 'relu' }));
  expect(summarize(model)).toMatchObject({ parameters: 55_744, trainable: 55_744, layers: base });
  expect(model.summary({ printFn: () => undefined })).toContain('Total params: 55,744');

  model.add(layers.flatten());
  model.add(layers.dense({ units: 64, activation: 'relu' }));
  model.add(layers.dense({ units: 10, activation: 'softmax' }));
  expect(summarize(model)).toMatchObject({ parameters: 93_322, trainable: 93_322, layers: [...base, ...top] });
  const table = model.summary({ printFn: () => undefined });
  expect(table).toContain('Total params: 93,322');
  for (const { output, parameters } of [...base, ...top]) {
    const row = new RegExp(`│ +\\(None, ${output.join(', ')}\\) +│ +${parameters.toLocaleString('en')} │`);
    expect(table).toMatch(row);
  }
});

it('the model zoo’s mnist_cnn is the same network', () => {
  const summary = summarize(zoo.create('mnist_cnn'));
  expect(summary).toMatchObject({ parameters: 93_322, trainable: 93_322, statistics: 0, layers: [...base, ...top] });
});
