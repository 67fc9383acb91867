import { basename } from 'node:path';
import { classNamesOf } from '../../classify/classNames.js';
import type { OpenedModel } from '../../classify/openModel.js';
import { changedValues } from '../../explain/activations/activationsOf.js';
import {
  activationsOf,
  deadFilters,
  drawReceptiveField,
  receptiveFieldOf,
  type CanvasPicture,
  toPicture,
  type LayerFilters,
  type TakenPicture,
  type UnitReceptiveField,
} from '../../explain/index.js';
import { pictureRows } from '../../explain/pictureRows.js';
import { classCount } from '../../models/index.js';
import { formatCount } from '../../platform/textTable.js';
import { ProgressLine } from '../../platform/progressLine.js';
import type { PictureTile, TileSection } from '../../report/tiles.js';
import { StriateError, Tensor } from '../../tensor/index.js';
import { columns } from '../output.js';
import { listPictures } from '../pictureList.js';
import type { Inquirer } from './insight.js';
import { layersNamed } from './layersNamed.js';
import { short } from './patternTiles.js';
import { withReadable } from './watchedData.js';

/** Channels of a layer that are drawn if nothing is said: those that say most. */
const usualLimit = 16;
/** Pictures whose activations are drawn; all count for silent filters. */
const picturesShown = 4;

/** The share of a channel's numbers that are below the one with the full colour. */
const fullColour = 0.995;

/** A picture as the model takes it, with its file's name. */
interface WatchedPicture extends TakenPicture {
  readonly name: string;
}

/** What a layer says of a picture. */
interface LayerSight {
  readonly layer: string;
  readonly shape: readonly number[];
  /** The channels with the largest numbers, the largest first. */
  readonly strongest: readonly Strong[];
  /** What the strongest unit sees of the picture; undefined of vectors. */
  readonly field: UnitReceptiveField | undefined;
  readonly values: Tensor<'float32'>;
}

/** A channel's largest number, and where it is. */
interface Strong {
  readonly channel: number;
  readonly value: number;
  readonly row: number;
  readonly column: number;
}

/** `--activations`: what layers say of pictures. */
export const explainActivations: Inquirer = {
  usualOutput: 'activations.png',
  async inquire(opened, options, { output, model: modelName, pictures: named }) {
    const { limit = usualLimit, batch, layer } = options;
    const { model } = opened;
    const layers =
      layer === undefined
        ? changedValues(model).map(({ source }) => source!.layer.name)
        : layersNamed(layer, model, '--layer');
    const pictures = await listPictures(named);
    const silent = await withReadable(pictures, output, async (readable) => {
      using progress = new ProgressLine('pictures', readable.length);
      const onProgress = (done: number): void => progress.update(done);
      return { found: await deadFilters(opened, readable, { batchSize: batch, onProgress }), readable };
    });
    const shown = silent.readable.slice(0, picturesShown);
    using progress = new ProgressLine('layers', shown.length * layers.length);
    const seen: { readonly picture: WatchedPicture; readonly sights: readonly LayerSight[] }[] = [];
    for (const [i, path] of shown.entries()) {
      const picture = await taken(opened, path);
      const sights = await sightsOf(opened, picture, layers, (done) => progress.update(i * layers.length + done));
      seen.push({ picture, sights });
    }
    progress[Symbol.dispose]();
    const quiet = new Map(silent.found.map((one) => [one.layer, one]));
    const names = model.outputShape.length === 1 ? await classNamesOf(model) : undefined;
    const classes = model.outputShape.length === 1 ? classCount(model) : 0;
    const nameOf = (sight: LayerSight, channel: number): string =>
      sight.shape.length === 1 && sight.shape[0] === classes ? (names?.[channel] ?? String(channel)) : String(channel);
    const many = shown.length > 1;
    const of = silent.readable.length === 1 ? 'this picture' : `${formatCount(silent.readable.length)} pictures`;
    const sections = seen.flatMap(({ picture, sights }) =>
      sights.map((sight) =>
        sectionOf(sight, picture, { limit, quiet: quiet.get(sight.layer), of, many, nameOf: (c) => nameOf(sight, c) }),
      ),
    );
    const left = shown.length < silent.readable.length ? `; the first ${shown.length} of them are drawn` : '';
    return {
      title: many ? `What layers say of ${shown.length} pictures` : `What layers say of ${basename(shown[0])}`,
      lead: `The channels of ${modelName} that say most, layer by layer, from black to white where nothing is below zero, else blue below zero and red above${left}.`,
      sections,
      lines: linesOf(seen[0].sights, quiet, nameOf),
      json: {
        pictures: seen.map(({ picture, sights }) => ({
          picture: picture.name,
          layers: sights.map(({ layer: name, shape, strongest, field }) => ({
            ...{ layer: name, shape },
            strongest: strongest.slice(0, limit),
            receptiveField: field && { visible: field.visible, effectiveSize: field.effectiveSize },
          })),
        })),
        silent: { pictures: silent.readable.length, layers: silent.found },
      },
    };
  },
};

/** Reads a picture as the model takes it. */
async function taken(opened: OpenedModel, path: string): Promise<WatchedPicture> {
  for await (const { data, preprocessing } of pictureRows(opened, [path], { where: '--activations', batchSize: 1 })) {
    return { name: path, input: new Tensor('float32', opened.model.inputs[0].shape, data), preprocessing };
  }
  throw new StriateError({ where: path, rule: 'must be a picture' });
}

