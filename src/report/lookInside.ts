import type { DataSet } from '../data/dataSet.js';
import { Subset } from '../data/derivedSet.js';
import {
  activationSheet,
  activationsOf,
  explain,
  filterPatterns,
  kernelPictures,
  seenPicture,
  type CanvasPicture,
} from '../explain/index.js';
import { mapLayers } from '../explain/mapLayers.js';
import { onlyPicture, pictureRows, type PictureRows } from '../explain/pictureRows.js';
import type { Model } from '../models/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { sizeOf, StriateError, Tensor } from '../tensor/index.js';
import { inFavour, wayFor } from './explainMistakes.js';
import type { Inside, InsideExample } from './inside.js';

/** Options of `lookInside`. */
export interface LookInsideOptions {
  readonly signal?: AbortSignal;
}

const accepts = { where: 'lookInside', kinds: { signal: 'object' } } satisfies AcceptedOptions<LookInsideOptions>;

/** So many classes have an example. */
const mostClasses = 10;
/** Of so many pictures of each class, the one that is recognised most clearly. */
const candidates = 3;
/** Kernels, layers and channels that are shown. */
const shown = { kernels: 64, layers: 3, channels: 4 } as const;
/** Pixels of a pattern's side at most, steps of its ascent, and operations that all patterns may take. */
const ascent = { side: 96, most: 64, least: 16, operations: 1e11 } as const;

/**
 * What a model has inside: its first kernels, and a picture of each class with what speaks for the class, the activations of a few
 * layers, and what the last layer's filter looks for that answers most to it. What cannot be shown is said in `notes`.
 *
 * @param data pictures that the model knows the classes of
 * @throws StriateError when the model takes anything but one picture.
 *
 * @example
 * const inside = await report.lookInside(model, test);
 */
export async function lookInside(model: Model, data: DataSet, options: LookInsideOptions = {}): Promise<Inside> {
  const { signal } = expectOptions(accepts, options);
  onlyPicture('lookInside', model);
  const notes: string[] = [];
  const kernels = await orNote(notes, 'The first kernels', () => firstKernels(model));
  const examples = await orNote(notes, 'Examples of the classes', () => examplesOf(model, data, notes, signal));
  return { ...(kernels && { kernels }), layers: examples?.layers ?? [], examples: examples?.examples ?? [], notes };
}

/** What is made, or a note of why it is not. */
async function orNote<Made>(notes: string[], what: string, make: () => Promise<Made>): Promise<Made | undefined> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof StriateError)) throw error;
    notes.push(`${what} cannot be shown: ${error.message}`);
    return undefined;
  }
}

async function firstKernels(model: Model): Promise<Inside['kernels']> {
  const pictures = await kernelPictures(model);
  const layer = model.layers.find(({ className }) => /^(Separable|Depthwise)?Conv2D$/.test(className))!.name;
  return { layer, count: pictures.length, pictures: pictures.slice(0, shown.kernels) };
}

async function examplesOf(model: Model, data: DataSet, notes: string[], signal: AbortSignal | undefined) {
  const chosen = await clearest(model, data);
  const set = new Subset(
    data,
    chosen.map(({ index }) => index),
  );
  const rows = pictureRows(model, set, { where: 'lookInside', batchSize: chosen.length, signal });
  const { value } = (await rows.next()) as IteratorResult<PictureRows, undefined>;
  if (!value) throw new StriateError({ where: 'lookInside', rule: 'needs pictures', received: 'none' });
  const { data: numbers, preprocessing } = value;
  const size = sizeOf(data.inputShape);
  const pictures = new Tensor('float32', [chosen.length, ...data.inputShape], numbers);
  const { method, layer, batchSize } = wayFor(model);
  const target = chosen.map(({ label }) => label);
  const heats = await explain(model, [pictures], { method, layer, batchSize, target, signal });
  const stages = mapLayers(model);
  const places = [...new Set([0, Math.floor((stages.length - 1) / 2), stages.length - 1])].filter((i) => stages[i]);
  const layers = places.map((i) => stages[i]);
  const names = layers.map(({ name }) => name);
  const activations =
    names.length > 0
      ? await activationsOf(model, pictures, { layers: names, signal })
      : new Map<string, Tensor<'float32'>>();
  const strongest = names.map((name) => telling(activations.get(name)!));
  const last = strongest.at(-1)?.map(([first]) => first) ?? [];
  const patterns =
    (await orNote(notes, 'What filters look for', () => patternsOf(model, names.at(-1), last, notes, signal))) ??
    new Map<number, CanvasPicture>();
  const examples = chosen.map(({ label }, i): InsideExample => {
    const input = new Tensor('float32', data.inputShape, numbers.slice(i * size, (i + 1) * size));
    const pattern = patterns.get(last[i]);
    return {
      name: data.classNames[label],
      picture: seenPicture({ input, preprocessing }),
      heat: inFavour(heats[i]),
      activations: names.map((name, k) => {
        const map = activations.get(name)!;
        const one = map.slice(i, i + 1).reshape(map.shape.slice(1));
        return activationSheet(one, { channels: strongest[k][i], columns: 2, gap: 2 }).picture;
      }),
      ...(pattern && { pattern }),
    };
  });
  const sizes = layers.map(({ name, height, width, channels }) => ({ name, shape: `${height}×${width}×${channels}` }));
  return { layers: sizes, examples };
}

