import { expect, it } from 'vitest';
import { layers, sequential, Tensor, tensor } from '../../src/index.js';
import { kernelOf, setWeights } from './weighted.js';

// The picture's top-left corner, channel by channel; the zeros around it are the convolution's padding.
const corner = {
  red: [
    [156, 155],
    [153, 154],
  ],
  green: [
    [167, 166],
    [164, 165],
  ],
  blue: [
    [163, 162],
    [160, 161],
  ],
};
const kernels = {
  red: [
    [-1, -1, 1],
    [0, 1, -1],
    [0, 1, 1],
  ],
  green: [
    [1, 0, 0],
    [1, -1, -1],
    [1, 0, -1],
  ],
  blue: [
    [0, 1, 1],
    [0, 1, 0],
    [1, -1, 1],
  ],
};
const x = tensor([0, 1].map((row) => [0, 1].map((column) => Object.values(corner).map((c) => c[row][column]))));

it('an RGB convolution by hand gives 308 − 498 + 164 + 1 = −25', async () => {
  const model = sequential([
    layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same', name: 'conv', inputShape: [2, 2, 3] }),
  ]);
  await setWeights(model, { 'conv/kernel': kernelOf([Object.values(kernels)]), 'conv/bias': [1] });
  const output = await model.predict(x.reshape([1, 2, 2, 3]));
  expect(output.data[0]).toBe(-25);
  await model.dispose();
});

it('each channel meets its own slice of the kernel: 308, −498, 164', async () => {
  const model = sequential([
    layers.conv2d({ filters: 1, kernelSize: 3, padding: 1, useBias: false, name: 'conv', inputShape: [2, 2, 3] }),
  ]);
  const sums: number[] = [];
  for (const channel of [0, 1, 2]) {
    await setWeights(model, { 'conv/kernel': kernelOf([Object.values(kernels)]) });
    const only = new Tensor(
      'float32',
      [1, 2, 2, 3],
      x.data.map((value, i) => (i % 3 === channel ? value : 0)),
    );
    sums.push((await model.predict(only)).data[0]);
  }
  expect(sums).toEqual([308, -498, 164]);
  // The same three sums side by side: one group for each channel.
  const depthwise = sequential([
    layers.conv2d({ filters: 3, kernelSize: 3, padding: 1, groups: 3, name: 'conv', inputShape: [2, 2, 3] }),
  ]);
  const filters = Object.values(kernels).map((kernel) => [kernel]);
  await setWeights(depthwise, { 'conv/kernel': kernelOf(filters) });
  expect([...(await depthwise.predict(x.reshape([1, 2, 2, 3]))).data.subarray(0, 3)]).toEqual([308, -498, 164]);
  await model.dispose();
  await depthwise.dispose();
});
