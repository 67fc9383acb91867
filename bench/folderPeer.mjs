// Trains the small cats-dogs CNN for bench/folder.mjs: from a folder, or from the same pictures in memory.
//
//   folderPeer.mjs BATCH THREADS FOLDER memory|augmented|first|later   answers as protocol.mjs says
//   folderPeer.mjs BATCH THREADS FOLDER peak|start                     runs once and says what it took
import { augment, augmentation, augmentations, imageFolder, PictureSet, Tensor, zoo } from 'striate';
import { batch, serve, threads } from './protocol.mjs';

const [folder, mode] = process.argv.slice(4);
const began = performance.now();
const changes = augmentation(augmentations.basic);
const cache = mode === 'first' ? { cache: 'none' } : {};
const inMemory = mode === 'memory' || mode === 'augmented';
const data = await imageFolder(folder, { size: [150, 150], ...(inMemory ? {} : { augment: changes }), ...cache });
const model = zoo.create('cats_dogs_cnn', { seed: 1, dropout: 0.5, classes: data.train.classNames.length });
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'], threads });
const peak = () => process.resourceUsage().maxRSS / 1024;

if (mode === 'start') {
  const stop = { onTrainBatchEnd: (_batch, _logs, training) => training.stop() };
  let seconds;
  await model.fit(data.train, {
    batchSize: batch,
    verbose: 0,
    callbacks: [{ onTrainBatchEnd: () => void (seconds ??= (performance.now() - began) / 1000) }, stop],
  });
  say({ seconds, pictures: data.train.size, memory: peak() });
} else if (mode === 'peak') {
  await model.fit(data.train, { batchSize: batch, verbose: 0, validationData: data.validation });
  say({ memory: peak() });
} else {
  const set = inMemory ? await whole(data.train) : data.train;
  const train = mode === 'augmented' ? augment(set, augmentations.basic) : set;
  if (mode === 'later') await lookThrough(train);
  await serve(`${mode}, ${train.size} pictures`, async (steps) => {
    const history = await model.fit(train, { batchSize: batch, stepsPerEpoch: steps, verbose: 0 });
    return history.epochs[0].loss;
  });
}

function say(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  process.exit(0);
}

/** The folder's pictures as bytes in memory. */
async function whole(set) {
  const row = 150 * 150 * 3;
  const x = new Uint8Array(set.size * row);
  const y = new Int32Array(set.size);
  const picture = new Float32Array(row);
  for (let i = 0; i < set.size; i++) {
    await set.fill([i], picture, y.subarray(i, i + 1));
    for (let k = 0; k < row; k++) x[i * row + k] = Math.round(picture[k] * 255);
  }
  await set.close();
  const { name, classNames } = set;
  const [pictures, labels] = [new Tensor('uint8', [set.size, 150, 150, 3], x), new Tensor('int32', [set.size], y)];
  return new PictureSet({ name, classNames, x: pictures, y: labels });
}

/** What a first epoch leaves behind: as many decoded pictures as are kept. */
async function lookThrough(set) {
  const x = new Float32Array(32 * 150 * 150 * 3);
  for (let first = 0; first < set.size; first += 32) {
    const indices = Int32Array.from({ length: Math.min(32, set.size - first) }, (_, i) => first + i);
    await set.fill(indices, x, new Int32Array(32), { epoch: 0, seed: 1 });
  }
}
