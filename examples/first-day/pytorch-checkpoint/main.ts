// PyTorch's checkpoint goes into the same network written here, learns on, and goes back to PyTorch.
import { writeFile } from 'node:fs/promises';
import { digits, layers, losses, optimizers, sequential, tensor, type Sequential } from 'striate';
import { encodeNpy } from 'striate/formats';

/** The network of train.py. Layers are called by the paths of PyTorch's modules, so that weights find their places. */
function network(): Sequential {
  const conv = { kernelSize: 3, strides: 2, padding: 1 } as const;
  return sequential({
    name: 'digits',
    layers: [
      layers.conv2d({ name: 'features.0', filters: 8, ...conv, inputShape: [28, 28, 1] }),
      layers.batchNormalization({ name: 'features.1', momentum: 0.9, epsilon: 1e-5, unbiasedVariance: true }),
      layers.relu(),
      layers.conv2d({ name: 'features.3', filters: 12, ...conv, activation: 'relu' }),
      layers.conv2d({ name: 'features.5', filters: 16, ...conv, activation: 'relu' }),
      layers.flatten(),
      layers.dense({ name: 'classifier', units: 10 }),
    ],
  });
}

const model = network();
const { loaded, notes } = await model.loadWeights('digits.pt');
console.log(`digits.pt: ${loaded.length} tensors loaded`, ...notes);

const { train, test } = digits({ seed: 2, train: 4000, test: 500 });
model.compile({
  optimizer: optimizers.adam({ convention: 'pytorch', learningRate: 1e-3 }),
  loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ['accuracy'],
});
const before = await model.evaluate(test);
console.log(`As PyTorch saved it: ${(100 * before.accuracy).toFixed(1)} % of ${test.size} digits right`);

await model.fit(train, { epochs: 2, batchSize: 64, verbose: 0 });
const after = await model.evaluate(test);
console.log(`After two more epochs here: ${(100 * after.accuracy).toFixed(1)} %`);

await model.saveWeights('tuned.safetensors', { format: 'pytorch' }); // for safetensors.torch.load_file
const again = network();
await again.loadWeights('tuned.safetensors');
const expected = await model.predict(test);
const received = await again.predict(test);
const difference = Math.max(...expected.data.map((value, i) => Math.abs(value - received.data[i])));
console.log(`Written to tuned.safetensors and read again: the largest difference is ${difference.toExponential(1)}`);

// check.py compares what PyTorch gives for the same pictures.
const { x } = test.take(16).arrays;
const pictures = tensor(
  Float32Array.from(x.data, (byte) => byte / 255),
  x.shape,
);
await writeFile('check-x.npy', encodeNpy(pictures));
await writeFile('check-y.npy', encodeNpy(await model.predict(pictures)));
