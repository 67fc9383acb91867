// The frozen network inside the model, so that the new classifier sees each photo otherwise every epoch. (S13, S14, T14.)
//
//   node examples/cats-dogs/augmented-features.mjs
import { newHead } from 'striate';
import { openPhotos, pretrainedSqueezenet, tell } from './recipe.mjs';

const started = performance.now();
const { model: squeezenet, preprocessing } = await pretrainedSqueezenet();
const { train, validation } = await openPhotos({ preprocessing, augment: true });
const model = newHead(squeezenet, { classes: train.classNames, seed: 1 });
model.embedding.freeze();
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

const history = await model.fit(train, { epochs: 5, validationData: validation, seed: 1 });
await tell('augmented-features', history, (performance.now() - started) / 1000);
await model.dispose();
