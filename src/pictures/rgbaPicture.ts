import { StriateError } from '../tensor/index.js';
import type { PictureSize } from './pictureGeometry.js';
import type { Pixels } from './pictureTransform.js';

/** Four bytes a pixel (red, green, blue, opacity), rows from the top; a canvas's ImageData is such a picture. */
export interface RgbaPicture<Bytes extends Uint8Array | Uint8ClampedArray = Uint8Array | Uint8ClampedArray> {
  readonly width: number;
  readonly height: number;
  /** height × width × 4 */
  readonly data: Bytes;
}

/** Raw pixels as the picture library `sharp` gives them: `await sharp(file).raw().toBuffer({ resolveWithObject: true })`. */
export interface RawPicture {
  /** height × width × channels */
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly info: {
    readonly width: number;
    readonly height: number;
    /** 1 (grey), 2 (grey and opacity), 3 (RGB) or 4 (RGBA). */
    readonly channels: number;
    readonly format?: string;
  };
}

/** Decoded bytes that need no decoder. */
export type PixelSource = RgbaPicture | RawPicture;

/** Whether a picture is decoded bytes. */
export function isPixels(source: object): source is PixelSource {
  return 'data' in source && ('info' in source || ('width' in source && 'height' in source));
}

/**
 * Red, green and blue of decoded bytes, on white where a picture is transparent.
 *
 * @throws StriateError when their number does not suit the size, or they are a file's.
 */
export function pixelsOf(source: PixelSource, where = 'picture'): Pixels {
  if (!('info' in source)) return opaquePixels(source, where);
  const { data, info } = source;
  const { width, height, channels, format = 'raw' } = info;
  const isSound = width > 0 && height > 0 && [1, 2, 3, 4].includes(channels);
  if (format !== 'raw' || !isBytes(data) || !isSound || data.length !== width * height * channels) {
    throw new StriateError({
      where,
      rule: 'needs width × height × channels bytes in data, with 1 to 4 channels',
      received:
        format === 'raw' ? `${data?.length} for ${width} × ${height} × ${channels}` : `a file in the format ${format}`,
      advice:
        'call raw({ depth: "uchar" }) before toBuffer, or give the file itself, which is then turned upright, too',
    });
  }
  if (channels === 3) return { width, height, channels, data };
  if (channels === 4) return opaquePixels({ width, height, data }, where);
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    rgba.fill(data[i * channels], 4 * i, 4 * i + 3);
    rgba[4 * i + 3] = channels === 2 ? data[2 * i + 1] : 255;
  }
  return opaquePixels({ width, height, data: rgba }, where);
}

/** The size of decoded bytes. */
export function pixelsSize(source: PixelSource): PictureSize {
  return 'info' in source ? source.info : source;
}

function isBytes(data: unknown): data is Uint8Array | Uint8ClampedArray {
  return data instanceof Uint8Array || data instanceof Uint8ClampedArray;
}

/**
 * Red, green and blue, on white where a picture is transparent.
 *
 * @throws StriateError when the bytes are not width × height × 4.
 */
export function opaquePixels({ width, height, data }: RgbaPicture, where = 'picture'): Pixels {
  if (!isBytes(data) || !(width > 0 && height > 0) || data.length !== width * height * 4) {
    throw new StriateError({
      where,
      rule: 'needs width × height × 4 bytes (RGBA)',
      received: isBytes(data) ? `${data.length} for ${width} × ${height}` : Object.prototype.toString.call(data),
    });
  }
  const result = new Uint8ClampedArray(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const opacity = data[from + 3];
    const ground = 255 * (255 - opacity) + 128;
    for (let c = 0; c < 3; c++) {
      // A division by 255 that rounds, as Pillow's paste with a mask has it.
      const product = opacity * data[from + c] + ground;
      result[to + c] = ((product >> 8) + product) >> 8;
    }
  }
  return { width, height, channels: 3, data: result };
}
