import { StriateError } from '../tensor/index.js';
import type { Pixels } from './pictureTransform.js';

/** Four bytes a pixel (red, green, blue, opacity), rows from the top; a canvas's ImageData is such a picture. */
export interface RgbaPicture<Bytes extends Uint8Array | Uint8ClampedArray = Uint8Array | Uint8ClampedArray> {
  readonly width: number;
  readonly height: number;
  /** height × width × 4 */
  readonly data: Bytes;
}

/**
 * Red, green and blue, on white where a picture is transparent.
 *
 * @throws StriateError when the bytes are not width × height × 4.
 */
export function opaquePixels({ width, height, data }: RgbaPicture, where = 'picture'): Pixels {
  if (!(width > 0 && height > 0) || data.length !== width * height * 4) {
    throw new StriateError({
      where,
      rule: 'needs width × height × 4 bytes (RGBA)',
      received: `${data.length} for ${width} × ${height}`,
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
