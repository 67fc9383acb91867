// Classifiers without hidden layers: the nearest neighbours by several distances, and a single layer, whose templates are
// written as pictures. Both compare pixel by pixel, so both fail where a digit is moved or cropped; a ConvNet beside them.
//
//   node examples/templates.mjs [FOLDER for templates.png; the current one by default]
import { join } from 'node:path';
import sharp from 'sharp';
import {
  digits,
  KNearestNeighbors,
  layers,
  sequential,
  templates,
  Tensor,
  tilePictures,
  toPicture,
  zoo,
} from 'striate';

const folder = process.argv[2] ?? '.';
const { train, test } = digits({ seed: 1, train: 2000, test: 300 });
const { x, y } = test.arrays;
const percent = ({ accuracy }) => `${(100 * accuracy).toFixed(1)} %`.padStart(10);

/** Pictures with each row and column taken from another, as 0–1; outside is black. */
const changed = (source) => {
  const [count, height, width] = x.shape;
  const data = Float32Array.from({ length: x.size }, (_, i) => {
    const row = source(Math.floor(i / width) % height);
    const column = source(i % width);
    const inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? x.data[(Math.floor(i / (height * width)) * height + row) * width + column] / 255 : 0;
  });
  return new Tensor('float32', [count, height, width, 1], data);
};
const views = {
  'as drawn': changed((at) => at),
  'moved by 2 pixels': changed((at) => at - 2),
  // The middle 20 × 20 pixels, enlarged to the whole picture.
  cropped: changed((at) => 4 + Math.floor((at * 20) / 28)),
};

// Starting from zero, so that pixels that never have ink stay white in the templates.
const one = sequential({
  layers: [
    layers.flatten({ inputShape: [28, 28, 1] }),
    layers.dense({ units: 10, activation: 'softmax', kernelInitializer: 'zeros' }),
  ],
  seed: 1,
});
const cnn = zoo.create('mnist_cnn', { seed: 1 });
for (const model of [one, cnn]) {
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(train, { epochs: 4, batchSize: 32, seed: 1, verbose: 0 });
}
/** A distance of your own: fourth powers, so that a few large differences count more than many small ones. */
const fourth = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const square = (a[i] - b[i]) * (a[i] - b[i]);
    sum += square * square;
  }
  return sum;
};
const classifiers = { 'single layer': one, ConvNet: cnn };
for (const distance of ['l1', 'l2', 'cosine', fourth]) {
  const neighbors = new KNearestNeighbors({ k: 3, distance });
  await neighbors.fit(train);
  classifiers[`3 nearest, ${typeof distance === 'string' ? distance : 'my own'}`] = neighbors;
}

console.log('Trained on 2,000 drawn digits; accuracy on 300 others\n');
console.log(
  ''.padEnd(20) +
    Object.keys(views)
      .map((name) => name.padStart(20))
      .join(''),
);
for (const [name, classifier] of Object.entries(classifiers)) {
  const cells = [];
  for (const view of Object.values(views)) cells.push(percent(await classifier.evaluate(view, y)).padStart(20));
  console.log(name.padEnd(20) + cells.join(''));
}

const all = await templates(one);
const pictures = Array.from({ length: 10 }, (_, digit) => toPicture(all.slice(digit, digit + 1).reshape([28, 28, 1])));
const { width, height, data } = tilePictures(pictures, { columns: 5, magnify: 6, gap: 8 });
const file = join(folder, 'templates.png');
await sharp(data, { raw: { width, height, channels: 4 } })
  .png()
  .toFile(file);
console.log(`\n${file}: the single layer's templates, 0 to 9; red pixels speak for the digit, blue ones against it`);
for (const model of [one, cnn]) await model.dispose();
