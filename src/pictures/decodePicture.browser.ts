import { StriateError } from '../tensor/index.js';
import { fitPicture, reducedSize, type ReadPicture } from './fitPicture.js';
import { opaquePixels } from './rgbaPicture.js';
import { pictureProblem, signatureLength } from './pictureFormat.js';
import type { PictureGeometry, PictureSize } from './pictureGeometry.js';
import { bytesProblem, sizeProblem, type PictureLimits } from './pictureLimits.js';
import { BrokenPicture } from './pictureReader.js';
import { resizing } from './pictureResampler.js';
import type { Pixels } from './pictureTransform.js';

/** To which size a picture may be made smaller before it is read. */
type Reduce = (size: PictureSize) => PictureSize;

/**
 * Decodes a picture file and brings it to size, off the page's thread. Orientation is what the camera noted; transparent
 * parts become white.
 *
 * @throws BrokenPicture when the file is empty, damaged, no picture, or larger than the limits.
 * @throws StriateError outside of browsers.
 */
export async function decodePicture(file: Blob, geometry: PictureGeometry, limits: PictureLimits): Promise<Pixels> {
  const picture = await readPixels(file, limits, (size) => reducedSize(geometry, size));
  return fitPicture(picture, geometry, await resizing());
}

/**
 * Decodes a picture file into red, green and blue.
 *
 * @param reduce to which size a picture may be made smaller; not at all by default
 * @throws BrokenPicture when the file is empty, damaged, no picture, or larger than the limits.
 * @throws StriateError outside of browsers.
 */
export async function readPixels(file: Blob, limits: PictureLimits, reduce?: Reduce): Promise<ReadPicture> {
  if (typeof createImageBitmap !== 'function' || typeof OffscreenCanvas !== 'function') {
    throw new StriateError({
      where: 'imageFiles',
      rule: 'needs a browser with createImageBitmap',
      advice: 'in Node use imageFolder(path)',
    });
  }
  const problem = await fileProblem(file, limits);
  if (problem) throw new BrokenPicture(problem);
  const whole = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch((error: unknown) => {
    throw new BrokenPicture(`it cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    return await readBitmap(whole, limits, reduce);
  } finally {
    whole.close();
  }
}

/** What speaks against a file, before it is decoded. */
async function fileProblem(file: Blob, limits: PictureLimits): Promise<string | undefined> {
  const tooLarge = bytesProblem(file.size, limits);
  if (tooLarge) return tooLarge;
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
  return sizeProblem({ width: view.getUint32(16), height: view.getUint32(20) }, limits);
}

/** What a bitmap shows, on white where it is transparent. */
export async function readBitmap(
  whole: ImageBitmap,
  limits: PictureLimits,
  reduce: Reduce = (size) => size,
): Promise<ReadPicture> {
  const { width, height } = whole;
  const refusal = sizeProblem(whole, limits);
  if (refusal) throw new BrokenPicture(refusal);
  const size = reduce({ height, width });
  const context = new OffscreenCanvas(size.width, size.height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new StriateError({ where: 'imageFiles', rule: 'the browser gives no canvas of two dimensions' });
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, size.width, size.height);
  if (size.height === height && size.width === width) context.drawImage(whole, 0, 0);
  else {
    // The browser averages here, which drawing with a scale would not do.
    const options = { resizeWidth: size.width, resizeHeight: size.height, resizeQuality: 'high' } as const;
    const smaller = await createImageBitmap(whole, options);
    context.drawImage(smaller, 0, 0);
    smaller.close();
  }
  const { data } = context.getImageData(0, 0, size.width, size.height);
  return { pixels: opaquePixels({ ...size, data }), size: { width, height } };
}
