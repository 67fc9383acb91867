import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { dataSetNames, openDataSet } from '../data/catalogue.node.js';
import { isIgnored } from '../data/folders/classFolders.js';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import { DerivedSet } from '../data/derivedSet.js';
import { imageFolder, type ImageFolderOptions } from '../data/folders/imageFolder.node.js';
import { loadCifar10, loadMnist } from '../data/index.js';
import { normalizedSplits } from '../data/normalizedSet.js';
import { PictureFiles } from '../data/folders/pictureFiles.js';
import { StriateError } from '../tensor/index.js';
import { zoo } from '../zoo/index.js';
import { UsageError } from './failure.js';
import { isFile } from './modelArgument.js';
import { modelOfFile } from './modelFile.js';
import type { Output } from './output.js';

/** What a folder of data is told by: the name of one of its files. */
const kinds = [
  { sign: /^train-images[-.]idx3-ubyte(\.gz)?$/, load: (folder: string, name: string) => loadMnist(folder, { name }) },
  { sign: /^data_batch_\d\.bin$/, load: (folder: string) => loadCifar10(folder) },
] as const;

/** How photos are to be opened. */
export interface PictureChoice {
  /** The model that is to see them, as given on the command line: they come in its size. */
  readonly model?: string;
  /**
   * Whatever else `imageFolder` takes; a size or `preprocessing` comes before the model's. Sets in memory get the mean, the
   * deviation and the order of channels of `preprocessing`.
   */
  readonly options?: ImageFolderOptions;
}

/**
 * Opens what `--data` names: a known data set, a folder with files of MNIST's or CIFAR-10's kind, or a folder of pictures.
 * The drawn sets are always drawn from the same seed, and folders are divided by the same seed, so that a run, its
 * resumption and a later evaluation see the same pictures.
 */
export async function openData(
  name: string | undefined,
  output: Output,
  pictures: PictureChoice = {},
): Promise<DataSplits> {
  if (name === undefined) {
    throw new UsageError({
      where: '--data is missing',
      rule: `name a data set, one of ${dataSetNames.join(', ')}, or a folder`,
    });
  }
  if (!dataSetNames.includes(name)) {
    if (await isFolder(name)) return openFolder(name, await withModel(pictures));
    const known = dataSetNames.join(', ');
    throw new StriateError({
      where: `data '${name}'`,
      rule: 'there is no such data set or folder',
      advice: `use one of ${known}, or a folder`,
    });
  }
  const onDownload = (message: string): void => output.progress(message);
  const options = await withModel(pictures);
  return inRange(await openDataSet(name, { onDownload, pictures: options }), options);
}

/** Sets in memory have numbers from 0 to 1; folders bring theirs into the model's range as they are read. */
function inRange(splits: DataSplits, { preprocessing }: ImageFolderOptions): DataSplits {
  if (splits.train instanceof PictureFiles || !preprocessing) return splits;
  return normalizedSplits(splits, preprocessing);
}

/** Says which files of a folder of pictures were skipped, once they have been met. */
export function tellSkipped({ train }: DataSplits, output: Output): void {
  const line = pictureFilesOf(train)?.skippedLine;
  if (line !== undefined) output.progress(line);
}

/** The files that a data set's pictures, in the same order, come from; undefined where they come from none. */
export function pictureFilesOf(data: DataSet): PictureFiles | undefined {
  if (data instanceof PictureFiles) return data;
  return data instanceof DerivedSet ? pictureFilesOf(data.base) : undefined;
}

/** The size that the model takes, and how it says that its pictures are prepared, unless told otherwise. */
async function withModel({ model, options = {} }: PictureChoice): Promise<ImageFolderOptions> {
  const { size, inputShape, preprocessing } = options;
  if (size || inputShape || preprocessing || model === undefined) return options;
  if (!isFile(model)) return { inputShape: zoo.describe(model).inputShape, ...options };
  const found = (await modelOfFile(model)).model;
  const wanted = { preprocessing: found.preprocessing, inputShape: found.inputs[0].shape };
  await found.dispose();
  return { ...wanted, ...options };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function openFolder(folder: string, options: ImageFolderOptions): Promise<DataSplits> {
  const names = await readdir(folder);
  const kind = kinds.find(({ sign }) => names.some((file) => sign.test(file)));
  if (kind) return inRange(await kind.load(folder, basename(resolve(folder))), options);
  const seen = names.filter((name) => !isIgnored(name));
  const folders = await Promise.all(seen.map((name) => isFolder(join(folder, name))));
  if (folders.includes(true)) return imageFolder(folder, { seed: 0, ...options });
  throw new StriateError({
    where: `data '${folder}'`,
    rule: "a folder must hold a folder of pictures for each class, MNIST's files (train-images-idx3-ubyte.gz, …) or CIFAR-10's (data_batch_1.bin, …)",
    advice: `it holds ${seen.length === 0 ? 'nothing' : seen.slice(0, 3).join(', ')}`,
  });
}
