// Fully connected, locally connected, convolution: the same network three times, but for how its hidden units are wired to
// the picture. Each has 12 × 12 × 16 hidden units, pooled 2×2, and ten outputs.
//
//   node examples/connectivity.mjs
import { digits, layers, sequential, Tensor } from 'striate';

const inputShape = [28, 28, 1];
const window = { filters: 16, kernelSize: 6, strides: 2, activation: 'relu', inputShape };
const wirings = {
  'fully connected': [
    layers.flatten({ inputShape }),
    layers.dense({ units: 12 * 12 * 16, activation: 'relu' }),
    layers.reshape({ targetShape: [12, 12, 16] }),
  ],
  'locally connected': [layers.locallyConnected2d(window)],
  convolution: [layers.conv2d(window)],
};

const { train, test } = digits({ seed: 1, train: 1000, test: 1000 });
const { x, y } = test.arrays;

/** Bytes as 0–1, two pixels further down and right. */
function moved(pictures) {
  const [count, height, width] = pictures.shape;
  const data = new Float32Array(pictures.size);
  for (let i = 0; i < count; i++) {
    for (let row = 2; row < height; row++) {
      const from = (i * height + row - 2) * width;
      for (let column = 2; column < width; column++) {
        data[(i * height + row) * width + column] = pictures.data[from + column - 2] / 255;
      }
    }
  }
  return new Tensor('float32', pictures.shape, data);
}

console.log('Trained on 1,000 drawn digits, tested on 1,000 others, and on the same moved by two pixels\n');
const columns = ['hidden weights', 'parameters', 'training', 'test', 'moved', 'seconds'];
console.log(''.padEnd(18) + columns.map((column) => column.padStart(16)).join(''));
for (const [name, hidden] of Object.entries(wirings)) {
  const head = [layers.maxPooling2d(), layers.flatten(), layers.dense({ units: 10, activation: 'softmax' })];
  const model = sequential({ layers: [...hidden, ...head], seed: 1 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const start = performance.now();
  await model.fit(train, { epochs: 10, batchSize: 32, seed: 1, verbose: 0 });
  const seconds = (performance.now() - start) / 1000;
  const accuracies = [await model.evaluate(train), await model.evaluate(test), await model.evaluate(moved(x), y)];
  const { parameters } = model.parameterCounts();
  const cells = [
    (parameters - head[2].weights.reduce((sum, { variable }) => sum + variable.size, 0)).toLocaleString('en'),
    parameters.toLocaleString('en'),
    ...accuracies.map(({ accuracy }) => `${(100 * accuracy).toFixed(1)} %`),
    seconds.toFixed(1),
  ];
  console.log(name.padEnd(18) + cells.map((cell) => cell.padStart(16)).join(''));
  await model.dispose();
}
