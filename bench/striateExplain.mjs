// Explanations of resnet18 at 224×224 with Striate, for bench/explain.mjs: `striateExplain.mjs forward|grad-cam|… THREADS`.
import { explain, explanations, Tensor, zoo } from '../dist/index.node.js';
import { serve } from './protocol.mjs';

const [mode, threads] = process.argv.slice(2);
const model = zoo.create('resnet18', { seed: 1, inputShape: [224, 224, 3] });
model.useEngine({ threads: Number(threads) });
const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i * 0.37));
const picture = new Tensor('float32', [224, 224, 3], values);
const batch = picture.reshape([1, 224, 224, 3]);
const method =
  mode === 'integrated-gradients' ? explanations.integratedGradients({ steps: 50 }) : mode === 'forward' ? '' : mode;
const once =
  mode === 'forward' ? () => model.predict(batch) : () => explain(model, picture, { target: 7, method, batchSize: 10 });
await serve(`Striate, Node ${process.version}, ${threads} threads`, async (count) => {
  for (let i = 0; i < count; i++) await once();
  return 0;
});
