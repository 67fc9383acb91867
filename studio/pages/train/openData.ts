import {
  cifar10Classes,
  digits,
  imageFiles,
  loadMnist,
  parseCifar10,
  PictureSet,
  StriateError,
  Tensor,
  xo,
  type DataSet,
  type Preprocessing,
  type SelectableSet,
} from 'striate';
import { openFolder } from '../../storage/photoFolders.js';
import { problem } from './problems.js';
import type { TrainSettings } from './recipe.js';

/** Pictures to learn from, and others that are held out. */
export interface OpenedData {
  readonly train: DataSet;
  readonly held: DataSet;
}

/** Which data, and how their pictures are prepared where they are photos. */
export interface DataChoice extends Pick<TrainSettings, 'data' | 'pictures' | 'held' | 'side'> {
  /** The address of the folder of data that the server has, up to a folder's name; undefined without a server. */
  readonly server: string | undefined;
  /** As a model wants its pictures, where they are photos. */
  readonly preprocessing?: Preprocessing | undefined;
  readonly inputShape?: readonly number[];
}

let last: { readonly key: string; readonly data: Promise<OpenedData> } | undefined;

/** Opens data by their name; those that were opened last are kept. */
export function openData(choice: DataChoice): Promise<OpenedData> {
  const key = JSON.stringify(choice);
  if (last?.key !== key) {
    const opening = { key, data: opened(choice) };
    last = opening;
    // What failed is tried again.
    opening.data.catch(() => last === opening && (last = undefined));
  }
  return last.data;
}

async function opened(choice: DataChoice): Promise<OpenedData> {
  const { data, pictures, held } = choice;
  if (data === 'xo') return parts(xo({ seed: 1, train: pictures, test: held }));
  if (data === 'digits') return parts(digits({ seed: 1, train: pictures, test: held }));
  if (data.startsWith('photos:')) return photos(choice);
  const folder = servedFolder(choice);
  const { train, test } = data === 'cifar10' ? await cifar10(folder) : await loadMnist(folder);
  return { train: train.take(pictures), held: test.take(held) };
}

function parts({ train, test }: { readonly train: DataSet; readonly test: DataSet }): OpenedData {
  return { train, held: test };
}

function servedFolder({ data, server }: DataChoice): string {
  if (data !== 'mnist' && data !== 'cifar10') {
    throw new StriateError({
      where: problem.data,
      rule: problem.noSuchPictures,
      received: data,
      advice: problem.pickOthers,
    });
  }
  if (server !== undefined) return `${server}${data}`;
  throw new StriateError({ where: data, rule: problem.notInPage, advice: problem.giveFolder(data) });
}

/** CIFAR-10 of a server: its batches are asked for one by one, as not all need be there. */
async function cifar10(folder: string): Promise<{ readonly train: PictureSet; readonly test: PictureSet }> {
  const read = async (name: string): Promise<PictureSet> => {
    const answer = await fetch(`${folder}/${name}`);
    if (!answer.ok) {
      throw new StriateError({ where: name, rule: problem.notInFolder, advice: problem.seeCifar });
    }
    const { x, y } = parseCifar10(new Uint8Array(await answer.arrayBuffer()), name);
    return new PictureSet({ name: 'cifar10', x, y, classNames: cifar10Classes });
  };
  const [train, test] = await Promise.all([read('data_batch_1.bin'), read('test_batch.bin')]);
  return { train, test };
}

async function photos({ data, pictures, held, side, preprocessing, inputShape }: DataChoice): Promise<OpenedData> {
  const folder = await openFolder(data);
  const size = inputShape ? ([inputShape[0], inputShape[1]] as const) : ([side, side] as const);
  const splits = await imageFiles(folder.files, {
    name: folder.name,
    ...(preprocessing ? { preprocessing } : { size }),
    validationSplit: 0.2,
    seed: 1,
  });
  const { train, validation, test } = splits;
  return { train: some(train, pictures), held: some(validation ?? test, held) };
}

/** So many pictures of all classes: in folders they stand class by class. */
function some(set: SelectableSet, count: number): DataSet {
  return set.size <= count ? set : set.split(count / set.size, 1)[0];
}

/** Tensors of a set's pictures with these numbers, and their classes. */
export async function batchOf(set: DataSet, indices: readonly number[]): Promise<{ x: Tensor; labels: Int32Array }> {
  const data = new Float32Array(indices.length * set.inputShape.reduce((a, b) => a * b, 1));
  const labels = new Int32Array(indices.length);
  await set.fill(indices, data, labels);
  return { x: new Tensor('float32', [indices.length, ...set.inputShape], data), labels };
}
