import { placement, type PictureGeometry, type PictureSize, type Placement } from './pictureGeometry.js';
import type { Pixels } from './pictureTransform.js';
import { resample, type Resizing } from './resample.js';
import { wholeAxis, type Span } from './resamplingTable.js';

/** A way to resize pictures. */
export type Resize = (pixels: Pixels, wanted: Resizing) => Pixels;

/** A decoded picture, perhaps reduced while it was decoded. */
export interface ReadPicture {
  /** Of three channels. */
  readonly pixels: Pixels;
  /** The size in the file. */
  readonly size: PictureSize;
}

/**
 * A picture is reduced before it is resized only if at least this many pixels remain for each of the target's, per axis.
 */
const pixelsLeft = 3;

/** Larger pictures are reduced even with nearest-neighbour interpolation: 48 MB when decoded. */
const mostPicked = 16e6;

/**
 * The size to which a picture may be reduced before it is resized: sides are halved as long as three times the target's
 * length remains. The result then differs by less than one grey level on average; large photos take an eighth of the time,
 * and intermediate sizes do not depend on the picture's, however long and thin it is.
 */
export function reducedSize(geometry: PictureGeometry, { height, width }: PictureSize): PictureSize {
  // Nearest-neighbour pixels are not picked from averages, unless the picture would fill the memory.
  if (geometry.interpolation === 'nearest' && height * width <= mostPicked) return { height, width };
  const place = placement(geometry, width, height);
  const reduced = (length: number, target: number): number => {
    const halvings = Math.floor(Math.log2(length / target / pixelsLeft));
    return halvings >= 1 ? Math.ceil(length / 2 ** halvings) : length;
  };
  return { height: reduced(height, place.height), width: reduced(width, place.width) };
}

/**
 * A picture resized and cropped, padded where it does not fill the target: with black, or a drawing with its border's grey.
 * Grey if the geometry says so; a drawing with light strokes on dark ground.
 */
export function fitPicture(
  { pixels, size }: ReadPicture,
  geometry: PictureGeometry,
  resize: Resize = resample,
): Pixels {
  const place = placement(geometry, size.width, size.height);
  const drawn = geometry.invert === 'auto';
  // Grey first, as drawings have no colours to speak of.
  const source = drawn && geometry.channels === 1 ? greyPixels(pixels) : pixels;
  const kept = (start: number, length: number, target: number): Span => ({
    start: Math.max(0, start),
    length: Math.min(length, target),
  });
  const sized = resize(source, {
    rows: wholeAxis(pixels.height, place.height, kept(place.top, place.keepHeight, place.height)),
    columns: wholeAxis(pixels.width, place.width, kept(place.left, place.keepWidth, place.width)),
    interpolation: geometry.interpolation,
  });
  const whole = geometry.channels === 1 && sized.channels === 3 ? greyPixels(sized) : sized;
  if (!drawn) return onGround(whole, place, 0);
  const border = borderGrey(source.channels === 1 ? source : greyPixels(source));
  const inverted = border > brightBorder;
  const turned = inverted ? { ...whole, data: whole.data.map((byte) => 255 - byte) } : whole;
  return { ...onGround(turned, place, inverted ? 255 - border : border), inverted };
}

/** Red, green and blue as one grey byte: the luma of ITU-R BT.601, rounded as Pillow rounds it. */
export function greyPixels({ data, width, height }: Pixels): Pixels {
  const grey = new Uint8Array(width * height);
  for (let i = 0, from = 0; i < grey.length; i++, from += 3) {
    grey[i] = (19595 * data[from] + 38470 * data[from + 1] + 7471 * data[from + 2] + 0x8000) >> 16;
  }
  return { data: grey, width, height, channels: 1 };
}

/** A border at least this bright means dark strokes on light ground. */
const brightBorder = 127.5;

/** The median of a grey picture's outermost pixels. */
function borderGrey({ data, width, height }: Pixels): number {
  const values: number[] = [];
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) values.push(data[y * width + x]);
  }
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** Centres a picture that does not fill the target on ground of one grey. */
function onGround(pixels: Pixels, { top, left, keepHeight, keepWidth }: Placement, grey: number): Pixels {
  const { width, height, channels, data } = pixels;
  if (width >= keepWidth && height >= keepHeight) return pixels;
  const ground = new Uint8Array(keepHeight * keepWidth * channels).fill(grey);
  const [down, right] = [Math.max(0, -top), Math.max(0, -left)];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * channels, (y + 1) * width * channels);
    ground.set(row, ((y + down) * keepWidth + right) * channels);
  }
  return { data: ground, width: keepWidth, height: keepHeight, channels };
}