async function sightsOf(
  opened: OpenedModel,
  { input }: WatchedPicture,
  layers: readonly string[],
  onLayer: (done: number) => void,
): Promise<LayerSight[]> {
  const all = await activationsOf(opened, input, { layers });
  const found: LayerSight[] = [];
  for (const layer of layers) {
    const values = all.get(layer)!;
    const strongest = strongestOf(values);
    const [{ row, column, channel }] = strongest;
    const isMap = values.shape.length === 3;
    const field = isMap
      ? await receptiveFieldOf(opened, { layer, unit: [row, column, channel], pictures: input })
      : undefined;
    found.push({ layer, shape: values.shape, strongest, field, values });
    onLayer(found.length);
  }
  return found;
}

/** Channels by their largest number, the largest first. */
function strongestOf({ shape, data }: Tensor<'float32'>): Strong[] {
  const channels = shape.at(-1)!;
  const width = shape.length === 3 ? shape[1] : 1;
  const best = Int32Array.from({ length: channels }, (_, channel) => channel);
  for (let at = channels; at < data.length; at++) {
    const channel = at % channels;
    if (data[at] > data[best[channel]]) best[channel] = at;
  }
  return Array.from(best, (at, channel) => {
    const position = Math.floor(at / channels);
    return { channel, value: data[at], row: Math.floor(position / width), column: position % width };
  }).sort((a, b) => b.value - a.value);
}

interface SectionContext {
  readonly limit: number;
  readonly quiet: LayerFilters | undefined;
  /** What silence was looked for in: `this picture`. */
  readonly of: string;
  readonly many: boolean;
  readonly nameOf: (channel: number) => string;
}

function sectionOf(sight: LayerSight, picture: WatchedPicture, context: SectionContext): TileSection {
  const { layer, shape, strongest, field, values } = sight;
  const { limit, quiet, of, many, nameOf } = context;
  const shown = strongest.slice(0, limit);
  const isMap = shape.length === 3;
  const counted = `${formatCount(strongest.length)} ${isMap ? 'channels' : 'units'}`;
  const size = isMap ? `${shape[0]}×${shape[1]}, ` : '';
  const left = shown.length < strongest.length ? `, the ${shown.length} that say most` : '';
  const dead = quiet ? `; silent for ${of}: ${quiet.dead.length}` : '';
  const [{ channel }] = strongest;
  const first: PictureTile | undefined = field && {
    picture: drawReceptiveField(field, picture),
    name: `What channel ${channel} sees where it says most`,
    note: `frame: ${field.visible.width}×${field.visible.height} pixels; heat: what counts, ${field.effectiveSize.toFixed(0)}×${field.effectiveSize.toFixed(0)}`,
  };
  return {
    name: many ? `${basename(picture.name).replace(/\.\w+$/, '')}-${layer}` : layer,
    title: many ? `${picture.name}: ${layer}` : layer,
    text: [
      `${size}${counted}${left}${dead}`,
      ...(isMap
        ? []
        : [
            shown
              .slice(0, 5)
              .map(({ channel: unit, value }) => `${nameOf(unit)}: ${short(value)}`)
              .join(' · '),
          ]),
    ],
    ...(first && { first }),
    tiles: isMap
      ? shown.map((one) => channelTile(values, one))
      : [{ picture: vectorPicture(values), name: 'all units, row by row', note: '' }],
    side: isMap ? 88 : 360,
  };
}

function channelTile({ shape, data }: Tensor<'float32'>, { channel, value }: Strong): PictureTile {
  const [height, width, channels] = shape;
  const map = Float32Array.from({ length: height * width }, (_, i) => data[i * channels + channel]);
  const colours = data.some((one) => one < 0) ? 'diverging' : 'grey';
  // A few bright dots would leave the rest of the map in the dark.
  const limit = map.map(Math.abs).sort()[Math.floor(fullColour * (map.length - 1))];
  return {
    picture: toPicture(new Tensor('float32', [height, width], map), { colours, ...(limit > 0 && { limit }) }),
    name: String(channel),
    note: `up to ${short(value)}`,
    silent: value <= 0 && colours === 'grey',
  };
}

/** A vector as rows of squares, about four times as wide as high. */
function vectorPicture({ data }: Tensor<'float32'>): CanvasPicture {
  const width = Math.min(data.length, Math.ceil(Math.sqrt(4 * data.length)));
  const height = Math.ceil(data.length / width);
  const filled = new Float32Array(width * height);
  filled.set(data);
  const colours = data.some((one) => one < 0) ? 'diverging' : 'grey';
  return toPicture(new Tensor('float32', [height, width], filled), { colours });
}

function linesOf(
  sights: readonly LayerSight[],
  quiet: ReadonlyMap<string, LayerFilters>,
  nameOf: (sight: LayerSight, channel: number) => string,
): string[] {
  const rows = sights.map((sight) => {
    const { layer, shape, strongest, field } = sight;
    const dead = quiet.get(layer);
    const [most] = strongest;
    return [
      layer,
      shape.join('×'),
      `${nameOf(sight, most.channel)} (${short(most.value)})`,
      dead ? `${dead.dead.length} of ${dead.filters}` : '',
      field ? `${field.theoretical.height}×${field.theoretical.width}` : '',
    ];
  });
  return columns([['layer', 'output', 'strongest', 'silent', 'sees'], ...rows]);
}
