import { slideWindow, type Padding, type Pair } from '../ops/window.js';
import { formatShape, normalizeAxis, StriateError, type Shape } from '../tensor/index.js';
import type { Layer } from './layer.js';
import { labelOf } from './options.js';

/** The shape of a layer's only input; throws where there are more or none. */
export function singleShape(layer: Layer, inputShapes: readonly Shape[]): Shape {
  if (inputShapes.length !== 1) {
    const received = inputShapes.map(formatShape).join(', ') || 'none';
    throw new StriateError({
      where: labelOf(layer),
      rule: 'takes one input',
      received,
      advice: 'join inputs with concatenate or add',
    });
  }
  return inputShapes[0];
}

/** [height, width, channels] of a layer's only input; throws where it is not a picture. */
export function pictureShape(layer: Layer, inputShapes: readonly Shape[]): readonly [number, number, number] {
  const shape = singleShape(layer, inputShapes);
  if (shape.length !== 3) {
    throw new StriateError({
      where: labelOf(layer),
      rule: 'needs an input [height, width, channels]',
      received: formatShape(shape),
      advice: 'put a reshape before it',
    });
  }
  return [shape[0], shape[1], shape[2]];
}

/** Throws where an input's channels, its last axis, cannot be cut into so many equal parts. */
export function expectGroups(layer: Layer, input: Shape, groups: number): void {
  if (input[input.length - 1] % groups === 0) return;
  throw new StriateError({
    where: labelOf(layer),
    rule: `input channels must be a multiple of groups, ${groups}`,
    received: `input ${formatShape(input)}`,
  });
}

/** Rows and columns that a sliding window gives; throws, with the whole input shape, where the window does not fit. */
export function windowShape(
  layer: Layer,
  input: readonly [number, number, number],
  window: { kernel: Pair; strides: Pair; padding: Padding; dilation?: Pair; ceilMode?: boolean; pooling?: boolean },
): Pair {
  const [height, width] = input;
  const { kernel, strides, padding, dilation = [1, 1], ceilMode = false, pooling = false } = window;
  const what = pooling ? 'window' : 'kernel';
  try {
    return slideWindow([height, width], kernel, strides, padding, dilation, ceilMode, labelOf(layer), what).output;
  } catch (error) {
    if (!(error instanceof StriateError)) throw error;
    throw new StriateError({ ...error.parts, received: `input ${formatShape(input)}` });
  }
}

/**
 * An axis option as Keras counts it, 0 being the batch and −1 the last, for inputs of this shape (without the batch).
 *
 * @throws StriateError when it is out of range or the batch's.
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
