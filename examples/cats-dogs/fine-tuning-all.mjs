// Fine-tuning every layer: each learns the more slowly the nearer it is to the input, at one cycle of the learning rate.
//
//   node examples/cats-dogs/fine-tuning-all.mjs
import { augmentation, newHead } from 'striate';
import { openPhotos, pretrainedSqueezenet, tell } from './recipe.mjs';

// A whole network learns a photo by heart easily, but needs no wild changes to see cats and dogs in it.
const lightly = {
  rotationRange: 10,
  zoomRange: 0.1,
  widthShiftRange: 0.1,
  heightShiftRange: 0.1,
  horizontalFlip: true,
};

const started = performance.now();
const { model: squeezenet, preprocessing } = await pretrainedSqueezenet();
const plain = await openPhotos({ preprocessing });
const model = newHead(squeezenet, { classes: plain.train.classNames, seed: 1 });
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const common = { validationData: plain.validation, seed: 1 };

model.embedding.freeze();
await model.fit(plain.train, { ...common, epochs: 20, cacheFeatures: true });
const history = await model.fineTune(plain.train.augmented(augmentation(lightly)), 4, {
  ...common,
  freezeEpochs: 0,
  learningRate: 4e-4,
  lowestFactor: 0.1,
});
await tell('fine-tuning-all', history, (performance.now() - started) / 1000);
await model.dispose();
