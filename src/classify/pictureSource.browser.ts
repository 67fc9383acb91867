import { readBitmap, readPixels } from '../pictures/decodePicture.browser.js';
import { StriateError } from '../tensor/index.js';
import { decodedPixels, encodedBytes, fetchedPicture, type SourceReader } from './pictureSource.js';

/**
 * Decodes a picture, or takes what a canvas, an image or a video shows at this moment.
 *
 * @throws BrokenPicture when it cannot be read or decoded, or is larger than the limits.
 * @throws StriateError when the source is none that a page can draw.
 */
export const readSource: SourceReader = async (source, limits, reduce) => {
  if (typeof source === 'string') return readPixels(await fetchedPicture(source), limits, reduce);
  if (source instanceof Blob) return readPixels(source, limits, reduce);
  const bytes = await encodedBytes(source, limits);
  if (bytes) return readPixels(new Blob([bytes as Uint8Array<ArrayBuffer>]), limits, reduce);
  const decoded = decodedPixels(source);
  if (decoded) return decoded;
  if ('decode' in source) await (source as HTMLImageElement).decode();
  const bitmap = await createImageBitmap(source as ImageBitmapSource).catch((error: unknown) => {
    throw new StriateError({
      where: 'picture',
      rule: 'must be an address, a file, RGBA bytes, or something that can be drawn on a canvas',
      received: error instanceof Error ? error.message : String(error),
    });
  });
  try {
    return await readBitmap(bitmap, limits, reduce);
  } finally {
    bitmap.close();
  }
};
