import { fitPicture, reducedSize } from './fitPicture.js';
import type { PictureGeometry, PictureSize } from './pictureGeometry.js';
import type { PictureLimits } from './pictureLimits.js';
import { resizing } from './pictureResampler.js';
import type { Pixels } from './pictureTransform.js';
import { readPixels, type ReadOptions } from './readPixels.node.js';

/**
 * Decodes a picture file's bytes and brings it to size. Training, evaluation, prediction and search all read pictures here,
 * so that a model sees the same numbers everywhere, and the same as with Pillow and torchvision.
 *
 * @throws BrokenPicture when they are none, damaged, no picture, or one of more pixels than the limit.
 */
export async function decodePicture(
  bytes: Uint8Array,
  geometry: PictureGeometry,
  limits: PictureLimits,
  options: Pick<ReadOptions, 'svg'> = {},
): Promise<Pixels> {
  const reduce = (size: PictureSize): PictureSize => reducedSize(geometry, size);
  const picture = await readPixels(bytes, limits, { ...options, reduce });
  return fitPicture(picture, geometry, await resizing());
}
