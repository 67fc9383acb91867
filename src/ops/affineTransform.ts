import { defineOperator, type OperatorFunction, type Type } from '../graph/index.js';
import { expectNumber, expectOneOf } from '../tensor/check.js';
import { sizeOf } from '../tensor/index.js';
import { expectFloats, expectInputs, expectRank, expectShape } from './rules.js';
import { interpolations, type Interpolation } from './upSampling2d.js';

/** What lies beyond a picture's edges: one number, its edge, its mirror image, or the picture again. */
export const fillModes = ['constant', 'nearest', 'reflect', 'wrap'] as const;

/** `'constant'`: one number; `'nearest'`: the edge; `'reflect'`: the mirror image; `'wrap'`: the picture again. */
export type FillMode = (typeof fillModes)[number];

/** How pixels between pixels are read, and those beyond the edges. */
export interface AffineTransformAttributes {
  readonly interpolation: Interpolation;
  readonly fillMode: FillMode;
  /** What is read beyond the edges where fillMode is `'constant'`. */
  readonly fillValue: number;
}

/**
 * Pictures turned, moved and distorted (Keras's `ops.image.affine_transform`). x: [N, H, W, C], transforms: [N, 8] → as x.
 * A picture's transform [a0, a1, a2, b0, b1, b2, c0, c1] says where each pixel comes from: the output at column x and row y is
 * the input at column (a0 x + a1 y + a2) / k and row (b0 x + b1 y + b2) / k, with k = c0 x + c1 y + 1. Beyond the edges
 * `'reflect'` and `'wrap'` follow TensorFlow's ImageProjectiveTransformV3. The gradient goes back to the pixels that were
 * read, by their shares; transforms have none.
 */
export const affineTransform: OperatorFunction<AffineTransformAttributes> = defineOperator<AffineTransformAttributes>({
  name: 'affineTransform',
  infer: inferTransform,
  flops: ([x], { interpolation }) => (interpolation === 'bilinear' ? 8 * sizeOf(x.shape) : 0),
  gradient: ({ inputs: [, transforms], attributes, gradient }) => [
    affineTransformGradient(gradient, transforms, attributes),
    undefined,
  ],
  reference: 'beside',
});

/** The gradient of affineTransform by x. dy: [N, H, W, C], transforms: [N, 8] → as dy. */
export const affineTransformGradient: OperatorFunction<AffineTransformAttributes> =
  defineOperator<AffineTransformAttributes>({
    name: 'affineTransformGradient',
    infer: inferTransform,
    flops: ([dy], { interpolation }) => (interpolation === 'bilinear' ? 8 : 1) * sizeOf(dy.shape),
    gradient: ({ inputs: [, transforms], attributes, gradient }) => [
      affineTransform(gradient, transforms, { ...attributes, fillValue: 0 }),
      undefined,
    ],
    reference: 'beside',
  });

function inferTransform(inputs: readonly Type[], attributes: AffineTransformAttributes, name: string): Type {
  expectInputs(inputs, 2, name);
  const [x, transforms] = inputs;
  expectRank(x, 4, 'the pictures', name);
  expectFloats(inputs, name);
  expectShape(transforms, [x.shape[0], 8], 'the transforms', name);
  expectOneOf(name, 'interpolation', attributes.interpolation, interpolations);
  expectOneOf(name, 'fillMode', attributes.fillMode, fillModes);
  expectNumber(name, 'fillValue', attributes.fillValue);
  return x;
}
