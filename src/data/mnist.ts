import { namedPreprocessing } from '../pictures/namedPreprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { formatShape, sameShape, StriateError, Tensor } from '../tensor/index.js';
import { readFirstIdx } from './idx.js';
import { PictureSet, type PictureSplits } from './pictureSet.js';

const digits: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** The classes of Fashion-MNIST, in the order of its labels. */
export const fashionMnistClasses: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/** Options for other data sets in MNIST's format. */
export interface MnistOptions {
  /** `mnist` by default. */
  readonly name?: string;
  /** The digits by default. */
  readonly classNames?: readonly string[];
}

const accepts = {
  where: 'loadMnist',
  kinds: { name: 'string', classNames: 'list' },
} as const satisfies AcceptedOptions<MnistOptions>;

/**
 * Loads MNIST (LeCun, Cortes & Burges), 60,000 + 10,000 digits of 28×28×1, from its four IDX files, gzipped or not; sets
 * with the same files (Fashion-MNIST, Kuzushiji-MNIST) load too. Pictures stay bytes in memory.
 *
 * @param folder where `train-images-idx3-ubyte.gz` and the others are; in the browser, an address
 * @throws StriateError when a file is missing, damaged, or does not match the others.
 *
 * @example
 * const { train, test } = await loadMnist('data/mnist');
 */
export async function loadMnist(folder: string, options: MnistOptions = {}): Promise<PictureSplits> {
  const { name = 'mnist', classNames = digits } = expectOptions(accepts, options);
  // Unpacking is most of the work and runs in the thread pool, so all files are read at the same time.
  const [train, test] = await Promise.all([
    loadPart(folder, 'train', name, classNames),
    loadPart(folder, 't10k', name, classNames),
  ]);
  if (!sameShape(train.inputShape, test.inputShape)) {
    throw new StriateError({
      where: folder,
      rule: 'training and test pictures must have the same size',
      received: `${formatShape(train.inputShape)} and ${formatShape(test.inputShape)}`,
      advice: 'put the four files of one data set into the folder',
    });
  }
  return { train, test };
}

async function loadPart(
  folder: string,
  part: string,
  name: string,
  classNames: readonly string[],
): Promise<PictureSet> {
  const [images, labels] = await Promise.all([
    readFirstIdx(folder, fileNames(`${part}-images`, 3)),
    readFirstIdx(folder, fileNames(`${part}-labels`, 1)),
  ]);
  const x = bytesOf(images, 3, 'pictures [N, height, width]');
  const y = bytesOf(labels, 1, 'labels [N]');
  const [count, height, width] = x.shape;
  if (x.size === 0) {
    throw new StriateError({
      where: images.path,
      rule: 'must hold pictures',
      received: formatShape(x.shape),
      advice: 'download the file again',
    });
  }
  if (count !== y.size) {
    throw new StriateError({
      where: labels.path,
      rule: `needs one label for each of the ${count} pictures in ${images.path}`,
      received: y.size,
      advice: 'download both files again; they must come from one data set',
    });
  }
  const bad = y.data.findIndex((label) => label >= classNames.length);
  if (bad >= 0) {
    throw new StriateError({
      where: labels.path,
      rule: `labels must be from 0 to ${classNames.length - 1}`,
      received: `${y.data[bad]} for picture ${bad}`,
      advice: 'download the file again',
    });
  }
  return new PictureSet({
    name,
    x: x.reshape([count, height, width, 1]),
    y: new Tensor('int32', [count], Int32Array.from(y.data)),
    classNames,
    preprocessing: namedPreprocessing('drawing', [height, width, 1]),
  });
}

function fileNames(stem: string, rank: number): string[] {
  return [`${stem}-idx${rank}-ubyte.gz`, `${stem}-idx${rank}-ubyte`, `${stem}.idx${rank}-ubyte`];
}

function bytesOf({ path, data }: { path: string; data: Tensor }, rank: number, what: string): Tensor<'uint8'> {
  if (data.dtype === 'uint8' && data.shape.length === rank) return data as Tensor<'uint8'>;
  const other = rank === 3 ? 1 : 3;
  throw new StriateError({
    where: path,
    rule: `must hold ${what} as bytes`,
    received: `${data.dtype} of shape ${formatShape(data.shape)}`,
    advice:
      data.shape.length === other
        ? 'picture and label files seem to be swapped: give each its own name again'
        : 'download the file again',
  });
}
