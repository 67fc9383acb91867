import { bytesProblem, type PictureLimits } from '../pictures/pictureLimits.js';
import { opaquePixels, type RgbaPicture } from '../pictures/rgbaPicture.js';
import type { ReadPicture } from '../pictures/fitPicture.js';
import type { PictureSize } from '../pictures/pictureGeometry.js';
import { BrokenPicture } from '../pictures/pictureReader.js';
import { StriateError } from '../tensor/index.js';

/** A canvas, an ImageBitmap, an `<img>` or a `<video>` of a page. */
export interface Drawable {
  readonly width: number;
  readonly height: number;
}

/**
 * Where a picture comes from: a path (in Node) or an address, a file's bytes, decoded bytes of red, green, blue and opacity
 * (a canvas's ImageData is such), and in browsers whatever can be drawn on a canvas.
 */
export type PictureSource = string | Uint8Array | ArrayBuffer | Blob | RgbaPicture | Drawable;

/** What a picture source shows; the platform's own part is behind `#picture-source`. */
export type SourceReader = (
  source: PictureSource,
  limits: PictureLimits,
  reduce?: (size: PictureSize) => PictureSize,
) => Promise<ReadPicture>;

/** The encoded bytes of a source in memory; undefined for all other sources. */
export async function encodedBytes(source: PictureSource, limits: PictureLimits): Promise<Uint8Array | undefined> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Uint8Array) return source;
  if (!(source instanceof Blob)) return undefined;
  const problem = bytesProblem(source.size, limits);
  if (problem) throw new BrokenPicture(problem);
  return new Uint8Array(await source.arrayBuffer());
}

/** What an address of a server answers. */
export async function fetchedPicture(address: string): Promise<Blob> {
  const response = await fetch(address).catch((error: unknown) => {
    throw new BrokenPicture(`it cannot be fetched (${error instanceof Error ? error.message : String(error)})`);
  });
  if (!response.ok) throw new BrokenPicture(`the server answered ${response.status}`);
  return response.blob();
}

/**
 * What a decoded picture shows; undefined for all other sources.
 *
 * @throws StriateError when the bytes are not width × height × 4.
 */
export function decodedPixels(source: object): ReadPicture | undefined {
  if (!('data' in source && 'width' in source && 'height' in source)) return undefined;
  const { width, height, data } = source as RgbaPicture;
  if (!(width > 0 && height > 0) || data.length !== width * height * 4) {
    throw new StriateError({
      where: 'picture',
      rule: 'needs width × height × 4 bytes (RGBA)',
      received: `${data.length} for ${width} × ${height}`,
    });
  }
  return { pixels: opaquePixels({ width, height, data }), size: { width, height } };
}
