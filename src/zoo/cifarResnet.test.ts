import { describe, expect, it } from 'vitest';
import { input } from '../layers/index.js';
import { model } from '../models/index.js';
import { pytorchWeights } from '../weights/pytorchWeights.js';
import { Tensor } from '../tensor/index.js';
import { zoo } from './index.js';
import { zeroChannels } from './residual.js';

const networks = [
  ['cifar_resnet20', 269_722],
  ['cifar_resnet32', 464_154],
  ['cifar_resnet44', 658_586],
  ['cifar_resnet56', 853_018],
  ['cifar_resnet110', 1_727_962],
] as const;

const namesOf = (name: string, shortcut: 'A' | 'B'): string[] =>
  pytorchWeights(zoo.create(name, { shortcut }).topology).map((weight) => weight.name);

describe.each(networks)('%s', (name, parameters) => {
  const depth = Number(name.slice('cifar_resnet'.length));

  it('has the parameters of its shortcuts', () => {
    expect(zoo.create(name).parameterCounts().parameters).toBe(parameters);
    expect(zoo.describe(name).parameters).toBe(parameters);
    // Projections 16 → 32 and 32 → 64, each with a scale and an offset.
    const projections = 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64;
    expect(zoo.create(name, { shortcut: 'B' }).parameterCounts().parameters).toBe(parameters + projections);
  });

  it('has as many layers as its name says, and five tensors for each but the last', () => {
    const net = zoo.create(name);
    expect(net.layers.filter(({ className }) => className === 'Conv2D')).toHaveLength(depth - 1);
    expect(namesOf(name, 'A')).toHaveLength(5 * (depth - 1) + 2);
    expect(namesOf(name, 'B')).toHaveLength(5 * (depth + 1) + 2);
  });

  it('gives 8×8 features from 32×32, and takes other sizes', () => {
    expect(zoo.create(name).outputShape).toEqual([10]);
    expect(zoo.create(name, { includeTop: false }).outputShape).toEqual([8, 8, 64]);
    expect(zoo.create(name, { includeTop: false, pooling: 'avg' }).outputShape).toEqual([64]);
    for (const shortcut of ['A', 'B'] as const) {
      const odd = zoo.create(name, { inputShape: [21, 45, 3], classes: 4, shortcut, includeTop: false });
      expect(odd.outputShape).toEqual([6, 12, 64]);
    }
  });
});

it('names tensors as the published weights do', () => {
  const a = namesOf('cifar_resnet20', 'A');
  expect(a.slice(0, 6)).toEqual([
    ...['weight'].map((tensor) => `conv1.${tensor}`),
    ...['weight', 'bias', 'running_mean', 'running_var'].map((tensor) => `bn1.${tensor}`),
    'layer1.0.conv1.weight',
  ]);
  expect(a.slice(-2)).toEqual(['linear.weight', 'linear.bias']);
  expect(a.some((tensor) => tensor.includes('shortcut'))).toBe(false);
  expect(namesOf('cifar_resnet20', 'B').filter((tensor) => tensor.includes('shortcut'))).toEqual(
    [2, 3].flatMap((stage) => [
      `layer${stage}.0.shortcut.0.weight`,
      ...['weight', 'bias', 'running_mean', 'running_var'].map((tensor) => `layer${stage}.0.shortcut.1.${tensor}`),
    ]),
  );
});

it('refuses other shortcuts', () => {
  expect(() => zoo.create('cifar_resnet20', { shortcut: 'C' as 'A' })).toThrow(
    /cifar_resnet20': shortcut must be A or B; received 'C'/,
  );
});

it('option A takes every other pixel, with channels of zeros on both sides', async () => {
  const x = input({ shape: [3, 4, 2] });
  const net = model({ inputs: x, outputs: zeroChannels(x, 'block', 4, 2) });
  const values = Float32Array.from({ length: 24 }, (_, i) => i - 10);
  const y = await net.predict(new Tensor('float32', [1, 3, 4, 2], values));
  expect(y.shape).toEqual([1, 2, 2, 4]);
  const pixel = (row: number, column: number): number[] => [
    0,
    values[8 * row + 2 * column],
    values[8 * row + 2 * column + 1],
    0,
  ];
  expect([...y.data]).toEqual([...pixel(0, 0), ...pixel(0, 2), ...pixel(2, 0), ...pixel(2, 2)]);
  await net.dispose();
});
