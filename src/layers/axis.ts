import { formatShape, normalizeAxis, StriateError, type Shape } from '../tensor/index.js';
import type { Layer } from './layer.js';
import { labelOf } from './options.js';

/**
 * An axis option as Keras counts it, 0 being the batch and −1 the last, for inputs of this shape (without the batch).
 *
 * @throws StriateError when it lies outside or is the batch.
 */
export function axisOf(layer: Layer, axis: number, shape: Shape): number {
  const normal = normalizeAxis(axis, shape.length + 1);
  if (normal === undefined || normal === 0) {
    throw new StriateError({
      where: labelOf(layer),
      rule: `axis must be one of the input's, from 1 (0 is the batch) to ${shape.length} or −1 (the last) to −${shape.length}`,
      received: `${axis} for an input ${formatShape([null, ...shape])}`,
    });
  }
  return normal;
}
