import { StriateError } from '../tensor/index.js';
import type { DecodedImage, DecodeImageOptions, Drawable } from './platform.js';
import { reasonOf } from './systemErrors.js';

/** Decodes a picture file off the page's thread, or takes what can be drawn on a canvas. */
export async function decodeImage(
  source: Uint8Array | Blob | Drawable,
  { reduce, convertColors }: DecodeImageOptions,
): Promise<DecodedImage> {
  if (typeof createImageBitmap !== 'function' || typeof OffscreenCanvas !== 'function') {
    throw new StriateError({ where: 'pictures', rule: 'needs a browser with createImageBitmap and OffscreenCanvas' });
  }
  const bitmap = await bitmapOf(source, convertColors);
  try {
    const { width, height } = bitmap;
    const size = reduce({ height, width });
    const context = new OffscreenCanvas(size.width, size.height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new StriateError({ where: 'pictures', rule: 'the browser has no two-dimensional canvas' });
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, size.width, size.height);
    if (size.height === height && size.width === width) context.drawImage(bitmap, 0, 0);
    else {
      // createImageBitmap averages pixels, which scaled drawing would not.
      const options = { resizeWidth: size.width, resizeHeight: size.height, resizeQuality: 'high' } as const;
      const smaller = await createImageBitmap(bitmap, options);
      context.drawImage(smaller, 0, 0);
      smaller.close();
    }
    const { data } = context.getImageData(0, 0, size.width, size.height);
    return { data, ...size, channels: 4, whole: { width, height } };
  } finally {
    bitmap.close();
  }
}

async function bitmapOf(source: Uint8Array | Blob | Drawable, convertColors: boolean): Promise<ImageBitmap> {
  const colorSpaceConversion = convertColors ? 'default' : 'none';
  const file = source instanceof Uint8Array ? new Blob([source as Uint8Array<ArrayBuffer>]) : source;
  if (file instanceof Blob) return createImageBitmap(file, { imageOrientation: 'from-image', colorSpaceConversion });
  if ('decode' in file) await (file as HTMLImageElement).decode();
  return createImageBitmap(file as ImageBitmapSource, { colorSpaceConversion }).catch((error: unknown) => {
    throw new StriateError({
      where: 'picture',
      rule: 'must be an address, a file, RGBA bytes, or something that can be drawn on a canvas',
      received: reasonOf(error),
      advice: 'wait until an image or a video has loaded',
    });
  });
}
