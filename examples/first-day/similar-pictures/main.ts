// Search by picture: an index of what a network sees in a folder of photos, and the most similar ones to another photo.
import { EmbeddingIndex, imageFolder, modelFingerprint, retrievalScores } from 'striate';
import { firstOfEach, openNetwork, photoFolder } from './start.js';

const network = await openNetwork();
const folder = await photoFolder();
const { preprocessing } = network;
const { train: known, validation: others } = await imageFolder(folder, { preprocessing: preprocessing! });

// The vector from which the network decides: pictures that point the same way look alike to it.
const { embedding } = network;
const index = new EmbeddingIndex({
  dimensions: embedding.outputShape[0],
  model: await modelFingerprint(embedding),
  preprocessing,
});
const photos = firstOfEach(known, 60);
const each = Array.from({ length: photos.size }, (_, i) => i);
index.addAll(await embedding.predict(photos), {
  names: each.map((i) => photos.path(i)),
  labels: each.map((i) => photos.classNames[photos.label(i)]),
});
await index.save('photos.index.safetensors');
const { precision, chance } = await retrievalScores(index, { k: 5 });
console.log(
  `${index.size} photos of ${folder}: of the five most similar to each, ${percent(precision)} are of its kind`,
);
console.log(`(by chance ${percent(chance)})`);

const again = await EmbeddingIndex.load('photos.index.safetensors'); // another day
const query = firstOfEach(others!, 1).subset([0]);
const vector = await embedding.predict(query);
console.log(`Most similar to ${query.path(0)}:`);
for (const { name, label, similarity } of await again.query(vector.data, 5)) {
  console.log(`  ${similarity.toFixed(3)}  ${label}  ${name}`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
