import type { Box } from '../geometry/index.js';
import { placement, type Placement } from '../pictures/pictureGeometry.js';
import { resolvePreprocessing } from '../pictures/preprocessing.js';
import { opaquePixels, type RgbaPicture } from '../pictures/rgbaPicture.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import type { Tensor } from '../tensor/index.js';
import type { Explanation } from './explanation.js';
import { heatScale } from './heatScale.js';
import { seenPicture } from './seenPicture.js';
import type { CanvasPicture } from './toPicture.js';

/** Options of `overlay`. */
export interface OverlayOptions {
  /** How much the heat covers the picture, from 0 to 1; 0.65 by default. */
  readonly opacity?: number;
  /** How many pixels wide and high each pixel becomes; 1 by default. */
  readonly scale?: number;
  /**
   * The picture that was given, decoded and upright, to lay the heat over at its own size in place of what the model saw; what
   * was cropped away is paler.
   */
  readonly picture?: RgbaPicture;
  /** Whether the picture below is 'grey' (the default), so that all colours mean heat, or in its 'colours'. */
  readonly ground?: 'grey' | 'colours';
  /** The number that gets the full colour, for maps that are compared; by default what the explanation's own needs. */
  readonly limit?: number;
}

const accepts = {
  where: 'overlay',
  kinds: { opacity: 'number', scale: 'number', picture: 'object', ground: 'string', limit: 'number' },
} satisfies AcceptedOptions<OverlayOptions>;

/**
 * An explanation's heat over its picture, for a canvas or a file: from dark violet over orange to light yellow, evenly for the
 * eye; where the explanation has signs, red for what speaks for the target and blue for what speaks against it. `legend` tells
 * which colour is which number. The box of a found thing that it is about is drawn, too.
 *
 * @throws StriateError when an option is out of its range.
 *
 * @example
 * import sharp from 'sharp';
 * const explanation = await explain(model, picture.reshape([28, 28, 1]), { method: 'saliency' });
 * const { width, height, data } = overlay(explanation, { scale: 8 });
 * await sharp(data, { raw: { width, height, channels: 4 } }).png().toFile('why.png');
 */
export function overlay(explanation: Explanation, options: OverlayOptions = {}): CanvasPicture {
  const { opacity = 0.65, scale = 1, picture, ground = 'grey', limit } = expectOptions(accepts, options);
  expectNumber('overlay', 'opacity', opacity, { least: 0, most: 1 });
  expectWhole('overlay', 'scale', scale);
  expectOneOf('overlay', 'ground', ground, ['grey', 'colours']);
  const heat = explanation.heat();
  const { colour, signed, limit: full } = heatScale(explanation, heat, limit);
  const below = picture ? { ...picture, data: opaquePixels(picture, 'overlay').data, channels: 3 } : seen(explanation);
  const place = placeOf(explanation, below);
  const [width, height] = [below.width * scale, below.height * scale];
  const [rows, columns] = heat.shape;
  const down = along(height, place.height, place.top, rows);
  const across = along(width, place.width, place.left, columns);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = below.channels * (Math.floor(y / scale) * below.width + Math.floor(x / scale));
      const [red, green, blue] = [0, 1, 2].map((c) => below.data[from + c]);
      const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
      const pixel = ground === 'grey' ? [grey, grey, grey] : [red, green, blue];
      const isSeen = down[y].inside && across[x].inside;
      const value = isSeen ? valueAt(heat, down[y], across[x]) : 0;
      const over = isSeen ? colour(value) : unseen;
      const share = isSeen ? (signed ? signedShare(opacity, value / full) : opacity) : opacity * unseenShare;
      const to = 4 * (y * width + x);
      for (let c = 0; c < 3; c++) data[to + c] = pixel[c] + share * (over[c] - pixel[c]);
      data[to + 3] = 255;
    }
  }
  if (explanation.box) drawBox({ width, height, data }, explanation.box, place);
  return { width, height, data };
}

