import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { vi } from 'vitest';
import { codeBlocks, pages } from './codeBlocks.js';
import {
  createDetector,
  createKeypointDetector,
  createSegmenter,
  digits,
  exportKeras,
  exportTfjs,
  layers,
  Random,
  saveOnnx,
  scenes,
  sequential,
  zoo,
  type Model,
  type PictureSet,
} from '../../src/index.node.js';

/** A folder with everything that the documentation's programs and commands read, small and under the same names. */
export interface Workplace {
  readonly folder: string;
  /** What lets `openDataSet('mnist')` and `weights: 'imagenet'` find small stand-ins in the folder. */
  readonly env: Readonly<Record<string, string>>;
  /** Goes back to the folder and the environment of before, and removes the folder. */
  leave(): Promise<void>;
}

/** Makes the folder (photographs, data sets and model files, all drawn from seeds), and makes it the current one. */
export async function inWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'striate-docs-'));
  const at = (path: string): string => join(folder, path);
  for (const path of ['data/mnist', 'data/cifar10', 'site', 'weights', 'cache']) {
    await mkdir(at(path), { recursive: true });
  }
  await writePhotos(at('photos'), ['cat', 'dog'], 5);
  await writePhotos(at('flowers'), ['daisy', 'rose', 'tulip'], 4);
  await writePhotos(at('cats-dogs/train'), ['cats', 'dogs'], 6);
  for (const [i, name] of ['photo.jpg', 'holiday.jpg', 'my-seven.png', 'elephants.jpg'].entries()) {
    await photo(50 + i).toFile(at(name));
  }
  await writePhotos(at('.'), ['holiday'], 3);
  await writeLeaves(at('leaves'));
  for (const block of pages.flatMap((page) => codeBlocks(page, ['js']))) {
    const file = /^\/\/ (\w+\.js):/.exec(block.lines[0]);
    if (file) await writeFile(at(file[1]), block.lines.join('\n'));
  }
  await writeFile(at('package.json'), '{ "type": "module" }');
  await writeFile(at('x.npy'), npy([2, 3, 64, 64]));
  await writeMnist(at('data/mnist'));
  for (const batch of ['data_batch_1.bin', 'test_batch.bin']) await writeFile(at(`data/cifar10/${batch}`), cifar(20));

  const resnet18 = zoo.create('resnet18', { seed: 1 });
  for (const path of ['resnet18.safetensors', 'weights/resnet18-imagenet.safetensors', 'weights.safetensors']) {
    await resnet18.saveWeights(at(path), { format: 'pytorch' });
  }
  // What a file is shows in its content.
  for (const name of ['resnet18.pth', 'checkpoint.pth']) await copyFile(at('resnet18.safetensors'), at(name));
  const squeezenet = zoo.create('squeezenet1_1', { seed: 1 });
  for (const path of ['squeezenet1_1.safetensors', 'weights/squeezenet1_1-imagenet.safetensors']) {
    await squeezenet.saveWeights(at(path), { format: 'pytorch' });
  }
  for (const name of ['squeezenet', 'squeezenet1_1', 'squeezenet1_1-imagenet', 'anyones-classifier']) {
    await saveOnnx(squeezenet, at(`${name}.onnx`));
  }
  await saveOnnx(zoo.create('cifar_resnet20', { seed: 1 }), at('resnet20.onnx'));

  const flowers = smallClassifier('flowers', [96, 96, 3], ['daisy', 'rose', 'tulip']);
  await flowers.save(at('flowers.safetensors'));
  await saveOnnx(flowers, at('flowers.onnx'));
  await exportKeras(flowers, at('flowers.keras'));
  await exportKeras(flowers, at('flowers.h5'));
  await exportTfjs(flowers, at('flowers/model.json'));
  await smallClassifier('digits', [28, 28, 1], Array.from('0123456789')).save(at('digits.safetensors'));

  const detector = createDetector('ssdlite320_mobilenet_v3_large', { seed: 1 });
  const segmenter = createSegmenter('lraspp_mobilenet_v3_large', { seed: 1 });
  for (const [name, { model }] of Object.entries({ ssdlite320: detector, lraspp: segmenter })) {
    await model.saveWeights(at(`${name}.safetensors`), { format: 'pytorch' });
    await copyFile(at(`${name}.safetensors`), at(`${name}.pth`));
  }

  const parts = { backbone: 'mobilenet_v3_small', inputShape: [64, 64, 3], seed: 1 } as const;
  await createDetector({ ...parts, head: 'fcos', classes: ['cell'] }).save(at('cells.safetensors'));
  await createSegmenter({ ...parts, head: 'lraspp', classes: ['road'] }).save(at('street.safetensors'));
  const { classNames } = scenes({ seed: 1, train: 1, test: 1 }).train;
  await createSegmenter({ ...parts, head: 'lraspp', classes: classNames }).save(at('shapes.safetensors'));
  await mkdir(at('slides/images'), { recursive: true });
  await mkdir(at('slides/labels'));
  for (const i of [1, 2]) {
    await photo(i).toFile(at(`slides/images/${i}.png`));
    await writeFile(at(`slides/labels/${i}.txt`), '0 0.5 0.5 0.25 0.5\n');
  }
  await writeFile(at('slides/data.yaml'), 'names: [cell]\n');
  await createKeypointDetector({ ...parts, points: ['nose', 'tail'] }).save(at('pose.safetensors'));

  const env = { STRIATE_DATA: at('data'), STRIATE_WEIGHTS: at('weights'), XDG_CACHE_HOME: at('cache') };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const before = process.cwd();
  process.chdir(folder);
  return {
    folder,
    env,
    async leave() {
      process.chdir(before);
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A ConvNet that starts from a seed, and names its classes. */
function smallClassifier(name: string, inputShape: readonly number[], classNames: readonly string[]): Model {
  const model = sequential({
    name,
    seed: 1,
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, activation: 'relu', inputShape }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: classNames.length, activation: 'softmax' }),
    ],
  });
  model.classNames = classNames;
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** A picture of 120×90 noise about a colour. */
function photo(seed: number): ReturnType<typeof sharp> {
  const random = new Random(seed);
  const colour = [random.uniform(), random.uniform(), random.uniform()];
  const bytes = Uint8Array.from({ length: 120 * 90 * 3 }, (_, i) => 160 * colour[i % 3] + 90 * random.uniform());
  return sharp(bytes, { raw: { width: 120, height: 90, channels: 3 } });
}

