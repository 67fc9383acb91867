import { defineOperator, type OperatorFunction, type Type } from '../graph/index.js';
import { expectOneOf, isWholes, shown } from '../tensor/check.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { expectFloats, expectInputs, expectRank } from './rules.js';
import { interpolations, type Interpolation } from './upSampling2d.js';
import type { Pair } from './window.js';

/** Where a new pixel lies among the old ones. */
export const coordinateModes = ['halfPixel', 'pytorchHalfPixel', 'alignCorners', 'asymmetric'] as const;

/**
 * `'halfPixel'`: pixels are squares whose outer edges meet (PyTorch's `align_corners` false, TensorFlow's resize);
 * `'pytorchHalfPixel'`: the same, but an axis of one new pixel reads the first old one; `'alignCorners'`: the outermost centres
 * meet; `'asymmetric'`: the first pixels' corners meet, and the others follow by the scale. As ONNX's Resize has them.
 */
export type CoordinateMode = (typeof coordinateModes)[number];

/** Which old pixel is the nearest. */
export const nearestRoundings = ['roundPreferFloor', 'roundPreferCeil', 'floor', 'ceil'] as const;

/** How a place between two pixels becomes one of them: rounded, halves down or up; or always the one before or behind. */
export type NearestRounding = (typeof nearestRoundings)[number];

/** From which size to which, and what new pixels are made of. */
export interface Resize2dAttributes {
  /** Rows and columns of the picture that is resized. */
  readonly from: Pair;
  /** Rows and columns of what it becomes. */
  readonly to: Pair;
  readonly interpolation: Interpolation;
  readonly coordinates: CoordinateMode;
  /** Of `'nearest'` alone. */
  readonly rounding: NearestRounding;
}

/**
 * A picture of another size, smaller or larger, by any factor (ONNX's Resize, PyTorch's interpolate): beyond the outermost
 * centres it repeats, and what shrinks is not smoothed. x: [N, ...from, C] → [N, ...to, C].
 */
export const resize2d: OperatorFunction<Resize2dAttributes> = defineOperator<Resize2dAttributes>({
  name: 'resize2d',
  infer: (inputs, attributes, name) => inferSize(inputs, attributes, name, attributes.from, attributes.to),
  flops: (_, { interpolation }, y) => (interpolation === 'bilinear' ? 7 * sizeOf(y.shape) : 0),
  gradient: ({ attributes, gradient }) => [resize2dGradient(gradient, attributes)],
  reference: 'beside',
});

/** The gradient of resize2d: every dy goes back to the pixels it was made of, by their shares. dy: [N, ...to, C] → [N, ...from, C]. */
export const resize2dGradient: OperatorFunction<Resize2dAttributes> = defineOperator<Resize2dAttributes>({
  name: 'resize2dGradient',
  infer: (inputs, attributes, name) => inferSize(inputs, attributes, name, attributes.to, attributes.from),
  flops: ([dy], { interpolation }) => (interpolation === 'bilinear' ? 8 : 1) * sizeOf(dy.shape),
  gradient: ({ attributes, gradient }) => [resize2d(gradient, attributes)],
  reference: 'beside',
});

function inferSize(
  inputs: readonly Type[],
  { from, to, interpolation, coordinates, rounding }: Resize2dAttributes,
  name: string,
  given: Pair,
  wanted: Pair,
): Type {
  expectInputs(inputs, 1, name);
  const [{ shape }] = inputs;
  expectRank(inputs[0], 4, 'the input', name);
  expectFloats(inputs, name);
  if (from.length !== 2 || to.length !== 2 || !isWholes([...from, ...to])) {
    throw new StriateError({
      where: name,
      rule: 'sizes must be two whole numbers from 1',
      received: shown([from, to]),
    });
  }
  expectOneOf(name, 'interpolation', interpolation, interpolations);
  expectOneOf(name, 'coordinates', coordinates, coordinateModes);
  expectOneOf(name, 'rounding', rounding, nearestRoundings);
  if (shape[1] !== given[0] || shape[2] !== given[1]) {
    throw new StriateError({ where: name, rule: `takes pictures of ${given.join('×')}`, received: formatShape(shape) });
  }
  return { shape: [shape[0], ...wanted, shape[3]], dtype: 'float32' };
}
