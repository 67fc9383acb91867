import { zeros, type Tensor } from '../tensor/index.js';
import { fitPicture } from './fitPicture.js';
import { applyStage, plainStage } from './pictureReader.js';
import type { Preprocessing } from './preprocessing.js';
import { opaquePixels, type RgbaPicture } from './rgbaPicture.js';

/**
 * A picture as an architecture's published weights expect it, [H, W, C]: resized, cropped, normalized, in the right channel
 * order, as in picture folders. Transparent parts become white, padding (`fit: 'contain'`) black.
 *
 * @throws StriateError when the bytes are not width × height × 4.
 *
 * @example
 * const imageData = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
 * const x = preparePicture(imageData, zoo.describe('resnet18').preprocessing);
 * const scores = await model.predict(x.reshape([1, ...x.shape]));
 */
export function preparePicture(picture: RgbaPicture, preprocessing: Preprocessing): Tensor<'float32'> {
  const pixels = opaquePixels(picture, 'preparePicture');
  const stage = plainStage(preprocessing, 'preparePicture');
  const { geometry } = stage;
  const x = zeros([geometry.height, geometry.width, geometry.channels]);
  applyStage(stage, fitPicture({ pixels, size: picture }, geometry), { place: 0, random: [0] }, x.data);
  return x;
}
