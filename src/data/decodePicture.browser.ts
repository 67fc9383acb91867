import { StriateError } from '../tensor/index.js';
import { pictureProblem, signatureLength } from './pictureFormat.js';
import { placement, type PictureGeometry } from './pictureGeometry.js';
import { BrokenPicture, type PictureLimits } from './pictureReader.js';
import type { Pixels } from './pictureTransform.js';

/** The luma of ITU-R BT.601. */
const luma = [0.299, 0.587, 0.114] as const;

/** What browsers know of the ways to resize. */
const qualities = { nearest: 'pixelated', bilinear: 'high', bicubic: 'high' } as const;

/**
 * Decodes a picture file and brings it to size, off the page's thread. Orientation is what the camera noted; transparent
 * parts become white.
 *
 * @throws BrokenPicture when the file is empty, damaged, no picture, or larger than the limits.
 * @throws StriateError outside of browsers.
 */
export async function decodePicture(file: Blob, geometry: PictureGeometry, limits: PictureLimits): Promise<Pixels> {
  if (typeof createImageBitmap !== 'function' || typeof OffscreenCanvas !== 'function') {
    throw new StriateError('imageFiles: needs a browser with createImageBitmap; in Node use imageFolder(path)');
  }
  const problem = await fileProblem(file, limits);
  if (problem) throw new BrokenPicture(problem);
  const whole = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch((error: unknown) => {
    throw new BrokenPicture(`it cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    const { width, height } = whole;
    if (width * height > limits.maxPixels) {
      throw new BrokenPicture(
        `it has ${width} × ${height} pixels, which is above the limit of ${limits.maxPixels.toLocaleString('en-US')} ` +
          'pixels (maxPixels)',
      );
    }
    return await drawn(whole, geometry);
  } finally {
    whole.close();
  }
}

/** What speaks against a file, before it is decoded. */
async function fileProblem(file: Blob, { maxBytes, maxPixels }: PictureLimits): Promise<string | undefined> {
  if (file.size > maxBytes) {
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
    return `it has ${megabytes(file.size)}, above the limit of ${megabytes(maxBytes)} (maxBytes)`;
  }
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.slice(0, signatureLength).arrayBuffer());
  } catch (error) {
    return `it cannot be read (${String(error)})`;
  }
  const problem = pictureProblem(bytes);
  if (problem) return problem;
  // A PNG says its size before the browser unpacks anything: what unpacks to gigabytes stays packed.
  if (bytes[0] !== 0x89 || bytes.length < 24) return undefined;
  const view = new DataView(bytes.buffer);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width * height <= maxPixels) return undefined;
  return (
    `it has ${width} × ${height} pixels, which is above the limit of ${maxPixels.toLocaleString('en-US')} ` +
    'pixels (maxPixels)'
  );
}

async function drawn(whole: ImageBitmap, geometry: PictureGeometry): Promise<Pixels> {
  const { channels, fit, interpolation } = geometry;
  const { height, width, top, left, keepHeight, keepWidth } = placement(geometry, whole.width, whole.height);
  // The browser averages where pictures become smaller, which drawing with a scale would not do.
  const sized = await createImageBitmap(whole, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: qualities[interpolation],
  });
  const context = new OffscreenCanvas(keepWidth, keepHeight).getContext('2d', { willReadFrequently: true });
  if (!context) throw new StriateError('imageFiles: the browser gives no canvas of two dimensions');
  if (fit === 'contain') {
    context.fillStyle = '#000000';
    context.fillRect(0, 0, keepWidth, keepHeight);
  }
  context.fillStyle = '#ffffff';
  context.fillRect(-left, -top, width, height);
  context.drawImage(sized, -left, -top);
  sized.close();
  const { data } = context.getImageData(0, 0, keepWidth, keepHeight);
  return { data: withoutOpacity(data, channels), width: keepWidth, height: keepHeight, channels };
}

/** Bytes without the fourth of each pixel, or one grey byte a pixel. */
function withoutOpacity(rgba: Uint8ClampedArray, channels: 1 | 3): Uint8ClampedArray {
  const pixels = rgba.length / 4;
  const result = new Uint8ClampedArray(pixels * channels);
  for (let i = 0; i < pixels; i++) {
    const [red, green, blue] = [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]];
    if (channels === 1) result[i] = luma[0] * red + luma[1] * green + luma[2] * blue;
    else {
      result[3 * i] = red;
      result[3 * i + 1] = green;
      result[3 * i + 2] = blue;
    }
  }
  return result;
}
