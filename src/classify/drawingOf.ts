import { greyPixels } from '../pictures/fitPicture.js';
import { placement } from '../pictures/pictureGeometry.js';
import { resizing } from '../pictures/pictureResampler.js';
import type { Pixels } from '../pictures/pictureTransform.js';
import { wholeAt } from '../pictures/resample.js';

/** A drawing as a model takes it. */
export interface Drawing {
  /** height × width numbers, 0 to 1. */
  readonly values: Float32Array;
  /** Whether light and dark were exchanged. */
  readonly inverted: boolean;
}

/** A border at least this bright means dark strokes on light ground. */
const brightBorder = 127.5;

/**
 * A picture as a drawing: light strokes on dark ground, as in MNIST, inverted when its border is bright; what does not have
 * the input's proportions is filled up with the border's grey.
 *
 * @param pixels red, green and blue
 * @param shape [height, width, 1]
 */
export async function drawingOf(pixels: Pixels, [height, width]: readonly number[]): Promise<Drawing> {
  const grey = greyPixels(pixels);
  const place = placement(
    { height, width, channels: 1, fit: 'contain', margin: 1, interpolation: 'bilinear' },
    grey.width,
    grey.height,
  );
  const resize = await resizing();
  const sized = resize(grey, wholeAt(grey, [place.height, place.width], 'bilinear'));
  const border = borderGrey(grey);
  const inverted = border > brightBorder;
  const seen = (byte: number): number => (inverted ? 255 - byte : byte) / 255;
  const values = new Float32Array(height * width).fill(seen(border));
  for (let y = 0; y < place.height; y++) {
    for (let x = 0; x < place.width; x++) {
      values[(y - place.top) * width + x - place.left] = seen(sized.data[y * place.width + x]);
    }
  }
  return { values, inverted };
}

/** The median of a grey picture's outermost pixels. */
function borderGrey({ data, width, height }: Pixels): number {
  const values: number[] = [];
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) values.push(data[y * width + x]);
  }
  return values.sort((a, b) => a - b)[values.length >> 1];
}