interface Chosen {
  readonly index: number;
  readonly label: number;
}

/** A picture of each of the first ten classes: of a few, the one that is recognised most clearly. */
async function clearest(model: Model, data: DataSet): Promise<Chosen[]> {
  const found = new Map<number, number[]>();
  for (let index = 0; index < data.size; index++) {
    const label = await labelOf(data, index);
    const some = found.get(label) ?? [];
    if (some.length < candidates) found.set(label, [...some, index]);
    if (found.size === data.classNames.length && [...found.values()].every(({ length }) => length === candidates))
      break;
  }
  const labels = [...found.keys()].sort((a, b) => a - b).slice(0, mostClasses);
  const all = labels.flatMap((label) => found.get(label)!.map((index) => ({ index, label })));
  if (all.length === 0) return [];
  const x = new Float32Array(all.length * sizeOf(data.inputShape));
  await data.fill(
    all.map(({ index }) => index),
    x,
    new Int32Array(all.length),
  );
  const said = await model.predict(new Tensor('float32', [all.length, ...data.inputShape], x), { batchSize: 8 });
  const outputs = said instanceof Tensor ? said : (said as readonly Tensor[])[0];
  const width = outputs.shape[1];
  const lead = ({ label }: Chosen, i: number): number => {
    const row = Array.from((outputs.data as Float32Array).subarray(i * width, (i + 1) * width));
    if (width === 1) return label === 1 ? row[0] : -row[0];
    return row[label] - Math.max(...row.filter((_, other) => other !== label));
  };
  const leads = new Map(all.map((one, i) => [one, lead(one, i)]));
  return labels.map((label) =>
    all.filter((one) => one.label === label).reduce((best, one) => (leads.get(one)! > leads.get(best)! ? one : best)),
  );
}

async function labelOf(data: DataSet, index: number): Promise<number> {
  if (data.label) return data.label(index);
  const y = new Int32Array(1);
  await data.fill([index], new Float32Array(sizeOf(data.inputShape)), y);
  return y[0];
}

/** For each picture, the channels that answer most to it rather than to the others. */
function telling(map: Tensor<'float32'>): number[][] {
  const [count, height, width, channels] = map.shape;
  const positions = height * width;
  const means = Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length: channels }, (__, c) => {
      let sum = 0;
      for (let p = 0; p < positions; p++) sum += map.data[(i * positions + p) * channels + c];
      return sum / positions;
    }),
  );
  const scale = Float64Array.from(
    { length: channels },
    (_, c) => 1e-6 + Math.max(...means.map((one) => Math.abs(one[c]))),
  );
  const usual = Float64Array.from({ length: channels }, (_, c) => means.reduce((sum, one) => sum + one[c], 0) / count);
  return means.map((own) => {
    const lead = (c: number): number => ((own[c] - usual[c]) * Math.sqrt(scale[c])) / scale[c];
    return Array.from({ length: channels }, (_, c) => c)
      .sort((a, b) => lead(b) - lead(a))
      .slice(0, shown.channels);
  });
}

/** What some filters of a layer look for, in as many steps as are affordable. */
async function patternsOf(
  model: Model,
  layer: string | undefined,
  channels: readonly number[],
  notes: string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, CanvasPicture>> {
  const filters = [...new Set(channels)];
  if (layer === undefined || filters.length === 0) return new Map();
  const [height, width] = model.inputShape;
  const side = Math.min(ascent.side, Math.max(height, width));
  const step = 3 * model.summarize().flops * ((side * side) / (height * width)) * filters.length;
  const steps = Math.min(ascent.most, Math.floor(ascent.operations / step));
  if (steps < ascent.least) {
    notes.push('What filters look for takes longer: striate explain MODEL --filters shows it.');
    return new Map();
  }
  const patterns = await filterPatterns(model, layer, { filters, steps, size: side, signal });
  return new Map(patterns.map((pattern) => [pattern.unit, seenPicture(pattern)]));
}
