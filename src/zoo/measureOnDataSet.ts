import type { DataSet } from '../data/dataSet.js';
import { PictureFiles } from '../data/folders/pictureFiles.js';
import type { Model } from '../models/index.js';
import { Random, sizeOf, Tensor } from '../tensor/index.js';
import { measurePreprocessing, usualFirst, type MeasuredPreprocessing } from './measurePreprocessing.js';

/** How many pictures are tried, each under every name of the table. */
const [fewest, most] = [32, 96];

/** What a measurement on a data set gave. */
export interface MeasuredOnDataSet {
  /** How many pictures were tried. */
  readonly pictures: number;
  /** As `measurePreprocessing` gives them: what to take first. */
  readonly measured: readonly MeasuredPreprocessing[];
}

/**
 * `measurePreprocessing` on some pictures of a data set.
 *
 * @param data pictures at the model's size, from 0 to 1
 * @param seed what the choice of the pictures follows from
 * @returns undefined where the data are too few to tell.
 */
export async function measureOnDataSet(
  model: Model,
  data: DataSet,
  seed: number,
): Promise<MeasuredOnDataSet | undefined> {
  // Trying every name is not to take much longer than going through the data once.
  const affordable = Math.floor(data.size / usualFirst.length);
  const chosen = picked(data, Math.max(fewest, Math.min(most, affordable)), seed);
  const count = chosen.length;
  const x = new Float32Array(count * sizeOf(data.inputShape));
  const y = new Int32Array(count);
  await data.fill(chosen, x, y);
  const classes = new Set(y).size;
  if (classes < 2 || count < 4 * classes) return undefined;
  const pictures = new Tensor('float32', [count, ...data.inputShape], x);
  return { pictures: count, measured: await measurePreprocessing(model, pictures, y) };
}

/** Examples of all classes in turn, where the data tell classes beforehand, or any. */
function picked(data: DataSet, count: number, seed: number): Int32Array {
  const random = new Random([seed]);
  const groups =
    data instanceof PictureFiles ? data.indicesByClass() : [Int32Array.from({ length: data.size }, (_, i) => i)];
  for (const group of groups) random.shuffle(group);
  // Of many classes, some with several pictures each tell more than all with one.
  const kept = groups.filter(({ length }) => length > 1).slice(0, Math.max(1, Math.floor(count / 8)));
  const longest = Math.max(0, ...kept.map(({ length }) => length));
  const turns = Array.from({ length: longest }, (_, turn) =>
    kept.filter((group) => turn < group.length).map((g) => g[turn]),
  );
  return Int32Array.from(turns.flat().slice(0, count));
}
