import type { LabelMap } from '../../measures/evaluateSegmentation.js';
import type { FrameSize } from '../../geometry/letterbox.js';
import { StriateError } from '../../tensor/index.js';
import type { PlacedThings } from '../../geometry/annotation.js';

/**
 * Things as one mask of classes, for segmentation: 0 where there is nothing, a thing's class + 1 where it is, 255 where nobody knows.
 * Of things that cover each other, the later lies in front.
 *
 * @throws StriateError when a thing has no mask, masks are of another size, or there are more than 254 classes.
 *
 * @example
 * const { train } = scenes({ seed: 1, train: 2, test: 1, size: 64 });
 * labelMapOf(train.picture(0), { height: 64, width: 64 }).data; // 64 × 64 numbers
 */
export function labelMapOf({ annotations, ignored }: PlacedThings, { height, width }: FrameSize): LabelMap {
  const data = new Uint8Array(height * width);
  for (const { mask, label } of annotations) {
    const fits = mask?.height === height && mask.width === width;
    if (!fits || label > 253) {
      throw new StriateError({
        where: 'labelMapOf',
        rule: `every thing must have a mask of ${width} × ${height} and a class below 254`,
        received: mask ? `a mask of ${mask.width} × ${mask.height} of class ${label}` : 'no mask',
      });
    }
    mask.paint(data, label + 1);
  }
  ignored?.paint(data, 255);
  return { height, width, data };
}
