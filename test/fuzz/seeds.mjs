// The sound files that are damaged, made by code; with STRIATE_DATA also small real ones.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import * as striate from '../../dist/index.node.js';
import { kerasBytes, tfjsFiles } from '../../dist/formats/index.js';
import { decodeModelProto, encodeModelProto } from '../../dist/formats/onnx/modelProto.js';
import { Choices } from './random.mjs';
import { torchFile } from './torchFile.mjs';
import { branches, chain, operatorFiles, trained } from './seedModels.mjs';

const { exportOnnx } = striate;

/** A folder's files by path, of which one, the target, is damaged. */
const seed = (target, files) => ({ target, files });
const single = (target, bytes) => seed(target, { [target]: bytes });

function pixels(width, height, channels) {
  const random = new Choices(width, height, channels);
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 3 + random.below(60)) & 255);
  return sharp(data, { raw: { width, height, channels } });
}

/** Beside the damaged picture lie sound ones, so that there are classes to read. */
async function picture(extension, bytes) {
  const sound = new Uint8Array(await pixels(9, 9, 3).png().toBuffer());
  return seed(`a/damaged.${extension}`, {
    [`a/damaged.${extension}`]: new Uint8Array(bytes),
    'a/sound.png': sound,
    'b/sound.png': sound,
  });
}

const pictures = async (extension, ...images) =>
  Promise.all(images.map(async (image) => picture(extension, await image.toBuffer())));

/** MNIST's four files, with few and small pictures. */
function idxFolder(damagedFile, packed) {
  const random = new Choices(5);
  const header = (...sizes) => {
    const bytes = new Uint8Array(4 + 4 * sizes.length);
    bytes.set([0, 0, 8, sizes.length]);
    sizes.forEach((n, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, n));
    return [...bytes];
  };
  const files = {};
  for (const [part, count] of [
    ['train', 12],
    ['t10k', 4],
  ]) {
    files[`${part}-images-idx3-ubyte`] = Uint8Array.from([...header(count, 5, 6), ...random.bytes(count * 30)]);
    files[`${part}-labels-idx1-ubyte`] = Uint8Array.from([...header(count), ...random.bytes(count).map((n) => n % 10)]);
  }
  if (!packed) return seed(damagedFile, files);
  const zipped = Object.entries(files).map(([name, bytes]) => [`${name}.gz`, new Uint8Array(gzipSync(bytes))]);
  return seed(`${damagedFile}.gz`, Object.fromEntries(zipped));
}

function cifarFolder(target) {
  const random = new Choices(6);
  const batch = (count) => random.bytes(count * 3073).map((byte, i) => (i % 3073 === 0 ? byte % 10 : byte));
  const names = new TextEncoder().encode(striate.cifar10Classes.join('\n') + '\n');
  return seed(target, { 'data_batch_1.bin': batch(3), 'test_batch.bin': batch(2), 'batches.meta.txt': names });
}

async function tfjs(model) {
  const { modelJson, weights } = await tfjsFiles(model);
  const files = { 'model.json': modelJson, ...Object.fromEntries(weights) };
  return [seed('model.json', files), seed([...weights.keys()][0], files)];
}

/** Real pictures of at most this size: larger ones take longer and find no more. */
const largest = 20_000;

async function realPictures(folder) {
  const paths = ['cats-dogs/validation/cats', 'cats-dogs/validation/dogs', 'photos'].flatMap((part) =>
    existsSync(join(folder, part)) ? readdirSync(join(folder, part)).map((name) => join(folder, part, name)) : [],
  );
  const small = paths.filter((path) => /\.jpe?g$/.test(path) && statSync(path).size <= largest).slice(0, 8);
  return Promise.all(small.map((path) => picture('jpg', readFileSync(path))));
}

const models = () => [chain(), branches()];

async function onnx() {
  const files = models().flatMap((model) => [exportOnnx(model), exportOnnx(model, { opset: 18, layout: 'NHWC' })]);
  const whole = await Promise.all(files);
  const inOne = [...whole, ...operatorFiles()].map((bytes) => single('damaged.onnx', bytes));
  return [...inOne, ...whole.slice(0, 2).flatMap(withWeightsBeside)];
}

