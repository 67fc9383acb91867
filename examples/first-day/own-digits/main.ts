// Learns ten digits, then reads those that you have written: put photos or scans of your own into mine/.
// `npm start -- mnist` learns from MNIST in place of drawn digits.
import { readdir } from 'node:fs/promises';
import { callbacks, classify, layers, openDataSet, sequential } from 'striate';

const { train, test } = await openDataSet(process.argv[2] ?? 'digits', { seed: 1 });
console.log(`Learning from ${train.size} pictures of '${train.name}'.`);

const model = sequential({
  seed: 1,
  layers: [
    layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dropout({ rate: 0.3 }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
await model.fit(train, {
  epochs: 5,
  batchSize: 64,
  validationData: test,
  callbacks: [callbacks.earlyStopping({ monitor: 'valLoss', patience: 1, restoreBestWeights: true })],
});
const { accuracy } = await model.evaluate(test);
console.log(`${(100 * accuracy).toFixed(1)} % of ${test.size} other pictures right`);
await model.save('digits.safetensors');

// Dark ink on light paper is fine: `classify` turns it around.
for (const file of (await readdir('mine')).sort()) {
  const [{ name, probability }] = await classify(model, `mine/${file}`);
  console.log(`mine/${file}: ${name} (${(100 * probability).toFixed(1)} %)`);
}
