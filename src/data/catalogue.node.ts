import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StriateError } from '../tensor/index.js';
import { cacheFolder } from '../platform/cacheFolder.node.js';
import { loadCifar10 } from './cifar10.js';
import type { DataSplits } from './dataSet.js';
import { digits } from './digits.js';
import { download } from '../platform/download.node.js';
import type { RemoteFile } from '../platform/platform.js';
import { systemFailure } from '../platform/systemErrors.js';
import { imageFolder, type ImageFolderOptions } from './folders/imageFolder.node.js';
import { loadMnist } from './mnist.js';
import { extract } from '../platform/tar.node.js';
import { xo } from './xo.js';

export { cacheFolder };

/** Where `openDataSet` looks. */
export interface OpenOptions {
  /** For the sets that are drawn; 0 by default. */
  readonly seed?: number;
  /** A folder with a folder for each data set; the environment variable `STRIATE_DATA` by default. */
  readonly folder?: string;
  /** Where downloads go; by default the user's cache folder, as `cacheFolder()` gives it. */
  readonly cache?: string;
  /** Called with one line before something is downloaded. */
  readonly onDownload?: (message: string) => void;
  /** For sets of photos: the size of an example and whatever else `imageFolder` takes. */
  readonly pictures?: ImageFolderOptions;
  /** Takes the place of the publishers' addresses: an address before the file's name, for a mirror. */
  readonly mirror?: string;
}

/** A set that is drawn on the spot. */
interface DrawnEntry {
  readonly draw: (seed: number) => DataSplits;
}

/** A set that is a folder of files. */
interface StoredEntry {
  readonly load: (folder: string) => Promise<DataSplits>;
  /** Where one of these is, the set is there. */
  readonly signs: readonly string[];
  readonly remote: readonly RemoteFile[];
  /** The files to take out of the one remote file, if that is an archive. */
  readonly unpack?: readonly string[];
}

/** A set of photos that its publisher gives to registered users only: it must be there already. */
interface PhotoEntry {
  readonly size: readonly [height: number, width: number];
  /** Where people get it. */
  readonly publisher: string;
}

/** The public mirror of LeCun's page that PyTorch uses too. */
const mnistMirror = 'https://ossci-datasets.s3.amazonaws.com/mnist';

