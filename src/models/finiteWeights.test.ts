import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportKeras, exportOnnx, exportTfjs } from '../formats/index.js';
import { layers } from '../layers/index.js';
import { sizeOf, Tensor, tensor } from '../tensor/index.js';
import { optimizers } from '../training/index.js';
import { sequential, type Model } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-finite-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const x = tensor([
  [1, 2],
  [3, -4],
]);
const y = tensor([[1], [2]]);

function small(): Model {
  const dense = layers.dense({ units: 1, inputShape: [2], name: 'out' });
  const model = sequential({ name: 'small', layers: [dense], seed: 1 });
  model.compile({ optimizer: 'sgd', loss: 'mse', engine: 'reference' });
  return model;
}

/** Whose weights the last of its own steps spoilt, where the loss was still a number. */
async function spoilt(): Promise<Model> {
  const model = small();
  const optimizer = optimizers.sgd({ learningRate: 3e38 });
  model.compile({ optimizer, loss: 'mse', engine: 'reference' });
  await model.trainOnBatch(x, tensor([[5e9], [-5e9]]));
  expect(await model.hasFiniteWeights()).toBe(false);
  return model;
}

it.each([NaN, Infinity])('setWeights refuses %d, and changes nothing', async (value) => {
  const model = small();
  const before = await model.getWeights();
  const weights = new Map(before);
  weights.set('out/bias', tensor([7]));
  weights.set('out/kernel', new Tensor('float32', [2, 1], Float32Array.of(1, value)));
  await expect(model.setWeights(weights)).rejects.toThrow(
    `setWeights, model 'small': weights must be finite numbers, and 'out/kernel' holds ${value}; the training`,
  );
  expect(await model.getWeights()).toEqual(before);
});

describe('a model whose weights are no numbers is told as such', () => {
  const uses: Readonly<Record<string, (model: Model) => Promise<unknown>>> = {
    predict: (model) => model.predict(x),
    predictOnBatch: (model) => model.predictOnBatch(x),
    evaluate: (model) => model.evaluate(x, y),
    testOnBatch: (model) => model.testOnBatch(x, y),
    fit: (model) => model.fit(x, y, { verbose: 0 }),
    toBytes: (model) => model.toBytes(),
    save: (model) => model.save(join(folder, 'x.safetensors')),
    'save as .keras': (model) => model.save(join(folder, 'x.keras')),
    'save as .h5': (model) => model.save(join(folder, 'x.h5')),
    saveWeights: (model) => model.saveWeights(join(folder, 'weights.safetensors')),
    'saveWeights for PyTorch': (model) => model.saveWeights(join(folder, 'pt.safetensors'), { format: 'pytorch' }),
    'saveWeights as .weights.h5': (model) => model.saveWeights(join(folder, 'x.weights.h5')),
    exportKeras: (model) => exportKeras(model, join(folder, 'y.keras')),
    exportTfjs: (model) => exportTfjs(model, join(folder, 'model.json')),
    exportOnnx: (model) => exportOnnx(model),
  };

  it.each(Object.keys(uses))('by %s', async (use) => {
    await expect(uses[use](await spoilt())).rejects.toThrow(
      /weights must be finite numbers, and 'out\/(kernel|bias)' holds (NaN|Infinity); its training diverged/,
    );
    expect(await readdir(folder)).toEqual([]);
  });
});

it('outputs that overflow are no fault of the weights', async () => {
  const model = small();
  await model.setWeights(new Map([...(await model.getWeights())].map(([name, { shape }]) => [name, huge(shape)])));
  expect((await model.predict(x)).data[0]).toBe(Infinity);
  expect((await model.evaluate(x, y)).loss).toBe(Infinity);
});

const huge = (shape: readonly number[]): Tensor =>
  new Tensor('float32', shape, new Float32Array(sizeOf(shape)).fill(3e38));
