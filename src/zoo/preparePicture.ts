import { fitPicture } from '../data/fitPicture.js';
import { resolveFolderOptions } from '../data/folderOptions.js';
import { opaquePixels, type RgbaPicture } from '../data/opaquePixels.js';
import { PlainTransform } from '../data/plainTransform.js';
import { Random, StriateError, zeros, type Tensor } from '../tensor/index.js';
import type { Preprocessing } from './architecture.js';

/** A decoded picture; a canvas's ImageData is one. */
export type DecodedPicture = RgbaPicture;

/**
 * A picture as an architecture's published weights want it, [H, W, C]: brought to size, cut, scaled, in the right channel
 * order, as picture folders do it. Transparent parts become white, and ground around a picture (`fit: 'contain'`) black.
 *
 * @throws StriateError when the bytes are not width × height × 4.
 *
 * @example
 * const x = preparePicture(imageData, zoo.describe('resnet18').preprocessing);
 * const scores = await model.predict(x.reshape([1, ...x.shape]));
 */
export function preparePicture(picture: DecodedPicture, preprocessing: Preprocessing): Tensor<'float32'> {
  const { width, height, data } = picture;
  if (!(width > 0 && height > 0) || data.length !== width * height * 4) {
    throw new StriateError(
      `preparePicture: needs width × height × 4 bytes (RGBA); received ${data.length} for ${width} × ${height}`,
    );
  }
  const { geometry, normalization } = resolveFolderOptions('preparePicture', { preprocessing });
  const pixels = fitPicture({ pixels: opaquePixels(picture), size: picture }, geometry);
  const x = zeros([geometry.height, geometry.width, geometry.channels]);
  new PlainTransform(normalization).apply(pixels, geometry, new Random(0), x.data, 0);
  return x;
}
