// The lectures' digit CNN, written as in Keras, beside the dense baseline.
//
//   node examples/digits.mjs            on drawn digits
//   node examples/digits.mjs mnist      on MNIST, from $STRIATE_DATA or downloaded
import { layers, openDataSet, sequential, zoo } from 'striate';

const { train, test } = await openDataSet(process.argv[2] ?? 'digits', { seed: 1 });

const cnn = sequential({ name: 'digit_cnn', seed: 1 });
cnn.add(layers.conv2d({ filters: 32, kernelSize: [3, 3], activation: 'relu', inputShape: [28, 28, 1] }));
cnn.add(layers.maxPooling2d({ poolSize: [2, 2] }));
cnn.add(layers.conv2d({ filters: 64, kernelSize: [3, 3], activation: 'relu' }));
cnn.add(layers.maxPooling2d({ poolSize: [2, 2] }));
cnn.add(layers.conv2d({ filters: 64, kernelSize: [3, 3], activation: 'relu' }));
cnn.add(layers.flatten());
cnn.add(layers.dense({ units: 64, activation: 'relu' }));
cnn.add(layers.dense({ units: 10, activation: 'softmax' }));

const results = [];
for (const model of [zoo.create('mnist_dense', { seed: 1 }), cnn]) {
  model.summary();
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(train, { epochs: 5, batchSize: 64, seed: 1 });
  results.push({ model: model.name, parameters: model.countParams(), ...(await model.evaluate(test)) });
  await model.dispose();
}
console.table(results);
