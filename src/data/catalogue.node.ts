import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { StriateError } from '../tensor/index.js';
import { cacheFolder } from '../platform/cacheFolder.node.js';
import { loadCifar10 } from './cifar10.js';
import { isIgnored } from './folders/classFolders.js';
import type { DataSplits } from './dataSet.js';
import { digits } from './digits.js';
import { download } from '../platform/download.node.js';
import type { RemoteFile } from '../platform/platform.js';
import { systemFailure } from '../platform/systemErrors.js';
import { imageFolder, imageFolderAccepts, type ImageFolderOptions } from './folders/imageFolder.node.js';
import { fashionMnistClasses, loadMnist } from './mnist.js';
import { normalizedSplits } from './normalizedSet.js';
import type { SelectableSet } from './selectableSet.js';
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
  /**
   * For photos: the size of an example and whatever else `imageFolder` takes. Sets in memory, whose numbers are from 0 to
   * 1, get the mean, the deviation and the order of channels of `preprocessing`.
   */
  readonly pictures?: ImageFolderOptions;
  /** A mirror: the base URL that replaces the publishers' in front of the file names. */
  readonly mirror?: string;
}

const accepts = {
  where: 'openDataSet',
  kinds: {
    seed: 'number',
    folder: 'string',
    cache: 'string',
    onDownload: 'function',
    pictures: 'object',
    mirror: 'string',
  },
} as const satisfies AcceptedOptions<OpenOptions>;

/** A set that is drawn when it is opened. */
interface DrawnEntry {
  readonly draw: (seed: number) => DataSplits<SelectableSet>;
}

/** A set that is a folder of files. */
interface StoredEntry {
  readonly load: (folder: string, name?: string) => Promise<DataSplits<SelectableSet>>;
  /** Files by which the set is recognized. */
  readonly signs: readonly string[];
  readonly remote: readonly RemoteFile[];
  /** The files to extract from the remote file, if it is an archive. */
  readonly unpack?: readonly string[];
}

/** A set of photos that its publisher gives to registered users only: it must have been downloaded by hand. */
interface PhotoEntry {
  readonly size: readonly [height: number, width: number];
  /** Where people get it. */
  readonly publisher: string;
}

/** The public mirror of LeCun's page that PyTorch also uses. */
const mnistMirror = 'https://ossci-datasets.s3.amazonaws.com/mnist';

const fashionMnist = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com';

