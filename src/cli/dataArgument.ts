import { readdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { dataSetNames, openDataSet } from '../data/catalogue.node.js';
import type { DataSplits } from '../data/dataSet.js';
import { loadCifar10, loadMnist } from '../data/index.js';
import { StriateError } from '../tensor/index.js';
import { UsageError } from './failure.js';
import type { Output } from './output.js';

/** What a folder of data is told by: the name of one of its files. */
const kinds = [
  { sign: /^train-images[-.]idx3-ubyte(\.gz)?$/, load: (folder: string, name: string) => loadMnist(folder, { name }) },
  { sign: /^data_batch_\d\.bin$/, load: (folder: string) => loadCifar10(folder) },
] as const;

/**
 * Opens what `--data` names: a known data set, or a folder with files of MNIST's or CIFAR-10's kind. The drawn sets are
 * always drawn from the same seed, so that a run, its resumption and a later evaluation see the same pictures.
 */
export async function openData(name: string | undefined, output: Output): Promise<DataSplits> {
  if (name === undefined) {
    throw new UsageError(`--data is missing: name a data set, one of ${dataSetNames.join(', ')}, or a folder`);
  }
  if (!dataSetNames.includes(name)) {
    if (await isFolder(name)) return openFolder(name);
    const known = dataSetNames.join(', ');
    throw new StriateError(`data '${name}': there is no such data set or folder; use one of ${known}, or a folder`);
  }
  return openDataSet(name, { onDownload: (message) => output.progress(message) });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function openFolder(folder: string): Promise<DataSplits> {
  const names = await readdir(folder);
  const kind = kinds.find(({ sign }) => names.some((file) => sign.test(file)));
  if (kind) return kind.load(folder, basename(resolve(folder)));
  throw new StriateError(
    `data '${folder}': a folder must hold MNIST's files (train-images-idx3-ubyte.gz, …) or CIFAR-10's (data_batch_1.bin, …); ` +
      `it holds ${names.length === 0 ? 'nothing' : names.slice(0, 3).join(', ')}`,
  );
}
