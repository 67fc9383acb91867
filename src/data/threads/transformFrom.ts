import { StriateError } from '../../tensor/index.js';
import { augmentFromDescription } from '../augmentation/augmentTransform.js';
import type { PictureTransform, TransformDescription } from '../../pictures/pictureTransform.js';
import { plainFromDescription } from '../../pictures/plainTransform.js';

/** Every kind of transform that can be made from a description, in a worker thread as anywhere else. */
const kinds: Readonly<Record<string, (description: TransformDescription) => PictureTransform>> = {
  plain: plainFromDescription,
  augment: augmentFromDescription,
};

/**
 * The transform of a description.
 *
 * @throws StriateError when its kind is unknown.
 */
export function transformFrom(description: TransformDescription): PictureTransform {
  if (Object.hasOwn(kinds, description.kind)) return kinds[description.kind](description);
  throw new StriateError({
    where: 'picture transform',
    rule: `must be of kind ${Object.keys(kinds).join(', ')}`,
    received: `'${description.kind}'`,
  });
}