const catalogue: Readonly<Record<string, DrawnEntry | StoredEntry | PhotoEntry>> = {
  mnist: {
    load: (folder, name) => loadMnist(folder, { name }),
    signs: ['-', '.'].flatMap((dot) => ['.gz', ''].map((end) => `train-images${dot}idx3-ubyte${end}`)),
    remote: [
      { url: `${mnistMirror}/train-images-idx3-ubyte.gz`, size: 9_912_422, md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873' },
      { url: `${mnistMirror}/train-labels-idx1-ubyte.gz`, size: 28_881, md5: 'd53e105ee54ea40749a09fcbcd1e9432' },
      { url: `${mnistMirror}/t10k-images-idx3-ubyte.gz`, size: 1_648_877, md5: '9fb629c4189551a2d022fa330f9573f3' },
      { url: `${mnistMirror}/t10k-labels-idx1-ubyte.gz`, size: 4_542, md5: 'ec29112dd5afa0611ce80d1b7f02629c' },
    ],
  },
  // Zalando's clothes in MNIST's files (Xiao et al. 2017).
  'fashion-mnist': {
    load: (folder, name = 'fashion-mnist') => loadMnist(folder, { name, classNames: fashionMnistClasses }),
    signs: ['-', '.'].flatMap((dot) => ['.gz', ''].map((end) => `train-images${dot}idx3-ubyte${end}`)),
    remote: [
      { url: `${fashionMnist}/train-images-idx3-ubyte.gz`, size: 26_421_880, md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d' },
      { url: `${fashionMnist}/train-labels-idx1-ubyte.gz`, size: 29_515, md5: '25c81989df183df01b3e8a0aad5dffbe' },
      { url: `${fashionMnist}/t10k-images-idx3-ubyte.gz`, size: 4_422_102, md5: 'bef4ecab320f06d8554ea6380940ec79' },
      { url: `${fashionMnist}/t10k-labels-idx1-ubyte.gz`, size: 5_148, md5: 'bb300cfdad3c16e7a12a480ee83cd310' },
    ],
  },
  cifar10: {
    load: (folder) => loadCifar10(folder),
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
 * Opens a data set by its name, or a folder: `digits` and `xo` are drawn from the seed; `mnist` and `cifar10` are looked up
 * in `$STRIATE_DATA/NAME`, then in the user's cache folder, into which they are downloaded if they are in neither.
 * `cats-dogs` is a folder of photos in one of these places. A folder of your own has a folder of pictures for each class,
 * or files in the format of MNIST or CIFAR-10.
 *
 * @throws StriateError when there is no such data set or folder, a file is damaged, or the download fails.
 *
 * @example
 * const { train, test } = await openDataSet('mnist');
 * const photos = await openDataSet('photos', { pictures: { size: [150, 150] } });
 */
export async function openDataSet(nameOrFolder: string, options: OpenOptions = {}): Promise<DataSplits<SelectableSet>> {
  expectOptions(accepts, options);
  expectOptions({ ...imageFolderAccepts, where: 'openDataSet, pictures' }, options.pictures ?? {});
  return openDataSplits(nameOrFolder, options);
}

/** `openDataSet` for callers whose options the compiler has checked. */
export async function openDataSplits(nameOrFolder: string, options: OpenOptions): Promise<DataSplits<SelectableSet>> {
  const { pictures = {} } = options;
  const entry = Object.hasOwn(catalogue, nameOrFolder) ? catalogue[nameOrFolder] : undefined;
  const found = entry === undefined ? await findFolder(nameOrFolder) : await findEntry(nameOrFolder, entry, options);
  const { inputShape, preprocessing } = pictures;
  // Folders of pictures bring their numbers into the model's range as they are read.
  if ('photos' in found) {
    const { photos, name, size } = found;
    return imageFolder(photos, { name, size: inputShape || preprocessing ? undefined : size, ...pictures });
  }
  const splits = await found.load();
  return preprocessing ? normalizedSplits(splits, preprocessing) : splits;
}

/** Where a data set was found, before any of it is read. */
type FoundData =
  | { readonly load: () => DataSplits<SelectableSet> | Promise<DataSplits<SelectableSet>> }
  | { readonly photos: string; readonly name?: string; readonly size?: PhotoEntry['size'] };

/** A set of the catalogue; what is missing is downloaded. */
async function findEntry(
  name: string,
  entry: DrawnEntry | StoredEntry | PhotoEntry,
  options: OpenOptions,
): Promise<FoundData> {
  if ('draw' in entry) return { load: () => entry.draw(options.seed ?? 0) };
  const { folder = process.env.STRIATE_DATA, cache = cacheFolder() } = options;
  const cached = join(cache, name);
  const candidates = folder === undefined || folder === '' ? [cached] : [join(folder, name), cached];
  if ('publisher' in entry) {
    const photos = candidates.find((place) => existsSync(place));
    if (photos !== undefined) return { photos, name, size: entry.size };
    throw new StriateError({
      where: `data '${name}'`,
      rule: `there is no folder ${candidates.join(' or ')}`,
      advice: `put the photos there, a folder for each class in train/ and validation/ (they come from ${entry.publisher})`,
    });
  }
  const stored = candidates.find((place) => isComplete(entry, place));
  if (stored === undefined) await obtain(name, entry, cached, options);
  return { load: () => entry.load(stored ?? cached) };
}

/** The files of a known set in a folder of any name, or a folder of pictures for each class. */
async function findFolder(folder: string): Promise<FoundData> {
  if (!(await isFolder(folder))) {
    throw new StriateError({
      where: `data '${folder}'`,
      rule: 'there is no such data set or folder',
      advice: `use one of ${dataSetNames.join(', ')}, or a folder`,
    });
  }
  const names = await readdir(folder);
  const own = basename(resolve(folder));
  const stored = Object.entries(catalogue).flatMap(([name, entry]) => ('signs' in entry ? [{ name, entry }] : []));
  const matching = stored.filter(({ entry }) => names.some((file) => entry.signs.includes(file)));
  // Sets with the same files are told apart by what their folder is called.
  const known = (matching.find(({ name }) => name === own) ?? matching.at(0))?.entry;
  if (known) return { load: () => known.load(folder, own) };
  const seen = names.filter((name) => !isIgnored(name));
  const folders = await Promise.all(seen.map((name) => isFolder(join(folder, name))));
  if (folders.includes(true)) return { photos: folder };
  throw new StriateError({
    where: `data '${folder}'`,
    rule: "a folder must hold a folder of pictures for each class, MNIST's files (train-images-idx3-ubyte.gz, …) or CIFAR-10's (data_batch_1.bin, …)",
    advice: `it holds ${seen.length === 0 ? 'nothing' : seen.slice(0, 3).join(', ')}`,
  });
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Whether a folder contains the set; an archive left beside it means that unpacking did not finish. */
function isComplete(entry: StoredEntry, folder: string): boolean {
  const has = (file: string) => existsSync(join(folder, file));
  return entry.signs.some(has) && !(entry.unpack !== undefined && has(fileName(entry.remote[0])));
}

function fileName({ url }: RemoteFile): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/**
 * Downloads missing files; the file by which a set is recognized comes last, so an incomplete set is not mistaken for one.
 */
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
