import { files } from '#platform';
import { StriateError, Tensor } from '../tensor/index.js';
import { PictureSet, type PictureSplits } from './pictureSet.js';

const side = 32;
const plane = side * side;
const record = 1 + 3 * plane;

const trainingFiles = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);

/** CIFAR-10's classes, in label order. */
export const cifar10Classes: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/** Pictures [N, 32, 32, 3] and labels [N] of one CIFAR-10 file. */
export interface CifarBatch {
  readonly x: Tensor<'uint8'>;
  readonly y: Tensor<'int32'>;
}

/**
 * Loads CIFAR-10 (Krizhevsky 2009) from its binary version: those of `data_batch_1.bin` … `data_batch_5.bin` that exist,
 * and `test_batch.bin`; pictures are 32×32×3. Class names come from `batches.meta.txt` if it exists.
 *
 * @param folder where the files are; in the browser, an address
 * @throws StriateError when the training or test file is missing, or one is damaged.
 *
 * @example
 * const { train, test } = await loadCifar10('data/cifar10');
 */
export async function loadCifar10(folder: string): Promise<PictureSplits> {
  const [names, test, ...batches] = await Promise.all([
    readClassNames(folder),
    readBatch(files.join(folder, 'test_batch.bin')),
    ...trainingFiles.map((name) => readBatch(files.join(folder, name))),
  ]);
  const present = batches.filter((batch) => batch !== undefined);
  if (present.length === 0) throw missing(folder, 'data_batch_1.bin');
  if (test === undefined) throw missing(folder, 'test_batch.bin');
  const set = ({ x, y }: CifarBatch) => new PictureSet({ name: 'cifar10', x, y, classNames: names });
  return { train: set(join(present)), test: set(test) };
}

/**
 * Reads the contents of one CIFAR-10 binary file: for each picture a label byte and 1,024 bytes each of red, green and
 * blue, which become [N, 32, 32, 3].
 *
 * @param file what to call the file in an error message
 * @throws StriateError when the length is not a whole number of pictures or a label is above 9.
 */
export function parseCifar10(bytes: Uint8Array, file: string): CifarBatch {
  const count = bytes.length / record;
  if (count === 0 || !Number.isInteger(count)) {
    throw new StriateError({
      where: file,
      rule: `a CIFAR-10 file has ${record} bytes for each picture`,
      received: `${bytes.length} bytes, ${Math.floor(count)} pictures and ${bytes.length % record} bytes over`,
      advice: 'download the binary version again',
    });
  }
  const x = new Uint8Array(count * 3 * plane);
  const y = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const from = i * record;
    const label = bytes[from];
    if (label >= cifar10Classes.length) {
      throw new StriateError({
        where: file,
        rule: `labels must be from 0 to ${cifar10Classes.length - 1}`,
        received: `${label} for picture ${i}`,
        advice: 'download the binary version of CIFAR-10 again',
      });
    }
    y[i] = label;
    const red = from + 1;
    const green = red + plane;
    const blue = green + plane;
    for (let pixel = 0, to = i * 3 * plane; pixel < plane; pixel++, to += 3) {
      x[to] = bytes[red + pixel];
      x[to + 1] = bytes[green + pixel];
      x[to + 2] = bytes[blue + pixel];
    }
  }
  return { x: new Tensor('uint8', [count, side, side, 3], x), y: new Tensor('int32', [count], y) };
}

async function readBatch(path: string): Promise<CifarBatch | undefined> {
  const bytes = await files.readIfPresent(path);
  return bytes === undefined ? undefined : parseCifar10(bytes, path);
}

async function readClassNames(folder: string): Promise<readonly string[]> {
  const path = files.join(folder, 'batches.meta.txt');
  const bytes = await files.readIfPresent(path);
  if (bytes === undefined) return cifar10Classes;
  const names = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length !== cifar10Classes.length) {
    throw new StriateError({
      where: path,
      rule: `must hold ${cifar10Classes.length} class names, one on a line`,
      received: names.length,
      advice: 'download the file again or remove it',
    });
  }
  return names;
}

function join(batches: readonly CifarBatch[]): CifarBatch {
  if (batches.length === 1) return batches[0];
  const count = batches.reduce((sum, { y }) => sum + y.size, 0);
  const x = new Uint8Array(count * 3 * plane);
  const y = new Int32Array(count);
  let at = 0;
  for (const batch of batches) {
    x.set(batch.x.data, at * 3 * plane);
    y.set(batch.y.data, at);
    at += batch.y.size;
  }
  return { x: new Tensor('uint8', [count, side, side, 3], x), y: new Tensor('int32', [count], y) };
}

function missing(folder: string, name: string): StriateError {
  return new StriateError({
    where: files.join(folder, name),
    rule: 'no such file',
    advice: `unpack CIFAR-10's binary version (cifar-10-binary.tar.gz) into ${folder}`,
  });
}
