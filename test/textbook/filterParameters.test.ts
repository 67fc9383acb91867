import { expect, it } from 'vitest';
import { layers, sequential } from '../../src/index.js';

it('six 5×5×3 filters with bias have 456 parameters', () => {
  const model = sequential([layers.conv2d({ filters: 6, kernelSize: 5, inputShape: [32, 32, 3] })]);
  expect(model.countParams()).toBe(6 * 5 * 5 * 3 + 6);
  expect(model.countParams()).toBe(456);
  expect(model.outputShape).toEqual([28, 28, 6]);
});

it('a 32×32×3 picture is 3072 numbers', () => {
  const model = sequential([layers.flatten({ inputShape: [32, 32, 3] })]);
  expect(model.outputShape).toEqual([3072]);
  // What one fully connected unit would need instead.
  expect(model.add(layers.dense({ units: 1, useBias: false })).countParams()).toBe(3072);
});
