import { StriateError, Tensor } from '../tensor/index.js';
import type { Preprocessing } from './architecture.js';
import { resample, type BytePicture } from './resample.js';

/** A decoded picture of four bytes a pixel (red, green, blue, opacity), rows from the top; a canvas's ImageData is one. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  /** height × width × 4 */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * A picture as an architecture's published weights want it, [H, W, C]: brought to size, cut, scaled, in the right channel
 * order. Transparent parts become white.
 *
 * @throws StriateError when the bytes are not width × height × 4.
 *
 * @example
 * const x = preparePicture(context.getImageData(0, 0, width, height), zoo.describe('resnet18').preprocessing);
 * const scores = await model.predict(x.reshape([1, ...x.shape]));
 */
export function preparePicture(picture: DecodedPicture, preprocessing: Preprocessing): Tensor<'float32'> {
  const { width, height, data } = picture;
  if (!(width > 0 && height > 0) || data.length !== width * height * 4) {
    throw new StriateError(
      `preparePicture: needs width × height × 4 bytes (RGBA); received ${data.length} for ${width} × ${height}`,
    );
  }
  const opaque = withoutOpacity(picture, preprocessing.channels);
  const sized = resample(opaque, sizeBeforeCut(picture, preprocessing), preprocessing.interpolation);
  return normalized(sized, preprocessing);
}

/** Rows and columns that a picture is brought to before its middle is cut out. */
function sizeBeforeCut({ width, height }: DecodedPicture, preprocessing: Preprocessing): readonly [number, number] {
  const { size, resize, fit = 'crop' } = preprocessing;
  if (fit === 'stretch') return size;
  // Never smaller than what is cut out of it.
  const shorter = Math.max(resize, ...size);
  const longer = (side: number, other: number): number => Math.floor((shorter * side) / other);
  return width <= height ? [longer(height, width), shorter] : [shorter, longer(width, height)];
}

/** Three channels or one, on white ground. */
function withoutOpacity({ width, height, data }: DecodedPicture, order: Preprocessing['channels']): BytePicture {
  const channels = order === 'grey' ? 1 : 3;
  const result = new Uint8ClampedArray(width * height * channels);
  for (let pixel = 0, to = 0; pixel < width * height; pixel++) {
    const opacity = data[4 * pixel + 3] / 255;
    const ground = 255 * (1 - opacity);
    const red = ground + opacity * data[4 * pixel];
    const green = ground + opacity * data[4 * pixel + 1];
    const blue = ground + opacity * data[4 * pixel + 2];
    // The luma of ITU-R BT.601, which Pillow makes grey pictures with.
    if (channels === 1) result[to++] = 0.299 * red + 0.587 * green + 0.114 * blue;
    else {
      result[to++] = order === 'RGB' ? red : blue;
      result[to++] = green;
      result[to++] = order === 'RGB' ? blue : red;
    }
  }
  return { width, height, channels, data: result };
}

/** The middle of a picture, from 0 to 1, less the mean, divided by the standard deviation. */
function normalized(picture: BytePicture, { size: [height, width], mean, std }: Preprocessing): Tensor<'float32'> {
  const { channels, data } = picture;
  const top = Math.round((picture.height - height) / 2);
  const left = Math.round((picture.width - width) / 2);
  const values = new Float32Array(height * width * channels);
  for (let y = 0, to = 0; y < height; y++) {
    let from = ((top + y) * picture.width + left) * channels;
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < channels; k++) values[to++] = (data[from++] / 255 - (mean[k] ?? 0)) / (std[k] ?? 1);
    }
  }
  return new Tensor('float32', [height, width, channels], values);
}
