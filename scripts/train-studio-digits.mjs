// Makes studio/models/digits.safetensors, the small network that the page Inside opens on where nothing else is given:
// trained on the drawn digits, which need no download, from a seed. Run it after a build: node scripts/train-studio-digits.mjs
import { digits, layers, sequential } from '../dist/index.node.js';

const net = sequential(
  [
    layers.conv2d({ filters: 8, kernelSize: 3, name: 'conv1', inputShape: [28, 28, 1] }),
    layers.relu({ name: 'relu1' }),
    layers.maxPooling2d({ poolSize: 2, name: 'pool1' }),
    layers.conv2d({ filters: 16, kernelSize: 3, name: 'conv2' }),
    layers.relu({ name: 'relu2' }),
    layers.maxPooling2d({ poolSize: 2, name: 'pool2' }),
    layers.flatten({ name: 'flatten' }),
    layers.dense({ units: 10, activation: 'softmax', name: 'digit' }),
  ],
  { name: 'digits', seed: 5 },
);
net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const { train, test } = digits({ seed: 7, train: 12_000, test: 2000 });
await net.fit(train, { epochs: 6, batchSize: 64, seed: 3, verbose: 0 });
const { accuracy } = await net.evaluate(test);
await net.save(new URL('../studio/models/digits.safetensors', import.meta.url).pathname);
console.log(`accuracy on 2,000 other drawn digits: ${accuracy.toFixed(4)}`);
await net.dispose();
