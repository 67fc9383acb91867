import type { Classifier } from '../../classify/classify.js';
import type { PreprocessingChoice } from '../../classify/preparation.js';
import type { Node } from '../../graph/index.js';
import type { CompletePreprocessing } from '../../pictures/preprocessing.js';
import { slice } from '../../ops/index.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectWhole } from '../../tensor/check.js';
import { sizeOf, Tensor, type Shape } from '../../tensor/index.js';
import { modelOf, onlyPicture, pictureRows, type WatchedPictures } from '../pictureRows.js';
import { layerValue } from '../target.js';
import { watch } from './activationsOf.js';
import { boxOf, type PictureBox } from './receptiveFieldOf.js';

/** Options of `mostActivating`. */
export interface MostActivatingOptions {
  /** How many pictures to name, the most activating first; 9 by default. */
  readonly top?: number;
  /** In place of what the model says: a name, a JSON file, or an object. */
  readonly preprocessing?: PreprocessingChoice;
  /** Pictures that are computed at once; 32 by default. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /** Called with how many of the pictures have been seen. */
  readonly onProgress?: (done: number, total: number) => void;
}

const accepts = {
  where: 'mostActivating',
  kinds: {
    top: 'number',
    preprocessing: 'string or object',
    batchSize: 'number',
    signal: 'object',
    onProgress: 'function',
  },
} satisfies AcceptedOptions<MostActivatingOptions>;

/** Numbers that a model took; `seenPicture` makes the picture back from them. */
export interface TakenPicture {
  /** [H, W, C]. */
  readonly input: Tensor<'float32'>;
  readonly preprocessing: CompletePreprocessing | undefined;
}

/** One of the pictures that raise a unit most. */
export interface ActivatingPicture {
  /** The picture's place among all. */
  readonly index: number;
  /** The unit's largest value in the picture. */
  readonly activation: number;
  /** Where it is: row and column of the layer's map; [0, 0] of a vector. */
  readonly position: readonly [row: number, column: number];
  /** What the unit sees there, as far as it lies on the picture. */
  readonly box: PictureBox;
  /** The picture, and what of it the unit sees. */
  readonly picture: TakenPicture;
  readonly crop: TakenPicture;
}

/**
 * The pictures that raise a filter or a unit most, each with the part that it sees where it is largest (Zeiler & Fergus 2014).
 *
 * @param unit the number of a channel of a map, or of a unit of a vector; or several, which give a list each in one pass
 * @param pictures a list, numbers [N, H, W, C] as the model takes them, or a data set
 * @throws StriateError when there is no such layer or unit, or a picture cannot be read.
 *
 * @example
 * for (const { index, activation, crop } of await mostActivating(model, 'dense', 3, train, { top: 4 })) {
 *   console.log(index, activation, seenPicture(crop).width);
 * }
 */
export function mostActivating(
  classifier: Classifier,
  layer: string,
  unit: number,
  pictures: WatchedPictures,
  options?: MostActivatingOptions,
): Promise<ActivatingPicture[]>;
export function mostActivating(
  classifier: Classifier,
  layer: string,
  units: readonly number[],
  pictures: WatchedPictures,
  options?: MostActivatingOptions,
): Promise<ActivatingPicture[][]>;
export async function mostActivating(
  classifier: Classifier,
  layer: string,
  unit: number | readonly number[],
  pictures: WatchedPictures,
  options: MostActivatingOptions = {},
): Promise<ActivatingPicture[] | ActivatingPicture[][]> {
  const { top = 9, preprocessing, batchSize = 32, signal, onProgress } = expectOptions(accepts, options);
  const where = 'mostActivating';
  expectWhole(where, 'top', top);
  expectWhole(where, 'batchSize', batchSize);
  const model = modelOf(classifier);
  const shape = onlyPicture(where, model);
  const size = sizeOf(shape);
  const value = layerValue(layer, model);
  const units = typeof unit === 'number' ? [unit] : unit;
  for (const one of units) expectWhole(where, 'unit', one, 0, value.shape.at(-1)! - 1);
  const [channels, make] =
    units.length === 1 ? [1, (node: Node) => channelOf(node, units[0])] : [value.shape.at(-1)!, (node: Node) => node];
  const what = units.length === 1 ? `unit ${units[0]}` : 'value';
  const columns = value.shape.length === 3 ? value.shape[1] : 1;
  const best: ActivatingPicture[][] = units.map(() => []);
  for await (const rows of pictureRows(classifier, pictures, { where, preprocessing, batchSize, signal })) {
    const [maps] = await watch(model, what, [value], rows, make);
    const positions = maps.length / rows.count / channels;
    const inputs = new Map<number, Tensor<'float32'>>();
    const inputOf = (row: number): Tensor<'float32'> => {
      const input = inputs.get(row) ?? new Tensor('float32', shape, rows.data.slice(row * size, (row + 1) * size));
      inputs.set(row, input);
      return input;
    };
    for (let row = 0; row < rows.count; row++) {
      for (const [i, one] of units.entries()) {
        const first = row * positions * channels + (channels === 1 ? 0 : one);
        let at = 0;
        for (let p = 1; p < positions; p++) if (maps[first + p * channels] > maps[first + at * channels]) at = p;
        const activation = maps[first + at * channels];
        if (best[i].length === top && activation <= best[i][top - 1].activation) continue;
        const position = [Math.floor(at / columns), at % columns] as const;
        const place = { row: position[0], column: position[1], channel: one };
        const all = { left: 0, top: 0, width: shape[1], height: shape[0] };
        const box = boxOf(model, value, place, 'left out') ?? all;
        const input = inputOf(row);
        const how = { preprocessing: rows.preprocessing };
        const found: ActivatingPicture = {
          index: rows.start + row,
          activation,
          position,
          box,
          picture: { input, ...how },
          crop: { input: cropped(input, box), ...how },
        };
        best[i] = [...best[i], found].sort((a, b) => b.activation - a.activation).slice(0, top);
      }
    }
    onProgress?.(rows.start + rows.count, rows.total);
  }
  return typeof unit === 'number' ? best[0] : best;
}

/** One channel of [B, …, channels]. */
function channelOf(node: Node, channel: number): Node {
  const { shape } = node.type;
  const last = shape.length - 1;
  return slice(node, {
    begin: shape.map((_, axis) => (axis === last ? channel : 0)),
    size: shape.map((length, axis) => (axis === last ? 1 : length)),
  });
}

function cropped({ data, shape }: Tensor<'float32'>, { left, top, width, height }: PictureBox): Tensor<'float32'> {
  const [, columns, channels] = shape as Shape & readonly [number, number, number];
  const crop = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * columns + left) * channels;
    crop.set(data.subarray(from, from + width * channels), y * width * channels);
  }
  return new Tensor('float32', [height, width, channels], crop);
}
