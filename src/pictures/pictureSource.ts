import type { Drawable } from '../platform/platform.js';
import { reasonOf } from '../platform/systemErrors.js';
import { decoded, pictureBytes, readPixels, type ReadOptions } from './decodePicture.js';
import type { ReadPicture } from './fitPicture.js';
import type { PictureLimits } from './pictureHeader.js';
import { BrokenPicture } from './pictureReader.js';
import { opaquePixels, type RgbaPicture } from './rgbaPicture.js';

export type { Drawable };

/**
 * Where a picture comes from: a path (in Node) or an address, a file's bytes, decoded bytes of red, green, blue and opacity
 * (a canvas's ImageData is such), and in browsers whatever can be drawn on a canvas.
 */
export type PictureSource = string | Uint8Array | ArrayBuffer | Blob | RgbaPicture | Drawable;

/**
 * Reads a picture from any source, including SVG drawings where the platform decodes them.
 *
 * @throws BrokenPicture when it cannot be read or decoded, or is larger than the limits.
 * @throws StriateError when the platform does not have such sources.
 */
export async function readSource(
  source: PictureSource,
  limits: PictureLimits,
  options?: ReadOptions,
): Promise<ReadPicture> {
  const read = (file: Uint8Array | Blob): Promise<ReadPicture> => readPixels(file, limits, { svg: true, ...options });
  if (typeof source === 'string') {
    const isAddress = /^(https?|data|blob):/.test(source);
    return read(isAddress ? await fetched(source) : await pictureBytes(source, limits));
  }
  if (source instanceof ArrayBuffer) return read(new Uint8Array(source));
  if (source instanceof Uint8Array || source instanceof Blob) return read(source);
  if ('data' in source) return { pixels: opaquePixels(source), size: source };
  return decoded(source, limits, options);
}

/** A server's response. */
async function fetched(address: string): Promise<Blob> {
  const response = await fetch(address).catch((error: unknown) => {
    throw new BrokenPicture(`it cannot be fetched (${reasonOf(error)})`);
  });
  if (!response.ok) throw new BrokenPicture(`the server answered ${response.status}`);
  return response.blob();
}
