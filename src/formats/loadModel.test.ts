import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { input, layers } from '../layers/index.js';
import { model as functional, sequential, type Model } from '../models/index.js';
import { Tensor } from '../tensor/index.js';
import { losses, metrics, optimizers, schedules } from '../training/index.js';
import { exportTfjs } from './index.js';
import { loadModel } from './loadModel.js';

const x = new Tensor(
  'float32',
  [6, 3],
  Float32Array.from({ length: 18 }, (_, i) => ((i * i * 7) % 11) / 11),
);
const y = new Tensor('int32', [6], Int32Array.of(0, 1, 1, 0, 1, 0));

function small(): Model {
  return sequential([layers.dense({ units: 4, inputShape: [3], activation: 'tanh' }), layers.dense({ units: 2 })]);
}

describe('loadModel', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'striate-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['a.safetensors', 'a.keras', 'a.h5'])('reads %s as it was saved, whatever it is called', async (name) => {
    const model = small();
    model.compile({
      // What Keras has no words for comes back, too.
      optimizer: optimizers.adamw({ convention: 'pytorch', learningRate: 0.01 }),
      loss: losses.sparseCategoricalCrossentropy({ labelSmoothing: 0.1 }),
      metrics: [
        'acc',
        metrics.matthewsCorrelation({ name: 'correlation' }),
        metrics.sparseTopKCategoricalAccuracy({ k: 1 }),
      ],
    });
    model.classNames = ['Größe', 'cat\u001b'];
    model.metadata = { by: 'me' };
    await model.save(join(folder, name));
    await copyFile(join(folder, name), join(folder, 'renamed'));
    for (const path of [join(folder, name), join(folder, 'renamed')]) {
      const again = await loadModel(path);
      expect(again.classNames).toEqual(model.classNames);
      expect(again.metadata).toEqual({ by: 'me' });
      expect(again.optimizer!.config()).toEqual(model.optimizer!.config());
      expect(await again.evaluate(x, y)).toEqual(await model.evaluate(x, y));
      expect((await again.predict(x)).data).toEqual((await model.predict(x)).data);
    }
  });

  it.each(['o.keras', 'o.h5'])('compiles several outputs of %s again', async (name) => {
    const from = input({ shape: [3] });
    const [a, b] = ['a', 'b'].map((called) => layers.dense({ units: 2, name: called }).apply(from));
    const model = functional({ inputs: from, outputs: [a, b] });
    model.compile({
      optimizer: optimizers.sgd({ learningRate: schedules.oneCycle({ maxLearningRate: 0.1, totalSteps: 9 }) }),
      loss: { b: 'mse' },
      metrics: { b: ['mae'] },
      lossWeights: { b: 0.5 },
    });
    await model.save(join(folder, name));
    const again = await loadModel(join(folder, name));
    expect(again.optimizer!.config()).toEqual(model.optimizer!.config());
    expect(Object.keys(again.compileOptions!.loss)).toEqual(['b']);
  });

  it('names a loss of the user’s own that is not given again, and takes one that is', async () => {
    const model = small();
    const mine = losses.own((_, yPred) => yPred, { name: 'mine' });
    model.compile({ optimizer: 'adam', loss: mine });
    const path = join(folder, 'own.keras');
    await model.save(path);
    const values = new Tensor('float32', [6, 2], new Float32Array(12));
    await expect((await loadModel(path)).evaluate(x, values)).rejects.toThrow(/loss 'mine' of your own/);
    const again = await loadModel(path, { customLosses: { mine } });
    expect(await again.evaluate(x, values)).toEqual(await model.evaluate(x, values));
  });

  it('reads TensorFlow.js’s model.json with the weights beside it, on the engine that is asked for', async () => {
    const model = small();
    const path = join(folder, 'model.json');
    await exportTfjs(model, path);
    const again = await loadModel(path, { engine: 'reference' });
    expect((await again.describeEngine()).name).toBe('reference');
    const [theirs, ours] = [await again.predict(x), await model.predict(x)];
    for (const [i, value] of ours.data.entries()) expect(theirs.data[i]).toBeCloseTo(value, 6);
  });
});
