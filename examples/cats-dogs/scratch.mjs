// Cats and dogs from scratch: a small ConvNet learns 2,000 photos by heart. (Chollet's first try; S13, T14.)
//
//   node examples/cats-dogs/scratch.mjs
import { optimizers, zoo } from 'striate';
import { openPhotos, tell } from './recipe.mjs';

const { train, validation } = await openPhotos(zoo.describe('cats_dogs_cnn'));
const model = zoo.create('cats_dogs_cnn', { seed: 1 });
model.compile({
  optimizer: optimizers.rmsprop({ learningRate: 1e-4 }),
  loss: 'binaryCrossentropy',
  metrics: ['accuracy'],
});

const started = performance.now();
const history = await model.fit(train, { epochs: 30, batchSize: 20, validationData: validation, seed: 1 });
await tell('scratch', history, (performance.now() - started) / 1000);
await model.dispose();
