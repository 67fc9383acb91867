import type { Random } from '../tensor/index.js';
import { Normalizer, type PictureNormalization } from './normalization.js';
import type { PictureTarget, PictureTransform, Pixels, TransformDescription } from './pictureTransform.js';
import { resample } from './resample.js';
import type { AxisResizing } from './resamplingTable.js';

/**
 * Pictures without augmentation: resized to the target if necessary, and normalized. What validation and prediction see.
 *
 * @example
 * const transform = new PlainTransform({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
 */
export class PlainTransform implements PictureTransform {
  readonly description: TransformDescription;
  private normalizer: Normalizer | undefined;

  constructor(private readonly normalization: PictureNormalization = {}) {
    this.description = { kind: 'plain', normalization };
  }

  apply(pixels: Pixels, target: PictureTarget, _random: Random, out: Float32Array, offset: number): void {
    const { height, width, channels } = target;
    const { data } = middle(pixels, height, width);
    if (this.normalizer?.channels !== channels) this.normalizer = new Normalizer(this.normalization, channels);
    this.normalizer.bytes(data, height * width * channels, out, offset);
  }
}

/** The transform of a description. */
export function plainFromDescription(description: TransformDescription): PlainTransform {
  return new PlainTransform(description.normalization as PictureNormalization);
}

/** The centre of a picture, cropped to the target's proportions and resized. */
function middle(pixels: Pixels, height: number, width: number): Pixels {
  if (pixels.height === height && pixels.width === width) return pixels;
  const zoom = Math.min(pixels.height / height, pixels.width / width);
  const axis = (size: number, target: number): AxisResizing => ({
    size,
    target,
    keep: { start: 0, length: target },
    from: { start: (size - target * zoom) / 2, length: target * zoom },
  });
  const [rows, columns] = [axis(pixels.height, height), axis(pixels.width, width)];
  return resample(pixels, { rows, columns, interpolation: 'bilinear' });
}
