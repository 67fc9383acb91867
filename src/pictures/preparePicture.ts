import { StriateError, zeros, type Tensor } from '../tensor/index.js';
import { readingFor } from './decodePicture.js';
import { fitPicture, type ReadPicture } from './fitPicture.js';
import { placement, type PictureSize, type Placement } from './pictureGeometry.js';
import { pictureLimits } from './pictureHeader.js';
import { applyStage, BrokenPicture, plainStage, type PictureStage } from './pictureReader.js';
import { resizing } from './pictureResampler.js';
import { readSource, type PictureSource } from './pictureSource.js';
import type { Preprocessing } from './preprocessing.js';
import { isPixels, pixelsOf, pixelsSize, type PixelSource } from './rgbaPicture.js';

/**
 * A picture as a model expects it, [H, W, C]: upright, resized, cropped, normalized, in the right channel order, as in picture
 * folders. Transparent parts become white, padding (`fit: 'contain'`) black. Decoded bytes (a canvas's ImageData, raw pixels of
 * `sharp`) are prepared at once; everything else is read and decoded first: files, addresses, `<img>`, `<video>`, `<canvas>`,
 * ImageBitmap, Blob.
 *
 * @throws StriateError when it is no picture, or its bytes do not suit its size.
 *
 * @example
 * const x = await preparePicture('elephants.jpg', zoo.describe('resnet18').preprocessing);
 * const scores = await model.predict(x.reshape([1, ...x.shape]));
 */
export function preparePicture(picture: PixelSource, preprocessing: Preprocessing): Tensor<'float32'>;
export function preparePicture(picture: PictureSource, preprocessing: Preprocessing): Promise<Tensor<'float32'>>;
export function preparePicture(
  picture: PictureSource,
  preprocessing: Preprocessing,
): Tensor<'float32'> | Promise<Tensor<'float32'>> {
  const stage = plainStage(preprocessing, 'preparePicture');
  if (typeof picture !== 'object' || (picture as object | null) === null || !isPixels(picture)) {
    return prepareFile(picture, stage);
  }
  return prepared({ pixels: pixelsOf(picture, 'preparePicture'), size: pixelsSize(picture) }, stage);
}

/** A picture as a model expects it, the size that it has itself, and where it lies in the model's. */
export interface PlacedPicture {
  /** [H, W, C]. */
  readonly x: Tensor<'float32'>;
  readonly size: PictureSize;
  /** To what size the picture was brought, and where in it the model's begins. */
  readonly place: Placement;
}

/** `preparePicture` for what is found in pictures, whose places have to be brought back. */
export async function placedPicture(picture: PictureSource, preprocessing: Preprocessing): Promise<PlacedPicture> {
  const stage = plainStage(preprocessing, 'preparePicture');
  const read = await readPicture(picture, stage);
  const { size } = read;
  return {
    x: prepared(read, stage, await resizing()),
    size,
    place: placement(stage.geometry, size.width, size.height),
  };
}

async function prepareFile(picture: PictureSource, stage: PictureStage): Promise<Tensor<'float32'>> {
  return prepared(await readPicture(picture, stage), stage, await resizing());
}

async function readPicture(picture: PictureSource, stage: PictureStage): Promise<ReadPicture> {
  return readSource(picture, pictureLimits, readingFor(stage.geometry)).catch((error: unknown) => {
    if (!(error instanceof BrokenPicture)) throw error;
    const where = typeof picture === 'string' ? picture : 'picture';
    throw new StriateError({ where, rule: 'must be a picture', advice: error.message });
  });
}

function prepared(picture: ReadPicture, stage: PictureStage, resize?: Parameters<typeof fitPicture>[2]) {
  const { height, width, channels } = stage.geometry;
  const x = zeros([height, width, channels]);
  applyStage(stage, fitPicture(picture, stage.geometry, resize), { place: 0, random: [0] }, x.data);
  return x;
}
