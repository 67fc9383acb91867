import { stat } from 'node:fs/promises';
import { formatShape, StriateError } from '../../tensor/index.js';
import type { DecodedPicture } from '../../zoo/index.js';

/** A picture as a model takes it. */
export interface ModelPicture {
  /** height × width × channels numbers, 0 to 1. */
  readonly values: Float32Array;
  /** Whether light and dark were exchanged. */
  readonly inverted: boolean;
}

/** Files of more bytes, and pictures of more pixels, are refused unread, as in folders that are trained on. */
const maxBytes = 128e6;
const input = { failOn: 'error', pages: 1, limitInputPixels: 64e6 } as const;

/** A border at least this bright means dark strokes on light ground. */
const brightBorder = 0.5;

/**
 * Reads a picture file (PNG, JPEG, WebP, GIF, TIFF, AVIF, SVG) and fits it into a model's input. A grey model's picture is
 * taken as light strokes on dark ground, as in MNIST, and inverted when its border is bright; what does not have the
 * input's proportions is filled up with the border's colour.
 *
 * @param shape [height, width, channels] with 1 or 3 channels
 * @throws StriateError when the file is missing or no picture, or the model takes no pictures.
 */
export async function readPicture(path: string, shape: readonly number[]): Promise<ModelPicture> {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw new StriateError(`predict: the model must take grey or RGB pictures; its input is ${formatShape(shape)}`);
  }
  const { default: sharp } = await import('sharp');
  try {
    // Transparent parts become white, as they look on paper and most screens.
    const flat = sharp(await limited(path), input)
      .rotate()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb');
    const image = channels === 1 ? flat.greyscale() : flat.removeAlpha();
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels as 1 | 3 };
    const border = borderColour(data, raw.width, raw.height, raw.channels);
    const background = { r: border[0], g: border[1 % border.length], b: border[2 % border.length] };
    const fitted = await sharp(data, { raw })
      .resize(width, height, { fit: 'contain', background })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    const inverted = channels === 1 && border[0] / 255 > brightBorder;
    const values = Float32Array.from(fitted, (byte) => (inverted ? 255 - byte : byte) / 255);
    return { values, inverted };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Reads a picture file as it is: red, green, blue and opacity, a byte each.
 *
 * @throws StriateError when the file is missing or no picture.
 */
export async function decodePicture(path: string): Promise<DecodedPicture> {
  const { default: sharp } = await import('sharp');
  try {
    const image = sharp(await limited(path), input)
      .rotate()
      .toColourspace('srgb')
      .ensureAlpha();
    const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The path itself, unless its file is too large. */
async function limited(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size <= maxBytes) return path;
  throw new Error(`it has ${(size / 1e6).toFixed(0)} MB, above the limit of ${maxBytes / 1e6} MB`);
}

function unreadable(path: string, error: unknown): StriateError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new StriateError(`${path}: must be a picture (PNG, JPEG, WebP, …); it cannot be read: ${reason}`);
}

/** The median of a picture's outermost pixels, channel by channel, 0 to 255. */
function borderColour(data: Uint8Array, width: number, height: number, channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) => {
    const values: number[] = [];
    for (let y = 0; y < height; y++) {
      const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
      for (let x = 0; x < width; x += step) values.push(data[(y * width + x) * channels + channel]);
    }
    return values.sort((a, b) => a - b)[values.length >> 1];
  });
}
