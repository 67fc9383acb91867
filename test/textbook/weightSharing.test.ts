import { expect, it } from 'vitest';
import { digits, layers, sequential, type Layer } from '../../src/index.js';
import { moved } from './moved.js';

const inputShape = [28, 28, 1];
const window = { filters: 16, kernelSize: 6, strides: 2, activation: 'relu', inputShape } as const;
const units = 12 * 12 * 16;

/** The same 12 × 12 × 16 hidden units, wired to the picture in three ways. */
const wirings: Record<'dense' | 'local' | 'conv', () => Layer[]> = {
  dense: () => [
    layers.flatten({ inputShape }),
    layers.dense({ units, activation: 'relu' }),
    layers.reshape({ targetShape: [12, 12, 16] }),
  ],
  local: () => [layers.locallyConnected2d(window)],
  conv: () => [layers.conv2d(window)],
};

it('weight sharing: a convolution beside a fully and a locally connected layer on the same task', async () => {
  const { train, test } = digits({ seed: 1, train: 500, test: 1000 });
  const { x, y } = test.arrays;
  const results: Record<string, { parameters: number; test: number; moved: number }> = {};
  for (const [name, hidden] of Object.entries(wirings)) {
    const head = [layers.maxPooling2d(), layers.flatten(), layers.dense({ units: 10, activation: 'softmax' })];
    const model = sequential({ layers: [...hidden(), ...head], seed: 1 });
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    await model.fit(train, { epochs: 16, batchSize: 32, seed: 1, verbose: 0 });
    results[name] = {
      parameters: model.countParams(),
      test: (await model.evaluate(test)).accuracy,
      moved: (await model.evaluate(moved(x, 2), y)).accuracy,
    };
    await model.dispose();
  }
  const { dense, local, conv } = results;
  const head = 6 * 6 * 16 * 10 + 10;
  // 784 weights for each unit; 36 for each unit; 36 for each kind of unit.
  expect(dense.parameters - head).toBe(784 * units + units);
  expect(local.parameters - head).toBe(36 * units + units);
  expect(conv.parameters - head).toBe(36 * 16 + 16);
  for (const { test: accuracy } of [dense, local, conv]) expect(accuracy).toBeGreaterThan(0.8);
  // A 285th of the weights, and hardly less accurate; on moved digits, what was learned in one place is known in others.
  expect(conv.parameters * 200).toBeLessThan(dense.parameters);
  expect(conv.test).toBeGreaterThan(dense.test - 0.03);
  expect(conv.moved).toBeGreaterThan(local.moved);
  expect(conv.moved).toBeGreaterThan(dense.moved + 0.05);
});
