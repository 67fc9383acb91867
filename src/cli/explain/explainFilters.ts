import type { OpenedModel } from '../../classify/openModel.js';
import {
  filterPatterns,
  kernelPictures,
  mostActivating,
  seenPicture,
  type ActivatingPicture,
  type CanvasPicture,
  type Pattern,
} from '../../explain/index.js';
import { patternSize } from '../../explain/filters/patternSize.js';
import { layerValue } from '../../explain/target.js';
import type { Model } from '../../models/index.js';
import { ProgressLine } from '../../platform/progressLine.js';
import { formatCount } from '../../platform/textTable.js';
import type { PictureTile, TileSection } from '../../report/tiles.js';
import { StriateError } from '../../tensor/index.js';
import { columns, type Output } from '../output.js';
import type { Inquirer } from './insight.js';
import { layersNamed } from './layersNamed.js';
import { patternTile, short } from './patternTiles.js';
import { areFiles, watchedData, withReadable, type WatchedData } from './watchedData.js';

/** Filters of a layer that are shown if nothing is said: of one layer, and of each of several. */
const usualLimits = { one: 64, each: 8 } as const;
/** Steps of ascent: with these nearly all filters end more than ten times above noise. */
const usualSteps = 64;
/** Pictures beside a pattern. */
const beside = 4;
const kernelsShown = 96;

/** Filters of a layer, with what was found of them. */
interface LayerPatterns {
  readonly layer: string;
  readonly filters: number;
  readonly patterns: readonly Pattern[];
  /** The pictures that raise each most, where there is data. */
  readonly raised: readonly (readonly ActivatingPicture[])[] | undefined;
}

/** `--filters`: what filters look for. */
export const explainFilters: Inquirer = {
  usualOutput: 'filters.png',
  async inquire(opened, options, { output, model: modelName }) {
    const { steps = usualSteps, seed, size, batch, filters: asked = 'all' } = options;
    const { model } = opened;
    const layers = asked.trim().toLowerCase() === 'all' ? convolutions(model) : layersNamed(asked, model, '--filters');
    const data = options.data === undefined ? undefined : await watchedData(options.data, '--data', opened, output);
    const limit = options.limit ?? (layers.length > 1 ? usualLimits.each : usualLimits.one);
    const counts = layers.map((layer) => layerValue(layer, model).shape.at(-1)!);
    const total = counts.reduce((sum, count) => sum + Math.min(count, limit), 0);
    const found: LayerPatterns[] = [];
    let names: readonly string[] | undefined;
    let before = 0;
    using progress = new ProgressLine('filters', total);
    for (const [i, layer] of layers.entries()) {
      const chosen = Array.from({ length: Math.min(counts[i], limit) }, (_, filter) => filter);
      const patterns = await filterPatterns(opened, layer, {
        filters: chosen,
        size: Math.min(size ?? patternSize(model, layer), Math.max(...model.inputs[0].shape.slice(0, 2))),
        ...{ steps, seed, batchSize: batch },
        onProgress: (done, all) => progress.update(before + (chosen.length * done) / all),
      });
      before += chosen.length;
      progress.update(before);
      const watched = data && (await raisedBy(opened, layer, chosen, data, output));
      names ??= watched?.names;
      found.push({ layer, filters: counts[i], patterns, raised: watched?.raised });
    }
    const kernels = await kernelSection(model);
    return {
      title: layers.length === 1 ? `What ${layers[0]} looks for` : 'What filters look for',
      lead: `The filters of ${modelName}, by pictures that raise them as far as gradient ascent can, from noise on.`,
      sections: [...kernels, ...found.map(sectionOf)],
      lines: found.flatMap((one, i) => [
        ...(found.length > 1 ? [`${i > 0 ? '\n' : ''}${one.layer}`] : []),
        ...linesOf(one, names),
      ]),
      json: {
        layers: found.map(({ layer, filters, patterns, raised }) => ({
          layer,
          filters,
          patterns: patterns.map(({ unit: filter, activation, noise }, i) => ({
            ...{ filter, activation, noise },
            pictures: raised?.[i].map(({ index, activation: value, position, box }) => ({
              picture: names?.[index] ?? index,
              ...{ activation: value, position, box },
            })),
          })),
        })),
      },
    };
  },
};

/** The layers whose filters are windows over what they take. */
function convolutions({ topology, name }: Model): string[] {
  const found = topology.predictionCalls.filter(
    ({ layer, output }) => layer.className.includes('Conv') && output.shape.length === 3,
  );
  if (found.length > 0) return [...new Set(found.map(({ layer }) => layer.name))];
  const dense = topology.predictionCalls.filter(({ layer }) => layer.className === 'Dense');
  throw new StriateError({
    where: '--filters all',
    rule: `the model '${name}' has no convolution`,
    advice:
      dense.length > 0
        ? `name a layer: ${[...new Set(dense.map(({ layer }) => layer.name))].join(', ')}`
        : 'striate summary lists its layers',
  });
}

