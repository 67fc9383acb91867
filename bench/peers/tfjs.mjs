// Trains the digit CNN with TensorFlow.js on its cpu backend: the only one that trains in plain Node without native code
// (the wasm backend has no kernels for convolution's gradients).
import * as tf from '@tensorflow/tfjs';
import { batch, batches, serve } from '../protocol.mjs';

await tf.setBackend('cpu');
await tf.ready();
const { layers } = tf;
const relu = { activation: 'relu' };
const model = tf.sequential({
  layers: [
    layers.conv2d({ filters: 32, kernelSize: 3, ...relu, inputShape: [28, 28, 1] }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 64, kernelSize: 3, ...relu }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 64, kernelSize: 3, ...relu }),
    layers.flatten(),
    layers.dense({ units: 64, ...relu }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ],
});
if (model.countParams() !== 93322) throw new Error(`not the digit CNN: ${model.countParams()} parameters`);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });

const data = batches();
await serve(`TensorFlow.js ${tf.version.tfjs} (cpu), 1 thread`, async (steps) => {
  let loss = 0;
  for (let step = 0; step < steps; step++) {
    const { pictures, labels } = data[step % data.length];
    const x = tf.tidy(() => tf.tensor(pictures, [batch, 28, 28, 1], 'float32').div(255));
    const y = tf.tensor1d(Float32Array.from(labels));
    loss = await model.trainOnBatch(x, y);
    tf.dispose([x, y]);
  }
  return loss;
});
