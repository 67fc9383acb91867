// The X-and-O toy ConvNet: hand-made patterns are matched with a picture, the maps rectified and pooled, and what is left
// votes for X or O. Then the tricky cases: letters that are moved, scaled, turned or drawn with another pen.
//
//   node examples/xo.mjs
import { cleanLetter, input, KNearestNeighbors, layers, model, sequential, Tensor, tensor, xo } from 'striate';

// 1 is ink, −1 paper: three strokes of an X.
const patterns = {
  'falling stroke': [
    [1, -1, -1],
    [-1, 1, -1],
    [-1, -1, 1],
  ],
  crossing: [
    [1, -1, 1],
    [-1, 1, -1],
    [1, -1, 1],
  ],
  'rising stroke': [
    [-1, -1, 1],
    [-1, 1, -1],
    [1, -1, -1],
  ],
};
const names = Object.keys(patterns);

// One convolution with three kernels: at each position the nine products are summed and divided by 9, so that 1 is a
// perfect match.
const picture = input({ shape: [9, 9, 1] });
const match = layers.conv2d({ filters: names.length, kernelSize: 3, useBias: false, name: 'match' }).apply(picture);
const rectified = layers.relu({ name: 'relu' }).apply(match);
const pooled = layers.maxPooling2d({ poolSize: 2, ceilMode: true, name: 'pool' }).apply(rectified);
const list = layers.flatten({ name: 'list' }).apply(pooled);
const votes = layers.dense({ units: 2, useBias: false, name: 'votes' }).apply(list);
const toy = model({ inputs: picture, outputs: [match, rectified, pooled, votes], name: 'toy' });

const kernel = tensor(
  [0, 1, 2].map((row) => [0, 1, 2].map((column) => [names.map((n) => patterns[n][row][column] / 9)])),
);
const setVotes = (values) =>
  toy.setWeights(
    new Map([
      ['match/kernel', kernel],
      ['votes/kernel', new Tensor('float32', [values.length / 2, 2], values)],
    ]),
  );

const see = async (letter) => {
  const [matched, positive, small, voted] = await toy.predictAll(letter.reshape([1, 9, 9, 1]));
  return { matched, positive, small, votes: voted.data };
};

// A place of the pooled maps votes for the letter that it is clearly stronger in; a letter's votes are averaged.
await setVotes(new Float32Array(2 * 48));
const [x, o] = await Promise.all(['X', 'O'].map(async (name) => (await see(cleanLetter(name))).small.data));
const ballots = [x.map((value, i) => Number(value - o[i] > 0.3)), o.map((value, i) => Number(value - x[i] > 0.3))];
const voters = ballots.map((ballot) => ballot.reduce((a, b) => a + b, 0));
await setVotes(Float32Array.from({ length: 2 * 48 }, (_, i) => ballots[i % 2][i >> 1] / voters[i % 2]));

const show = (title, maps) => {
  const [, height, width, count] = maps.shape;
  console.log(`\n${title}, ${height}×${width}`);
  const cell = (row, column, map) => maps.data[(row * width + column) * count + map].toFixed(2).padStart(6);
  const line = (row) =>
    names.map((_, map) => Array.from({ length: width }, (_, c) => cell(row, c, map)).join('')).join('   ');
  console.log(names.map((name) => name.padStart(6 * width)).join('   '));
  for (let row = 0; row < height; row++) console.log(line(row));
};
const drawing = (letter, width) =>
  Array.from({ length: width }, (_, row) =>
    Array.from(letter.data.subarray(row * width, (row + 1) * width), (value) => (value > 0 ? '██' : ' ·')).join(''),
  );

const letter = cleanLetter('X');
console.log('A clean X, 9×9 (ink 1, paper −1)');
console.log(drawing(letter, 9).join('\n'));
const seen = await see(letter);
show('Match with each pattern', seen.matched);
show('ReLU', seen.positive);
show('2×2 max pooling, clipped at the edges', seen.small);

// A letter with its lower right stroke displaced by one: pixel by pixel it no longer is an X.
const bent = new Tensor('float32', [9, 9, 1], letter.data.slice());
for (const [row, column] of [
  [5, 5],
  [6, 6],
  [7, 7],
]) {
  bent.data[row * 9 + column] = -1;
  bent.data[row * 9 + column - 1] = 1;
}
const lists = [cleanLetter('X'), bent, cleanLetter('O')];
console.log('\nVotes\n');
const drawings = lists.map((one) => drawing(one, 9));
for (let row = 0; row < 9; row++) console.log(drawings.map((lines) => lines[row]).join('      '));
const results = await Promise.all(lists.map(async (one) => (await see(one)).votes));
console.log(results.map(([forX, forO]) => `X ${forX.toFixed(2)}  O ${forO.toFixed(2)}`.padEnd(18)).join('      '));
await toy.dispose();

// The tricky cases. One template for each letter is compared pixel by pixel; a single layer learns templates; a ConvNet
// learns patterns.
const none = { shift: 0, scale: 0, rotation: 0, weight: 0, noise: 0 };
const tricky = { shift: 0.25, scale: 0.5, rotation: 45, weight: 0.5, noise: 0.1 };
const cases = {
  'as the templates': {},
  moved: { shift: tricky.shift },
  'larger or smaller': { scale: tricky.scale },
  turned: { rotation: tricky.rotation },
  'thicker or thinner': { weight: tricky.weight },
  'all of it, and noise': tricky,
};
const { train } = xo({ seed: 1, train: 2000, test: 1, ...tricky });
const pixels = new KNearestNeighbors({ k: 1, distance: 'cosine' });
await pixels.fit(xo({ seed: 1, train: 2, test: 1, ...none }).train);
const inputShape = [32, 32, 1];
const networks = [
  [layers.flatten({ inputShape }), layers.dense({ units: 2, activation: 'softmax' })],
  [
    layers.conv2d({ filters: 8, kernelSize: 5, strides: 2, activation: 'relu', inputShape }),
    layers.maxPooling2d(),
    layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d(),
    layers.flatten(),
    layers.dense({ units: 2, activation: 'softmax' }),
  ],
].map((stack) => sequential({ layers: stack, seed: 1 }));
for (const network of networks) {
  network.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await network.fit(train, { epochs: 8, batchSize: 32, verbose: 0 });
}
console.log('\nTricky cases: how many of 500 letters are recognised\n');
const columns = ['pixel by pixel', 'single layer', 'ConvNet'];
console.log(''.padEnd(22) + columns.map((column) => column.padStart(16)).join(''));
for (const [name, options] of Object.entries(cases)) {
  const { test } = xo({ seed: 2, train: 1, test: 500, ...none, ...options });
  const rates = [];
  for (const classifier of [pixels, ...networks]) rates.push((await classifier.evaluate(test)).accuracy);
  console.log(name.padEnd(22) + rates.map((rate) => `${(100 * rate).toFixed(1)} %`.padStart(16)).join(''));
}
for (const network of networks) await network.dispose();