/** Draws the box of the thing that an explanation is about: white between black, to be seen on any heat. */
function drawBox(
  { width, height, data }: CanvasPicture,
  [x1, y1, x2, y2]: Box,
  place: Pick<Placement, 'height' | 'width' | 'top' | 'left'>,
): void {
  const across = (x: number): number => Math.round(((x + place.left) * width) / place.width);
  const down = (y: number): number => Math.round(((y + place.top) * height) / place.height);
  const thick = Math.max(1, Math.round(Math.min(width, height) / 200));
  // From the outermost line inwards.
  for (let inset = 0; inset < 3 * thick; inset++) {
    const shade = inset >= thick && inset < 2 * thick ? 255 : 0;
    const [left, top, right, bottom] = [
      across(x1) + inset,
      down(y1) + inset,
      across(x2) - 1 - inset,
      down(y2) - 1 - inset,
    ];
    if (left > right || top > bottom) return;
    const paint = (x: number, y: number): void => {
      if (x < 0 || y < 0 || x >= width || y >= height) return;
      data.fill(shade, 4 * (y * width + x), 4 * (y * width + x) + 3);
    };
    for (let x = left; x <= right; x++) for (const y of [top, bottom]) paint(x, y);
    for (let y = top; y <= bottom; y++) for (const x of [left, right]) paint(x, y);
  }
}

/**
 * How much the heat of a map with signs covers the picture: more the further a number is from zero, whose white would make the whole
 * picture pale, and what counts with it.
 */
function signedShare(opacity: number, value: number): number {
  const strength = Number.isFinite(value) ? Math.min(1, Math.abs(value)) : 0;
  return 1 - (1 - opacity) ** (0.4 + 1.6 * strength);
}

/** What lies over the parts that a model did not see, and how much of it. */
const unseen = [255, 255, 255] as const;
const unseenShare = 0.8;

function seen(explanation: Explanation): CanvasPicture & { readonly channels: number } {
  return { ...seenPicture(explanation), channels: 4 };
}

/** Where the model's input lies on the resized picture; all of it where nothing else is known. */
function placeOf(
  { preprocessing, input, place }: Explanation,
  below: { readonly width: number; readonly height: number },
): Pick<Placement, 'height' | 'width' | 'top' | 'left'> {
  const [height, width] = input.shape;
  const whole = { height, width, top: 0, left: 0 };
  const isInput = below.width === width && below.height === height;
  if (!preprocessing || isInput) return whole;
  // Offsets of a picture within the input are those of the input within the picture, the other way round.
  if (place) return { ...place, top: -place.top, left: -place.left };
  return placement(resolvePreprocessing(preprocessing).geometry, below.width, below.height);
}

/** Where one row or column of the drawing lies between the cells of the heat. */
interface Between {
  readonly inside: boolean;
  readonly first: number;
  readonly next: number;
  readonly share: number;
}

/**
 * @param length pixels of the drawing
 * @param resized pixels that the whole picture had when the model's input was cut out of it, from `start` on
 * @param cells of the heat, one for each pixel of the input
 */
function along(length: number, resized: number, start: number, cells: number): Between[] {
  return Array.from({ length }, (_, i) => {
    const place = ((i + 0.5) * resized) / length - start - 0.5;
    const at = Math.min(Math.max(place, 0), cells - 1);
    const first = Math.floor(at);
    const inside = place >= -0.5 && place <= cells - 0.5;
    return { inside, first, next: Math.min(first + 1, cells - 1), share: at - first };
  });
}

function valueAt({ shape: [, columns], data }: Tensor<'float32'>, down: Between, across: Between): number {
  const { first, next, share } = across;
  const inRow = (row: number): number => data[row * columns + first] * (1 - share) + data[row * columns + next] * share;
  return inRow(down.first) * (1 - down.share) + inRow(down.next) * down.share;
}
