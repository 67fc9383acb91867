import { expect, it } from 'vitest';
import { layers } from '../layers/index.js';
import { sequential, type Model } from '../models/index.js';
import { Random, Tensor } from '../tensor/index.js';
import { measurePreprocessing } from './measurePreprocessing.js';
import { namedPreprocessing } from '../pictures/namedPreprocessing.js';

/** 60 pictures of noise whose classes differ a little in red. */
function pictures(): { x: Tensor<'float32'>; y: Int32Array } {
  const random = new Random([4]);
  const y = Int32Array.from({ length: 60 }, (_, i) => i % 2);
  const data = Float32Array.from({ length: 60 * 8 * 8 * 3 }, (_, i) => {
    return 0.42 + 0.25 * random.uniform() + (i % 3 === 0 ? 0.1 * y[Math.floor(i / 192)] : 0);
  });
  return { x: new Tensor('float32', [60, 8, 8, 3], data), y };
}

/** A network that sees differences only where its saturating first layer gets the numbers that it was made for. */
async function saturating(name: string): Promise<Model> {
  const net = sequential([
    layers.conv2d({ filters: 3, kernelSize: 1, activation: 'tanh', inputShape: [8, 8, 3], name: 'first' }),
    layers.conv2d({ filters: 3, kernelSize: 1, activation: 'tanh', name: 'second' }),
    layers.globalAveragePooling2d(),
    layers.dense({ units: 7 }),
  ]);
  const { mean, std } = namedPreprocessing(name, [8, 8, 3]);
  // Undoes the preparation, then stretches what lies around 0.55.
  const weights = await net.getWeights();
  const diagonal = (value: (c: number) => number): Float32Array =>
    Float32Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? value(i / 4) : 0));
  weights.set(
    'first/kernel',
    new Tensor(
      'float32',
      [1, 1, 3, 3],
      diagonal((c) => 40 * std[c]),
    ),
  );
  weights.set(
    'first/bias',
    new Tensor(
      'float32',
      [3],
      Float32Array.from(mean, (m) => 40 * (m - 0.6)),
    ),
  );
  weights.set(
    'second/kernel',
    new Tensor(
      'float32',
      [1, 1, 3, 3],
      diagonal(() => 1),
    ),
  );
  await net.setWeights(weights);
  return net;
}

it.each(['torch', '0-255'])('finds out that a network wants its pictures as %s', async (name) => {
  const { x, y } = pictures();
  const net = await saturating(name);
  const [best, ...others] = await measurePreprocessing(net, x, y);
  expect(best.name).toBe(name);
  expect(best.accuracy).toBeGreaterThan(0.9);
  expect(others).toHaveLength(5);
  await net.dispose();
});

it('takes the most usual where nothing tells them apart, and for grey pictures what suits them', async () => {
  const { x, y } = pictures();
  const linear = sequential([
    layers.globalAveragePooling2d({ inputShape: [8, 8, 3] }),
    layers.batchNormalization(),
    layers.dense({ units: 2 }),
  ]);
  expect((await measurePreprocessing(linear, x, y, ['0-1', '0-255']))[0].name).toBe('0-1');
  await linear.dispose();
  const grey = sequential([layers.flatten({ inputShape: [8, 8, 1] }), layers.dense({ units: 2 })]);
  const small = new Tensor('float32', [60, 8, 8, 1], x.data.slice(0, 60 * 64));
  expect((await measurePreprocessing(grey, small, y)).map(({ name }) => name).sort()).toEqual(['0-1', '0-255', 'tf']);
  await expect(measurePreprocessing(grey, x, y)).rejects.toThrow(
    /must have the shape .*\[8, 8, 1\]; received \[8, 8, 3\]/,
  );
  await grey.dispose();
});
