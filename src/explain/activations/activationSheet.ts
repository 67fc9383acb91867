import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectOneOf, expectWhole } from '../../tensor/check.js';
import { formatShape, StriateError, Tensor } from '../../tensor/index.js';
import { tilePictures, toPicture, type CanvasPicture } from '../toPicture.js';

/** Options of `activationSheet`. */
export interface ActivationSheetOptions {
  /** The channels to draw; all by default. */
  readonly channels?: readonly number[];
  /** Tiles in a row; as many as make the sheet about as wide as high by default. */
  readonly columns?: number;
  /** How many pixels wide and high each position becomes; by default so many that a tile is 48 pixels wide or more. */
  readonly magnify?: number;
  /** White pixels between tiles; 4 by default. */
  readonly gap?: number;
  /** Whether each channel has its full colour at its own largest number (the default) or all at that of the layer. */
  readonly scale?: 'each' | 'all';
}

const accepts = {
  where: 'activationSheet',
  kinds: { channels: 'list', columns: 'number', magnify: 'number', gap: 'number', scale: 'string' },
} satisfies AcceptedOptions<ActivationSheetOptions>;

/** Where one channel is on a sheet, in pixels. */
export interface SheetTile {
  /** `channel 3`. */
  readonly name: string;
  readonly channel: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The channel's largest number, by size. */
  readonly largest: number;
}

/** Channels side by side. */
export interface ActivationSheet {
  readonly picture: CanvasPicture;
  /** What each tile shows, for labels. */
  readonly tiles: readonly SheetTile[];
}

/**
 * The channels of what a layer gives as tiles of one sheet: from black to white where nothing is below zero, else blue below zero
 * and red above.
 *
 * @param activation [h, w, channels], as from `activationsOf`; a vector [units] is drawn as tiles of one position
 * @throws StriateError when it has another shape, or there is no such channel.
 *
 * @example
 * const first = squeezenet.layers[1].name;
 * const values = await activationsOf(squeezenet, imageData, { layers: [first] });
 * const { picture: sheet, tiles } = activationSheet(values.get(first)!, { columns: 8 });
 * console.log(sheet.width, tiles[0].name);
 */
export function activationSheet(activation: Tensor<'float32'>, options: ActivationSheetOptions = {}): ActivationSheet {
  const { channels: chosen, gap = 4, scale = 'each' } = expectOptions(accepts, options);
  expectOneOf('activationSheet', 'scale', scale, ['each', 'all']);
  const { shape, data } = activation;
  if (shape.length !== 3 && shape.length !== 1) {
    throw new StriateError({
      where: 'activationSheet',
      rule: 'needs a map [height, width, channels] or a vector [units]',
      received: formatShape(shape),
      advice: 'take one picture: activation.slice(0, 1)',
    });
  }
  const [height, width, count] = shape.length === 3 ? shape : [1, 1, shape[0]];
  const channels = chosen ?? Array.from({ length: count }, (_, i) => i);
  channels.forEach((channel) => expectWhole('activationSheet', 'channels', channel, 0, count - 1));
  const { columns = Math.ceil(Math.sqrt((channels.length * height) / width)) } = options;
  const { magnify = Math.max(1, Math.ceil(48 / width)) } = options;
  const maps = channels.map((channel) =>
    Float32Array.from({ length: height * width }, (_, i) => data[i * count + channel]),
  );
  const largest = maps.map((map) => map.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  const ofAll = Math.max(...largest);
  const colours = maps.some((map) => map.some((value) => value < 0)) ? 'diverging' : 'grey';
  const picture = tilePictures(
    maps.map((map, i) => {
      const limit = scale === 'all' ? ofAll : largest[i];
      return toPicture(new Tensor('float32', [height, width], map), { colours, ...(limit > 0 && { limit }) });
    }),
    { columns, magnify, gap },
  );
  const tiles = channels.map((channel, i) => ({
    name: `${shape.length === 3 ? 'channel' : 'unit'} ${channel}`,
    channel,
    left: (i % columns) * (width * magnify + gap),
    top: Math.floor(i / columns) * (height * magnify + gap),
    width: width * magnify,
    height: height * magnify,
    largest: largest[i],
  }));
  return { picture, tiles };
}
