import type { DataSet } from '../data/dataSet.js';
import { explanation } from '../explain/explanation.js';
import {
  explain,
  explanations,
  type Explanation,
  type ExplanationMethod,
  type ExplainOptions,
} from '../explain/index.js';
import { decidingMap, mapLayers, type MapLayer } from '../explain/mapLayers.js';
import { onlyPicture } from '../explain/pictureRows.js';
import type { Model } from '../models/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { sizeOf, Tensor } from '../tensor/index.js';
import type { Mistake, MistakeHeat } from './runResult.js';

/** Options of `explainMistakes`. */
export interface ExplainMistakesOptions {
  /** How many are explained, the first ones; by default as many as take about a second, but four at least. */
  readonly most?: number;
  /** Pictures that are computed at once; 8 by default, 32 by occlusion. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

const accepts = {
  where: 'explainMistakes',
  kinds: { most: 'number', batchSize: 'number', signal: 'object' },
} satisfies AcceptedOptions<ExplainMistakesOptions>;

/** Operations that all explanations of a run may take: about a second of two cores. */
const affordable = 6e10;
/** So many mistakes are explained, however large the model. */
const least = 4;

/**
 * Mistakes with maps of what the model saw: what speaks for the class that it chose, for the right one, and for the one rather than
 * the other. By Grad-CAM; where the model's last map has fewer than 7 rows or columns, or it has none, by covering parts of the
 * picture (occlusion), or of large models by HiResCAM on an earlier map.
 *
 * @param data the data set in which the mistakes have their `index`
 * @throws StriateError when the model cannot be explained: of several inputs, for example.
 *
 * @example
 * const mistakes = await report.explainMistakes(model, test, tested.mistakes);
 */
export async function explainMistakes(
  model: Model,
  data: DataSet,
  mistakes: readonly Mistake[],
  options: ExplainMistakesOptions = {},
): Promise<Mistake[]> {
  const { most, signal } = expectOptions(accepts, options);
  if (most !== undefined) expectWhole('explainMistakes', 'most', most, 0);
  onlyPicture('explainMistakes', model);
  const way = wayFor(model);
  const explained = mistakes.slice(0, most ?? way.count);
  if (explained.length === 0) return [...mistakes];
  const { batchSize = way.batchSize } = options;
  const x = new Float32Array(explained.length * sizeOf(data.inputShape));
  const places = explained.map(({ index }) => index);
  await data.fill(places, x, new Int32Array(places.length));
  const pictures = [new Tensor('float32', [places.length, ...data.inputShape], x)];
  const how = { method: way.method, layer: way.layer, batchSize, signal };
  const predicted = await explain(model, pictures, { ...how, target: explained.map((one) => one.predicted) });
  const label = await explain(model, pictures, { ...how, target: explained.map((one) => one.label) });
  const heats = predicted.map((answer, i): MistakeHeat => {
    const truth = label[i];
    return { predicted: inFavour(answer), label: inFavour(truth), difference: difference(answer, truth) };
  });
  return mistakes.map((mistake, i) => (i < heats.length ? { ...mistake, heat: heats[i] } : mistake));
}

/** What speaks for one class rather than another: maps of a difference of scores are the difference of their maps. */
function difference(one: Explanation, other: Explanation): Explanation {
  const numbers = one.map.data.map((value, i) => value - other.map.data[i]);
  const map = new Tensor('float32', one.map.shape, numbers);
  const { label: _, probability: __, ...rest } = one;
  const between = [one.target, other.target] as const;
  const about = { target: between.join(' − '), between, label: undefined, probability: undefined };
  return explanation({ ...rest, ...about, map, channels: undefined });
}

/** A map without what speaks against its target. */
export function inFavour(one: Explanation): Explanation {
  const numbers = one.map.data.map((value) => Math.max(0, value));
  return explanation({ ...one, signed: false, map: new Tensor('float32', one.map.shape, numbers) });
}

/** How mistakes are explained, and how many. */
export interface Way extends Pick<ExplainOptions, 'layer'> {
  readonly method: ExplanationMethod;
  readonly count: number;
  readonly batchSize: number;
}

/** A map with fewer rows or columns is too coarse to show where something is. */
const coarse = 7;
/** The share of the picture's height and width that is covered at once; neighbouring places overlap by half. */
const window = 1 / 6;

/** How a model's maps are made, so that they show where something is. */
export function wayFor(model: Model): Way {
  const { flops } = model.summarize();
  const [height, width] = model.inputShape;
  const count = (passes: number): number => Math.floor(affordable / Math.max(2 * passes * flops, 1));
  const isFine = (map: MapLayer | undefined): boolean => map !== undefined && Math.min(map.height, map.width) >= coarse;
  const once = { count: Math.max(least, count(1)), batchSize: 8 };
  if (isFine(decidingMap(model))) return { method: explanations.gradCam({ relu: false }), ...once };
  const covered = [height, width].map((length) => Math.max(1, Math.round(length * window))) as [number, number];
  const strides = covered.map((length) => Math.max(1, length >> 1)) as [number, number];
  const places = covered.map((length, axis) => Math.ceil((model.inputShape[axis] - length) / strides[axis]) + 1);
  const covers = places[0] * places[1] + 1;
  if (count(covers) >= least) {
    const method = explanations.occlusion({ window: covered, strides, baseline: 'mean' });
    return { method, count: count(covers), batchSize: 32 };
  }
  const earlier = mapLayers(model).findLast(isFine);
  if (earlier) return { method: explanations.hiResCam({ relu: false }), layer: earlier.name, ...once };
  return { method: explanations.gradientTimesInput(), ...once };
}
