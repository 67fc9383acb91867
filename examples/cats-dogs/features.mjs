// Cats and dogs by another network's eyes: SqueezeNet's features, computed once for each photo, and a new classifier.
// (The lectures' «don't be a hero»; S13, S14, T14.)
//
//   node examples/cats-dogs/features.mjs
import { newHead } from 'striate';
import { openPhotos, pretrainedSqueezenet, tell } from './recipe.mjs';

const started = performance.now();
const { model: squeezenet, preprocessing } = await pretrainedSqueezenet();
const { train, validation } = await openPhotos({ preprocessing });
const model = newHead(squeezenet, { classes: train.classNames, seed: 1 });
model.embedding.freeze();
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

const history = await model.fit(train, { epochs: 20, validationData: validation, cacheFeatures: true, seed: 1 });
await tell('features', history, (performance.now() - started) / 1000);
await model.dispose();
