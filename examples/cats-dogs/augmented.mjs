// Cats and dogs from scratch, with augmentation and dropout: no photo comes twice, so none is learned by heart. (S13, T14.)
//
//   node examples/cats-dogs/augmented.mjs [EPOCHS]
import { optimizers, schedules, zoo } from 'striate';
import { openPhotos, tell } from './recipe.mjs';

const epochs = Number(process.argv[2] ?? 40);
const batchSize = 20;
const { train, validation } = await openPhotos({ ...zoo.describe('cats_dogs_cnn'), augment: true });
const model = zoo.create('cats_dogs_cnn', { dropout: 0.5, seed: 1 });
const totalSteps = epochs * Math.ceil(train.size / batchSize);
model.compile({
  // One cycle needs fewer epochs than the lectures' 100 at a constant rate.
  optimizer: optimizers.adam({ learningRate: schedules.oneCycle({ maxLearningRate: 1e-3, totalSteps }) }),
  loss: 'binaryCrossentropy',
  metrics: ['accuracy'],
});

const started = performance.now();
const history = await model.fit(train, { epochs, batchSize, validationData: validation, seed: 1 });
await tell('augmented', history, (performance.now() - started) / 1000);
await model.dispose();
