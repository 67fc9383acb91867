// Draws docs/images/augmentation.png: one drawn digit a row of the sheet, changed by one option at a time, and by all of
// the presets. Needs a build: npm run build && node scripts/augmentation-sheet.mjs
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { AugmentTransform, augmentations, digits, Random } from '../dist/index.js';

const side = 56;
const gap = 4;
const label = 150;
const samples = 8;

const rows = [
  ['as drawn', {}],
  ['rotationRange: 40', { rotationRange: 40 }],
  ['widthShiftRange: 0.2', { widthShiftRange: 0.2 }],
  ['shearRange: 30', { shearRange: 30 }],
  ['zoomRange: 0.4', { zoomRange: 0.4 }],
  ["fillMode: 'wrap'", { widthShiftRange: 0.5, heightShiftRange: 0.5, fillMode: 'wrap' }],
  ['brightnessRange', { brightnessRange: [0.4, 1.6] }],
  ['colorJitter', { colorJitter: { brightness: 0.3, contrast: 0.3, saturation: 0.6, hue: 0.5 } }],
  ['randomResizedCrop', { randomResizedCrop: { scale: [0.3, 1] } }],
  ['randAugment', { randAugment: { n: 2, magnitude: 15 } }],
  ['randomErasing', { randomErasing: { probability: 1 } }],
  ['augmentations.basic', augmentations.basic],
  ['augmentations.strong', augmentations.strong],
];

/** A drawn digit in colours of its own on paper, so that changes of colour show. */
function coloured(index, set) {
  const grey = set.arrays.x.data.subarray(index * 784, (index + 1) * 784);
  const ink = [
    [30, 60, 150],
    [170, 50, 40],
    [20, 110, 60],
    [130, 70, 10],
  ][index % 4];
  const data = new Uint8Array(784 * 3);
  grey.forEach((value, at) => {
    for (let c = 0; c < 3; c++) data[3 * at + c] = Math.round(235 + ((ink[c] - 235) * value) / 255);
  });
  return { data, height: 28, width: 28, channels: 3 };
}

const { train } = digits({ seed: 1, train: 40, test: 1 });
const width = label + samples * (side + gap);
const height = rows.length * (side + gap);
const layers = [];
for (const [row, [, options]] of rows.entries()) {
  const transform = new AugmentTransform(options);
  for (let k = 0; k < samples; k++) {
    const out = new Float32Array(side * side * 3);
    const target = { height: side, width: side, channels: 3 };
    transform.apply(coloured(12 + k, train), target, new Random([4, row, k]), out, 0);
    const bytes = Uint8Array.from(out, (value) => Math.round(value * 255));
    const input = await sharp(bytes, { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toBuffer();
    layers.push({ input, left: label + k * (side + gap), top: row * (side + gap) });
  }
}
const words = rows.map(
  ([name], row) =>
    `<text x="0" y="${row * (side + gap) + side / 2 + 4}" font-family="sans-serif" font-size="13">${name}</text>`,
);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${words.join('')}</svg>`;
layers.push({ input: Buffer.from(svg), left: 0, top: 0 });
const path = fileURLToPath(new URL('../docs/images/augmentation.png', import.meta.url));
await sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
  .composite(layers)
  .png({ palette: true, colours: 128 })
  .toFile(path);
console.log(path);
