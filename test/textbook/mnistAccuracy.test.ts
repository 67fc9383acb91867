import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digits, loadMnist, zoo, type Model } from '../../src/index.js';

const folder = process.env.STRIATE_DATA;
const title = folder ? '' : ' (skipped: needs MNIST; set STRIATE_DATA to the folder that has mnist/)';

const compiled = (model: Model): Model => {
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
};

// Each takes some ten seconds on two cores; the limits leave room for slow machines.
describe.skipIf(!folder)(`accuracy on MNIST${title}`, () => {
  const mnist = loadMnist(join(folder ?? '', 'mnist'));
  mnist.catch(() => undefined);

  it('the digit CNN recognises at least 97 % of the test pictures after one epoch', async () => {
    const { train, test } = await mnist;
    const model = compiled(zoo.create('mnist_cnn', { seed: 1 }));
    const { history } = await model.fit(train, { epochs: 1, batchSize: 64, seed: 1, verbose: 0 });
    const { accuracy } = await model.evaluate(test, { batchSize: 250 });
    console.info(`mnist_cnn, 1 epoch: ${history.accuracy[0].toFixed(4)} training, ${accuracy.toFixed(4)} test`);
    expect(accuracy).toBeGreaterThanOrEqual(0.97);
    await model.dispose();
  });

  it('the dense network recognises at least 97.5 % after five epochs', async () => {
    const { train, test } = await mnist;
    const model = compiled(zoo.create('mnist_dense', { seed: 1 }));
    await model.fit(train, { epochs: 5, batchSize: 64, seed: 1, verbose: 0 });
    const { accuracy } = await model.evaluate(test, { batchSize: 250 });
    console.info(`mnist_dense, 5 epochs: ${accuracy.toFixed(4)} test`);
    expect(accuracy).toBeGreaterThanOrEqual(0.975);
    await model.dispose();
  });

  it('the digit CNN, trained on drawn digits alone, recognises at least 85 % of MNIST', async () => {
    const { test } = await mnist;
    const model = compiled(zoo.create('mnist_cnn', { seed: 1 }));
    await model.fit(digits({ seed: 1 }).train, { epochs: 5, batchSize: 64, seed: 1, verbose: 0 });
    const { accuracy } = await model.evaluate(test, { batchSize: 250 });
    console.info(`mnist_cnn, digits → MNIST: ${accuracy.toFixed(4)}`);
    expect(accuracy).toBeGreaterThanOrEqual(0.85);
    await model.dispose();
  });
});
