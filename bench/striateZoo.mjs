// An architecture of the zoo with Striate, for bench/zoo.mjs: `striateZoo.mjs NAME predict|train BATCH THREADS`.
import { losses, optimizers, Tensor, zoo } from '../dist/index.node.js';
import { serve } from './protocol.mjs';

const [name, mode, batchText, threads] = process.argv.slice(2);
const batch = Number(batchText);
const model = zoo.create(name, { seed: 1, inputShape: [224, 224, 3] });
model.useEngine({ threads: Number(threads) });
const values = Float32Array.from({ length: batch * 3 * 224 * 224 }, (_, i) => Math.sin(i * 0.37));
const x = new Tensor('float32', [batch, 224, 224, 3], values);
const y = new Tensor(
  'int32',
  [batch],
  Int32Array.from({ length: batch }, (_, i) => i),
);
const optimizer = optimizers.sgd({ learningRate: 0.001, momentum: 0.9 });
model.compile({ optimizer, loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
const steps = {
  predict: async (count) => {
    for (let i = 0; i < count; i++) await model.predict(x, { batchSize: batch });
  },
  train: (count) => model.fit(x, y, { batchSize: batch, epochs: count, verbose: 0 }),
};
await serve(`Striate, Node ${process.version}, ${threads} threads`, async (count) => {
  await steps[mode](count);
  return 0;
});