/** Photos with a box each, as YOLO's sets are. */
async function writeLeaves(folder: string): Promise<void> {
  for (const part of ['images', 'labels']) await mkdir(join(folder, part), { recursive: true });
  await writeFile(join(folder, 'data.yaml'), 'names: [leaf]\n');
  for (let i = 0; i < 3; i++) {
    await photo(200 + i).toFile(join(folder, 'images', `${i}.png`));
    await writeFile(join(folder, 'labels', `${i}.txt`), '0 0.5 0.5 0.25 0.5\n');
  }
}

async function writePhotos(folder: string, classes: readonly string[], count: number): Promise<void> {
  for (const [label, name] of classes.entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++) await photo(100 * label + i).toFile(join(folder, name, `${name}.${i}.jpg`));
  }
}

/** Drawn digits in the files of MNIST. */
async function writeMnist(folder: string): Promise<void> {
  for (const [part, set] of Object.entries(digits({ seed: 1, train: 300, test: 50 }))) {
    const { x, y } = (set as PictureSet).arrays;
    const name = part === 'train' ? 'train' : 't10k';
    await writeFile(join(folder, `${name}-images-idx3-ubyte`), idx([x.shape[0], 28, 28], x.data));
    await writeFile(join(folder, `${name}-labels-idx1-ubyte`), idx([y.shape[0]], y.data));
  }
}

function idx(shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const axes = shape.flatMap((size) => [size >>> 24, size >>> 16, size >>> 8, size]);
  return Uint8Array.from([0, 0, 8, shape.length, ...axes, ...Array.from(values)]);
}

/** Zeros in NumPy's format. */
function npy(shape: readonly number[]): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const header = `${text.padEnd(117)}\n`;
  const bytes = new Uint8Array(10 + header.length + 4 * shape.reduce((size, axis) => size * axis, 1));
  bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0, ...Buffer.from(header)]);
  return bytes;
}

/** Random pictures in the format of CIFAR-10's batches. */
function cifar(count: number): Uint8Array {
  const random = new Random(count);
  return Uint8Array.from({ length: count * 3073 }, (_, i) =>
    i % 3073 === 0 ? Math.floor(i / 3073) % 10 : 255 * random.uniform(),
  );
}