/** An ONNX model whose weights lie in a file of their own; either may be damaged. */
function withWeightsBeside(bytes) {
  const location = 'weights.data';
  const proto = decodeModelProto(bytes, 'seed');
  const parts = [];
  const initializer = proto.graph.initializer.map(({ rawData, ...tensor }) => {
    const offset = parts.reduce((sum, part) => sum + part.length, 0);
    parts.push(rawData);
    const entries = Object.entries({ location, offset, length: rawData.length });
    return { ...tensor, dataLocation: 1, externalData: entries.map(([key, value]) => ({ key, value: `${value}` })) };
  });
  const model = encodeModelProto({ ...proto, graph: { ...proto.graph, initializer } });
  const files = { 'damaged.onnx': model, [location]: new Uint8Array(Buffer.concat(parts)) };
  return Object.keys(files).map((target) => seed(target, files));
}

async function safetensors() {
  const engine = await striate.openEngine('wasm', { threads: 1 });
  const net = await trained(engine);
  const checkpoint = await net.toBytes({ optimizer: true });
  await net.dispose();
  await engine.close();
  const files = [checkpoint, ...(await Promise.all(models().map((model) => model.toBytes())))];
  return files.map((bytes) => single('damaged.safetensors', bytes));
}

async function keras(format) {
  const files = await Promise.all(models().map((model) => kerasBytes(model, format)));
  return files.map((bytes) => single(`damaged.${format}`, bytes));
}

/** As cameras turn them. */
const turned = { orientation: 6 };

async function jpeg() {
  const data = process.env.STRIATE_DATA;
  const made = await pictures(
    'jpg',
    pixels(40, 30, 3).jpeg({ quality: 80 }).withMetadata(turned),
    pixels(33, 47, 3).jpeg({ progressive: true }).withIccProfile('p3'),
    pixels(16, 16, 1).toColourspace('b-w').jpeg({ quality: 50 }),
    pixels(24, 24, 4).toColourspace('cmyk').jpeg(),
  );
  return [...made, ...(data ? await realPictures(data) : [])];
}

const makers = {
  jpeg,
  png: () =>
    pictures(
      'png',
      pixels(40, 30, 3).png(),
      pixels(21, 18, 4).png({ progressive: true }).withMetadata(turned),
      pixels(32, 32, 3).png({ palette: true }),
      pixels(15, 15, 1).toColourspace('grey16').png(),
    ),
  webp: () => pictures('webp', pixels(30, 30, 3).webp(), pixels(20, 25, 4).webp({ lossless: true })),
  gif: () => pictures('gif', pixels(30, 22, 3).gif(), pixels(20, 25, 4).gif({ interlaced: true })),
  tiff: () =>
    pictures(
      'tif',
      pixels(30, 30, 3).tiff({ compression: 'none' }),
      pixels(20, 25, 3).tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 }),
      pixels(16, 24, 3).tiff({ compression: 'jpeg' }),
    ),
  avif: () => pictures('avif', pixels(24, 24, 3).avif({ effort: 0 })),
  onnx,
  h5: () => keras('h5'),
  keras: () => keras('keras'),
  tfjs: async () => (await Promise.all(models().map(tfjs))).flat(),
  safetensors,
  torch: () => [single('damaged.pth', torchFile(striate.pytorchShapes(chain('net.'))))],
  idx: () =>
    ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].flatMap((name) => [
      idxFolder(`${name}-ubyte`, false),
      idxFolder(`${name}-ubyte`, true),
    ]),
  cifar: () => ['data_batch_1.bin', 'test_batch.bin', 'batches.meta.txt'].map(cifarFolder),
};

/** The seeds of these formats, a list for each. */
export async function makeSeeds(formats) {
  const lists = [];
  for (const format of formats) lists.push([format, await makers[format]()]);
  return Object.fromEntries(lists);
}
