import type { RgbaPicture } from '../pictures/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { formatShape, StriateError, type Tensor } from '../tensor/index.js';
import { divergingColour, type Rgb } from './colourMap.js';

/** A picture whose bytes a canvas takes. */
export type CanvasPicture = RgbaPicture<Uint8ClampedArray<ArrayBuffer>>;

/** How numbers become colours. */
export interface ColourOptions {
  /**
   * 'diverging': blue below zero, white at zero, red above, for weights; 'grey': from black to white, for pictures and
   * activations. 'diverging' by default. Tensors of three channels are shown as red, green and blue, with zero in the middle
   * of the range ('diverging') or at its lower end ('grey').
   */
  readonly colours?: 'diverging' | 'grey';
  /** The size of number that gets the full colour; by default the largest in the tensor. */
  readonly limit?: number;
}

const colourAccepts = {
  where: 'toPicture',
  kinds: { colours: 'string', limit: 'number' },
} as const satisfies AcceptedOptions<ColourOptions>;

/**
 * Numbers as a picture: [H, W], [H, W, 1] or, as red, green and blue, [H, W, 3].
 *
 * @throws StriateError when the tensor has another shape, or the limit is not above 0.
 *
 * @example
 * import sharp from 'sharp';
 * const template = (await templates(model)).slice(7, 8).reshape([28, 28, 1]);
 * const { width, height, data } = toPicture(template);
 * await sharp(data, { raw: { width, height, channels: 4 } }).png().toFile('template.png');
 */
export function toPicture(values: Tensor, options: ColourOptions = {}): CanvasPicture {
  const { colours = 'diverging', limit } = expectOptions(colourAccepts, options);
  expectOneOf('toPicture', 'colours', colours, ['diverging', 'grey']);
  const [height, width, channels = 1] = values.shape;
  const rank = values.shape.length;
  if (rank < 2 || rank > 3 || (channels !== 1 && channels !== 3)) {
    throw new StriateError({
      where: 'toPicture',
      rule: 'needs a tensor [H, W], [H, W, 1] or [H, W, 3]',
      received: formatShape(values.shape),
      advice: 'take one channel',
    });
  }
  if (limit !== undefined) expectNumber('toPicture', 'limit', limit, { above: 0 });
  let largest = limit ?? 0;
  if (limit === undefined) for (const value of values.data) largest = Math.max(largest, Math.abs(value));
  const scale = largest > 0 ? 1 / largest : 0;
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const at = (channel: number): number => values.data[i * channels + channel] * scale;
    if (channels === 1) data.set(colours === 'grey' ? grey(at(0)) : divergingColour(at(0)), 4 * i);
    else for (let c = 0; c < 3; c++) data[4 * i + c] = 255 * (colours === 'grey' ? at(c) : (at(c) + 1) / 2);
    data[4 * i + 3] = 255;
  }
  return { width, height, data };
}

function grey(value: number): Rgb {
  return [255 * value, 255 * value, 255 * value];
}

/** How pictures are put side by side. */
export interface TileOptions {
  /** Pictures in a row; all in one row by default. */
  readonly columns?: number;
  /** How many pixels wide and high each pixel becomes; 1 by default. */
  readonly magnify?: number;
  /** White pixels between pictures; 4 by default. */
  readonly gap?: number;
}

const tileAccepts = {
  where: 'tilePictures',
  kinds: { columns: 'number', magnify: 'number', gap: 'number' },
} as const satisfies AcceptedOptions<TileOptions>;

/**
 * Pictures of one size side by side in one picture.
 *
 * @throws StriateError when there are none, they differ in size, or an option is not a whole number.
 */
export function tilePictures(pictures: readonly CanvasPicture[], options: TileOptions = {}): CanvasPicture {
  const { columns = pictures.length, magnify = 1, gap = 4 } = expectOptions(tileAccepts, options);
  if (pictures.length === 0)
    throw new StriateError({ where: 'tilePictures', rule: 'needs at least one picture', received: 'none' });
  expectWhole('tilePictures', 'columns', columns);
  expectWhole('tilePictures', 'magnify', magnify);
  expectWhole('tilePictures', 'gap', gap, 0);
  const [{ width: w, height: h }] = pictures;
  const other = pictures.find(({ width, height }) => width !== w || height !== h);
  if (other) {
    throw new StriateError({
      where: 'tilePictures',
      rule: 'pictures must be of one size',
      received: `${w}×${h} and ${other.width}×${other.height}`,
    });
  }
  const step = { x: w * magnify + gap, y: h * magnify + gap };
  const width = Math.min(columns, pictures.length) * step.x - gap;
  const height = Math.ceil(pictures.length / columns) * step.y - gap;
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  pictures.forEach((picture, i) => {
    const left = (i % columns) * step.x;
    const top = Math.floor(i / columns) * step.y;
    for (let y = 0; y < h * magnify; y++) {
      for (let x = 0; x < w * magnify; x++) {
        const from = 4 * (Math.floor(y / magnify) * w + Math.floor(x / magnify));
        data.set(picture.data.subarray(from, from + 4), 4 * ((top + y) * width + left + x));
      }
    }
  });
  return { width, height, data };
}
