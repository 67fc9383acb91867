import { expect, it } from 'vitest';
import { layers, sequential, tensor } from '../../src/index.js';
import { kernelOf, setWeights } from './weighted.js';

const kernel = [
  [1, 0, 1],
  [0, 1, 0],
  [1, 0, 1],
];

it('a 3×3 kernel has 9 positions on a 5×5 picture', async () => {
  const model = sequential([
    layers.conv2d({ filters: 1, kernelSize: 3, useBias: false, name: 'conv', inputShape: [5, 5, 1] }),
  ]);
  expect(model.outputShape).toEqual([3, 3, 1]);
  await setWeights(model, { 'conv/kernel': kernelOf([[kernel]]) });
  const x = tensor([
    [1, 1, 1, 0, 0],
    [0, 1, 1, 1, 0],
    [0, 0, 1, 1, 1],
    [0, 0, 1, 1, 0],
    [0, 1, 1, 0, 0],
  ]).reshape([1, 5, 5, 1]);
  const y = await model.predict(x);
  expect(y.shape).toEqual([1, 3, 3, 1]);
  expect([...y.data]).toEqual([4, 3, 4, 2, 4, 3, 2, 3, 4]);
  // Each of the 25 pictures with a single one shows at which positions the kernel covers it, and with what weight.
  const ones = Array.from({ length: 25 }, (_, i) => Array.from({ length: 25 }, (_, k) => Number(i === k)));
  const maps = await model.predict(tensor(ones).reshape([25, 5, 5, 1]));
  // The kernel's five ones are met once at each of the 9 positions.
  expect(maps.data.reduce((a, b) => a + b, 0)).toBe(9 * 5);
  await model.dispose();
});
