import type { DataSet } from '../../data/dataSet.js';
import { PictureFiles } from '../../data/folders/pictureFiles.js';
import type { Model } from '../../models/index.js';
import { Random, sizeOf, Tensor } from '../../tensor/index.js';
import type { PreprocessingName } from '../../pictures/index.js';
import { measurePreprocessing } from '../../zoo/index.js';

/** Pictures that are tried; each under every name of the table. */
const [fewest, most] = [32, 96];

/** Trying shall not take much longer than going through the data once. */
const names = 6;

/** What a measurement chose, and a line for the user. */
export interface MeasuredChoice {
  readonly name: PreprocessingName;
  readonly line: string;
}

/**
 * Finds out how a trained model wants its pictures where nothing says it, from the data that a new classifier is to learn.
 *
 * @param data pictures at the model's size, from 0 to 1
 * @param file what the line calls the model
 * @returns undefined where the data are too few to tell.
 */
export async function measuredPreprocessing(
  model: Model,
  data: DataSet,
  { file, seed }: { readonly file: string; readonly seed: number },
): Promise<MeasuredChoice | undefined> {
  const chosen = picked(data, Math.max(fewest, Math.min(most, Math.floor(data.size / names))), seed);
  const count = chosen.length;
  const x = new Float32Array(count * sizeOf(data.inputShape));
  const y = new Int32Array(count);
  await data.fill(chosen, x, y);
  const classes = new Set(y).size;
  if (classes < 2 || count < 4 * classes) return undefined;
  const measured = await measurePreprocessing(model, new Tensor('float32', [count, ...data.inputShape], x), y);
  const [{ name }] = measured;
  const scores = measured.map(({ name: one, explained }) => `${one} ${Math.max(explained, -1).toFixed(2)}`).join(', ');
  return {
    name,
    line:
      `${file} does not say how its pictures are prepared. Of ${count} training pictures, a linear classifier explains: ` +
      `${scores}; taken: ${name}. --preprocessing takes another.`,
  };
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
