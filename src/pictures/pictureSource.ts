import type { Drawable } from '../platform/platform.js';
import { reasonOf } from '../platform/systemErrors.js';
import { StriateError } from '../tensor/index.js';
import { decoded, pictureBytes, readPixels, type ReadOptions } from './decodePicture.js';
import type { ReadPicture } from './fitPicture.js';
import type { PictureLimits } from './pictureHeader.js';
import { BrokenPicture } from './pictureReader.js';
import { isPixels, pixelsOf, pixelsSize, type PixelSource } from './rgbaPicture.js';

export type { Drawable };

/**
 * Where a picture comes from: a path (in Node) or an address, a file's bytes, a server's response, decoded bytes of red, green,
 * blue and opacity (a canvas's ImageData is such) or as `sharp` gives them, and in browsers whatever can be drawn on a canvas:
 * an `<img>`, a `<video>` with what it shows at this moment, a `<canvas>` or OffscreenCanvas, an ImageBitmap.
 */
export type PictureSource = string | Uint8Array | ArrayBuffer | Blob | Response | PixelSource | Drawable;

/** What messages say a picture may be. */
const kinds =
  'must be a path, an address, a file (its bytes, a Blob), { width, height, data } of RGBA bytes, what sharp gives, or in ' +
  'browsers an image, a video or a canvas';

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
  if (typeof source !== 'object' || (source as object | null) === null) {
    throw new StriateError({ where: 'picture', rule: kinds, received: source === null ? 'null' : typeof source });
  }
  if (source instanceof ArrayBuffer) return read(new Uint8Array(source));
  if (source instanceof Uint8Array || source instanceof Blob) return read(source);
  if (source instanceof Response) return read(await bodyOf(source));
  if (isPixels(source)) return { pixels: pixelsOf(source), size: pixelsSize(source) };
  return decoded(source, limits, options);
}

/** A server's response. */
async function fetched(address: string): Promise<Blob> {
  const response = await fetch(address).catch((error: unknown) => {
    throw new BrokenPicture(`it cannot be fetched (${reasonOf(error)})`);
  });
  return bodyOf(response);
}

async function bodyOf(response: Response): Promise<Blob> {
  if (!response.ok) throw new BrokenPicture(`the server answered ${response.status}`);
  return response.blob().catch((error: unknown) => {
    throw new BrokenPicture(`it cannot be read (${reasonOf(error)})`);
  });
}
