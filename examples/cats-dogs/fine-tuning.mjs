// Fine-tuning: a new classifier on frozen features first, then SqueezeNet's last three convolutions with it, at 1/100,000.
// (S13, S14, T14.)
//
//   node examples/cats-dogs/fine-tuning.mjs
import { newHead, optimizers } from 'striate';
import { openPhotos, pretrainedSqueezenet, tell } from './recipe.mjs';

const started = performance.now();
const { model: squeezenet, preprocessing } = await pretrainedSqueezenet();
const plain = await openPhotos({ preprocessing });
const augmented = await openPhotos({ preprocessing, augment: true });
const model = newHead(squeezenet, { classes: plain.train.classNames, seed: 1 });
const learn = { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] };
const common = { validationData: plain.validation, seed: 1 };

// The classifier must know what it wants before it may ask others to change.
model.embedding.freeze();
model.compile({ ...learn, optimizer: 'adam' });
await model.fit(plain.train, { ...common, epochs: 20, cacheFeatures: true });

// The fire module's three convolutions.
model.unfreeze('features.12.squeeze');
model.compile({ ...learn, optimizer: optimizers.adam({ learningRate: 1e-5 }) });
const history = await model.fit(augmented.train, { ...common, epochs: 5 });

await tell('fine-tuning', history, (performance.now() - started) / 1000);
await model.dispose();
