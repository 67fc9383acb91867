import { expect, it } from 'vitest';
import { layers } from '../layers/index.js';
import { sequential } from '../models/index.js';
import { tensor } from '../tensor/index.js';
import { optimizers } from '../training/index.js';

const x = tensor([
  [1, 2],
  [3, -4],
]);

it.each([1, 2])('weights that stop being numbers in the very last step of %i epochs are an error', async (epochs) => {
  const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2], name: 'out' })], seed: 1 });
  const before = (await model.getWeights()).get('out/kernel')!.toNested();
  // One step an epoch: its loss is that of the weights before it.
  const huge = optimizers.sgd({ learningRate: 1 });
  model.compile({ optimizer: huge, loss: 'meanSquaredError', engine: 'reference' });
  let after: unknown;
  const callback = {
    onEpochBegin: async (epoch: number) => {
      if (epoch < epochs - 1) return;
      after = (await model.getWeights()).get('out/kernel')!.toNested();
      huge.learningRate = 3e38;
    },
  };
  const fitted = model.fit(x, tensor([[5e9], [-5e9]]), { epochs, batchSize: 2, verbose: 0, callbacks: [callback] });
  await expect(fitted).rejects.toThrow(
    new RegExp(`^fit: weights became NaN or infinite at epoch ${epochs}, step 1 .*lower learning rate`),
  );
  expect((await model.getWeights()).get('out/kernel')!.toNested()).toEqual(after);
  if (epochs === 1) expect(after).toEqual(before);
  expect(await model.hasFiniteWeights()).toBe(true);
});
