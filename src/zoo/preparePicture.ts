import { placement, type PictureGeometry, type Placement } from '../data/pictureGeometry.js';
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
 * order. Transparent parts become white, and ground around a picture (`fit: 'contain'`) black.
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
  const place = placement(geometryOf(preprocessing), width, height);
  const sized = resample(opaque, [place.height, place.width], preprocessing.interpolation);
  return normalized(sized, place, preprocessing);
}

/** Where pictures go, by the same rules as those of a folder that is trained on. */
function geometryOf({ size, resize, fit = 'crop', channels, interpolation }: Preprocessing): PictureGeometry {
  const [height, width] = size;
  // Never smaller than what is cut out of it.
  const margin = Math.max(1, resize / Math.min(height, width));
  return { height, width, channels: channels === 'grey' ? 1 : 3, fit, margin, interpolation };
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

/** What is kept of a picture, from 0 to 1, less the mean, divided by the standard deviation; black around it. */
function normalized(
  picture: BytePicture,
  { top, left, keepHeight: height, keepWidth: width }: Placement,
  { mean, std }: Preprocessing,
): Tensor<'float32'> {
  const { channels, data } = picture;
  const values = new Float32Array(height * width * channels);
  for (let y = 0, to = 0; y < height; y++) {
    const row = top + y;
    for (let x = 0; x < width; x++) {
      const column = left + x;
      const inside = row >= 0 && row < picture.height && column >= 0 && column < picture.width;
      const from = (row * picture.width + column) * channels;
      for (let k = 0; k < channels; k++) {
        const value = inside ? data[from + k] / 255 : 0;
        values[to++] = (value - (mean[k] ?? 0)) / (std[k] ?? 1);
      }
    }
  }
  return new Tensor('float32', [height, width, channels], values);
}