const catalogue: Readonly<Record<string, DrawnEntry | StoredEntry | PhotoEntry>> = {
  mnist: {
    load: loadMnist,
    signs: ['train-images-idx3-ubyte.gz', 'train-images-idx3-ubyte', 'train-images.idx3-ubyte'],
    remote: [
      { url: `${mnistMirror}/train-images-idx3-ubyte.gz`, size: 9_912_422, md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873' },
      { url: `${mnistMirror}/train-labels-idx1-ubyte.gz`, size: 28_881, md5: 'd53e105ee54ea40749a09fcbcd1e9432' },
      { url: `${mnistMirror}/t10k-images-idx3-ubyte.gz`, size: 1_648_877, md5: '9fb629c4189551a2d022fa330f9573f3' },
      { url: `${mnistMirror}/t10k-labels-idx1-ubyte.gz`, size: 4_542, md5: 'ec29112dd5afa0611ce80d1b7f02629c' },
    ],
  },
  cifar10: {
    load: loadCifar10,
    signs: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
    remote: [
      {
        url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
        size: 170_052_171,
        md5: 'c32a1d4ab5d03f1284b67883e8d87530',
      },
    ],
    unpack: ['batches.meta.txt', 'test_batch.bin', ...[5, 4, 3, 2, 1].map((batch) => `data_batch_${batch}.bin`)],
  },
  'cats-dogs': { size: [150, 150], publisher: 'https://www.kaggle.com/c/dogs-vs-cats' },
  digits: { draw: (seed) => digits({ seed }) },
  xo: { draw: (seed) => xo({ seed }) },
};

/** The names that `openDataSet` knows. */
export const dataSetNames: readonly string[] = Object.keys(catalogue);

/**
 * Opens a data set by name: `digits` and `xo` are drawn from the seed; `mnist` and `cifar10` are looked for in
 * `$STRIATE_DATA/NAME`, then in the user's cache folder, and downloaded into it if they are in neither. `cats-dogs` is a
 * folder of photos in one of these places.
 *
 * @throws StriateError when the name is unknown, a file is damaged, or the download fails.
 *
 * @example
 * const { train, test } = await openDataSet('mnist');
 */
export async function openDataSet(name: string, options: OpenOptions = {}): Promise<DataSplits> {
  if (!Object.hasOwn(catalogue, name)) {
    throw new StriateError({
      where: `data '${name}'`,
      rule: 'there is no such data set',
      advice: `use one of ${dataSetNames.join(', ')}, or loadMnist and loadCifar10 for a folder with such files`,
    });
  }
  const entry = catalogue[name];
  if ('draw' in entry) return entry.draw(options.seed ?? 0);
  const { folder = process.env.STRIATE_DATA, cache = cacheFolder() } = options;
  const cached = join(cache, name);
  const candidates = folder === undefined || folder === '' ? [cached] : [join(folder, name), cached];
  if ('publisher' in entry) return openPhotos(name, entry, candidates, options.pictures);
  const found = candidates.find((place) => isComplete(entry, place));
  if (found !== undefined) return entry.load(found);
  await obtain(name, entry, cached, options);
  return entry.load(cached);
}

async function openPhotos(
  name: string,
  { size, publisher }: PhotoEntry,
  candidates: readonly string[],
  pictures: ImageFolderOptions = {},
): Promise<DataSplits> {
  const found = candidates.find((place) => existsSync(place));
  if (found !== undefined) {
    const { inputShape, preprocessing } = pictures;
    return imageFolder(found, { size: inputShape || preprocessing ? undefined : size, name, ...pictures });
  }
  throw new StriateError({
    where: `data '${name}'`,
    rule: `there is no folder ${candidates.join(' or ')}`,
    advice: `put the photos there, a folder for each class in train/ and validation/ (they come from ${publisher})`,
  });
}

/** Whether a folder has the set; an archive beside it has not been unpacked to the end. */
function isComplete(entry: StoredEntry, folder: string): boolean {
  const has = (file: string) => existsSync(join(folder, file));
  return entry.signs.some(has) && !(entry.unpack !== undefined && has(fileName(entry.remote[0])));
}

function fileName({ url }: RemoteFile): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/** Downloads what is not there yet; the file by which a set is known comes last, so a half set is not taken for one. */
async function obtain(name: string, entry: StoredEntry, folder: string, options: OpenOptions): Promise<void> {
  const { mirror } = options;
  const megabytes = Math.ceil(entry.remote.reduce((sum, { size = 0 }) => sum + size, 0) / 1e6);
  options.onDownload?.(`Downloading ${name} (${megabytes} MB) into ${folder}`);
  try {
    await mkdir(folder, { recursive: true });
    for (const remote of [...entry.remote].reverse()) {
      const path = join(folder, fileName(remote));
      if (existsSync(path)) continue;
      const url = mirror === undefined ? remote.url : `${mirror}/${fileName(remote)}`;
      await download({ ...remote, url }, path);
    }
    if (entry.unpack !== undefined) {
      const archive = join(folder, fileName(entry.remote[0]));
      const unpacked = join(folder, 'unpacked');
      await mkdir(unpacked, { recursive: true });
      for (const file of await extract(archive, unpacked, entry.unpack)) {
        await rename(join(unpacked, file), join(folder, file));
      }
      await rm(unpacked, { recursive: true });
      await rm(archive);
    }
  } catch (error) {
    const failure = error instanceof StriateError ? error : systemFailure('cannot write there', error);
    throw failure
      .within(`data '${name}': is neither in $STRIATE_DATA/${name} nor in ${folder}, and could not be downloaded`)
      .advising(`to do without the network, put ${entry.remote.map(fileName).join(', ')} into ${folder}`);
  }
}