/** The first convolution's kernels, where they are pictures. */
async function kernelSection(model: Model): Promise<TileSection[]> {
  let kernels: CanvasPicture[];
  try {
    kernels = await kernelPictures(model);
  } catch (error) {
    if (error instanceof StriateError) return [];
    throw error;
  }
  const [{ width, height }] = kernels;
  const shown = kernels.slice(0, kernelsShown);
  return [
    {
      name: 'kernels',
      title: `The first convolution’s kernels, ${height}×${width}`,
      text: [
        `What the network begins with: its ${formatCount(kernels.length)} filters’ weights as pictures${more(shown.length, kernels.length)}.`,
      ],
      tiles: shown.map((picture, filter) => ({ picture, name: String(filter), note: '' })),
      side: 58,
    },
  ];
}

function more(shown: number, all: number): string {
  return shown < all ? `; ${formatCount(shown)} of them are shown` : '';
}

/** What of the data raises filters most. */
async function raisedBy(
  opened: OpenedModel,
  layer: string,
  filters: readonly number[],
  data: WatchedData,
  output: Output,
): Promise<{
  readonly names: readonly string[] | undefined;
  readonly raised: readonly (readonly ActivatingPicture[])[];
}> {
  const look = async (pictures: WatchedData, total: number): Promise<ActivatingPicture[][]> => {
    using progress = new ProgressLine('pictures', total);
    return await mostActivating(opened, layer, filters, pictures, {
      top: beside,
      onProgress: (done) => progress.update(done),
    });
  };
  if (!areFiles(data)) return { names: undefined, raised: await look(data, data.size) };
  return withReadable(data, output, async (names) => ({ names, raised: await look(names, names.length) }));
}

function sectionOf({ layer, filters, patterns, raised }: LayerPatterns): TileSection {
  const dead = patterns.filter(({ activation }) => activation === 0).length;
  const shown = more(patterns.length, filters).replace(/^; /, ' ');
  return {
    name: layer,
    title: layer,
    text: [
      `${formatCount(filters)} filters${shown === '' ? '' : `,${shown}, more with --limit`}${dead > 0 ? `; ${dead} silent whatever the picture` : ''}. Below each: its mean for the pattern, and for grey noise.`,
      ...(raised ? ['Beside each pattern: what the filter sees of the pictures that raise it most.'] : []),
    ],
    tiles: patterns.map((pattern, i): PictureTile => {
      const tile = patternTile(pattern, String(pattern.unit));
      const crops = raised?.[i].filter(({ activation }) => activation > 0);
      return crops
        ? {
            ...tile,
            picture: withCrops(
              tile.picture,
              crops.map(({ crop }) => seenPicture(crop)),
            ),
          }
        : tile;
    }),
    side: raised ? 256 : 128,
  };
}

/** A pattern with up to four pictures to its right, two by two. */
function withCrops(pattern: CanvasPicture, crops: readonly CanvasPicture[]): CanvasPicture {
  const gap = 2;
  const half = Math.floor((Math.max(pattern.width, largestSide) - gap) / 2);
  const side = 2 * half + gap;
  const [width, height] = [2 * side + 2 * gap, side];
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  const place = (from: CanvasPicture, left: number, top: number, size: number): void => {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        // The middle square of what is longer than wide.
        const whole = Math.min(from.width, from.height);
        const column = Math.floor((from.width - whole) / 2 + ((x + 0.5) * whole) / size);
        const row = Math.floor((from.height - whole) / 2 + ((y + 0.5) * whole) / size);
        const at = 4 * (row * from.width + column);
        data.set(from.data.subarray(at, at + 4), 4 * ((top + y) * width + left + x));
      }
    }
  };
  place(pattern, 0, 0, side);
  crops.slice(0, beside).forEach((crop, i) => {
    place(crop, side + 2 * gap + (i % 2) * (half + gap), Math.floor(i / 2) * (half + gap), half);
  });
  return { width, height, data };
}

/** Pixels that a pattern with pictures beside it has at least. */
const largestSide = 128;

function linesOf({ patterns, raised }: LayerPatterns, names: readonly string[] | undefined): string[] {
  const header = ['filter', 'pattern', 'noise', ...(raised ? ['raised most by'] : [])];
  const rows = patterns.map(({ unit, activation, noise }, i) => [
    unit,
    activation === 0 ? 'silent' : short(activation),
    short(noise),
    ...(raised ? [raised[i].map(({ index }) => names?.[index] ?? `picture ${index}`).join(', ')] : []),
  ]);
  return columns([header, ...rows]);
}
