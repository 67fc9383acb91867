/** In the worker: data sets that lie in the server's folder of data. */
import {
  cifar10Classes,
  fashionMnistClasses,
  imageFiles,
  loadMnist,
  normalizedSplits,
  parseCifar10,
  PictureSet,
  Tensor,
  type DataSplits,
  type FolderFile,
  type Preprocessing,
} from 'striate';
import { asked } from './asked.js';
import type { DataAnswer } from '../../src/studio/api.js';

/** How a model wants its pictures. */
export interface WantedPictures {
  /** [H, W, C]. */
  readonly inputShape: readonly number[];
  readonly preprocessing?: Preprocessing | undefined;
}

/** A data set, and what its pictures' files are called where they have some. */
export interface ServedData {
  readonly splits: DataSplits;
  readonly isOfFiles: boolean;
}

/** Folders that are listed at the same time. */
const atOnce = 8;

/**
 * Opens a folder of the server's data: MNIST's or CIFAR-10's files, or a folder of pictures for each class, which are brought
 * when they are needed.
 *
 * @param api the address of the server's answers, up to and with `api/`
 * @param folder relative to the data, with slashes; empty for all of it
 * @throws StriateError where there is no such folder, or it holds no data set.
 */
export async function servedData(api: string, folder: string, wanted: WantedPictures): Promise<ServedData> {
  const { entries } = await listed(api, folder);
  const files = entries.filter(({ kind }) => kind !== 'folder').map(({ name }) => name);
  const name = folder === '' ? 'data' : folder.split('/').at(-1)!;
  const { inputShape, preprocessing } = wanted;
  const inMemory = (splits: DataSplits): ServedData => ({
    splits: preprocessing ? normalizedSplits(splits, preprocessing) : splits,
    isOfFiles: false,
  });
  if (files.some((file) => file.startsWith('train-images'))) {
    const classNames = /fashion/i.test(name) ? { classNames: fashionMnistClasses } : {};
    return inMemory(await loadMnist(addressOf(api, folder), { name, ...classNames }));
  }
  const batches = files.filter((file) => /^data_batch_\d\.bin$/.test(file));
  if (batches.length > 0) return inMemory(await cifar10(api, folder, batches));
  const photos = await filesIn(api, folder, name);
  const splits = await imageFiles(photos, { name, inputShape, ...(preprocessing && { preprocessing }) });
  return { splits, isOfFiles: true };
}

/** CIFAR-10 of the batches that are there, as not all need be. */
async function cifar10(api: string, folder: string, batches: readonly string[]): Promise<DataSplits> {
  const read = async (names: readonly string[]): Promise<PictureSet> => {
    const parts = await Promise.all(
      names.map(async (name) =>
        parseCifar10(new Uint8Array(await (await fileOf(api, at(folder, name))).arrayBuffer()), name),
      ),
    );
    const count = parts.reduce((sum, { y }) => sum + y.size, 0);
    const x = new Uint8Array(parts.reduce((sum, part) => sum + part.x.size, 0));
    const y = new Int32Array(count);
    let [pixels, labels] = [0, 0];
    for (const part of parts) {
      x.set(part.x.data, pixels);
      y.set(part.y.data, labels);
      [pixels, labels] = [pixels + part.x.size, labels + part.y.size];
    }
    const shape = [count, ...parts[0].x.shape.slice(1)];
    const tensors = { x: new Tensor('uint8', shape, x), y: new Tensor('int32', [count], y) };
    return new PictureSet({ name: 'cifar10', ...tensors, classNames: cifar10Classes });
  };
  const [train, test] = await Promise.all([read(batches), read(['test_batch.bin'])]);
  return { train, test };
}

/** All files below a folder, none of them brought yet, with the paths that `imageFiles` wants: the folder's name comes first. */
async function filesIn(api: string, folder: string, name: string): Promise<FolderFile[]> {
  const found: FolderFile[] = [];
  let folders = [''];
  while (folders.length > 0) {
    const below: string[] = [];
    for (let i = 0; i < folders.length; i += atOnce) {
      const inside = folders.slice(i, i + atOnce);
      const answers = await Promise.all(inside.map((path) => listed(api, at(folder, path))));
      answers.forEach(({ entries }, k) => {
        for (const entry of entries) {
          const path = at(inside[k], entry.name);
          if (entry.kind === 'folder') below.push(path);
          else found.push({ path: `${name}/${path}`, file: () => fileOf(api, at(folder, path)) });
        }
      });
    }
    folders = below;
  }
  return found;
}

const at = (folder: string, name: string): string => [folder, name].filter((part) => part !== '').join('/');

const addressOf = (api: string, path: string): string => `${api}data/file?path=${encodeURIComponent(path)}`;

async function fileOf(api: string, path: string): Promise<Blob> {
  return (await asked(addressOf(api, path), path)).blob();
}

async function listed(api: string, folder: string): Promise<DataAnswer> {
  return (await (await asked(`${api}data?${new URLSearchParams({ folder })}`, folder)).json()) as DataAnswer;
}
