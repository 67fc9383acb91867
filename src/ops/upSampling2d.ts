import { defineOperator, type OperatorFunction, type Type } from '../graph/index.js';
import { expectOneOf, isWholes, shown } from '../tensor/check.js';
import { formatShape, type Shape, sizeOf, StriateError } from '../tensor/index.js';
import { expectFloats, expectInputs, expectRank } from './rules.js';
import type { Pair } from './window.js';

/** How rows and columns that lie between the picture's own are made. */
export const interpolations = ['nearest', 'bilinear'] as const;

/** `'nearest'` repeats; `'bilinear'` interpolates between the four pixels around. */
export type Interpolation = (typeof interpolations)[number];

/** How many times as tall and wide the picture becomes, and what its new pixels are made of. */
export interface UpSampling2dAttributes {
  readonly size: Pair;
  readonly interpolation: Interpolation;
}

/**
 * A picture made larger by whole factors (Keras's UpSampling2D, PyTorch's Upsample). Bilinear interpolation takes pixels to
 * be squares and reads between their centres (`align_corners` false); beyond the outermost centres it repeats.
 * x: [N, H, W, C] → [N, H · size[0], W · size[1], C].
 */
export const upSampling2d: OperatorFunction<UpSampling2dAttributes> = defineOperator<UpSampling2dAttributes>({
  name: 'upSampling2d',
  infer(inputs, attributes, name) {
    checkInput(inputs, attributes, name);
    const [batch, height, width, channels] = inputs[0].shape;
    const { size } = attributes;
    return { shape: [batch, height * size[0], width * size[1], channels], dtype: 'float32' };
  },
  flops: (_, { interpolation }, y) => flopsOf(interpolation, y.shape),
  gradient: ({ attributes, gradient }) => [upSampling2dGradient(gradient, attributes)],
  reference: 'beside',
});

/**
 * The gradient of upSampling2d: every dy goes back to the pixels it was made of, by their shares.
 * dy: [N, H · size[0], W · size[1], C] → [N, H, W, C].
 */
export const upSampling2dGradient: OperatorFunction<UpSampling2dAttributes> = defineOperator<UpSampling2dAttributes>({
  name: 'upSampling2dGradient',
  infer(inputs, attributes, name) {
    checkInput(inputs, attributes, name);
    const [batch, height, width, channels] = inputs[0].shape;
    const { size } = attributes;
    if (height % size[0] !== 0 || width % size[1] !== 0) {
      throw new StriateError({
        where: name,
        rule: `the gradient's rows and columns must be multiples of size ${size.join('×')}`,
        received: formatShape(inputs[0].shape),
      });
    }
    return { shape: [batch, height / size[0], width / size[1], channels], dtype: 'float32' };
  },
  flops: ([dy], { interpolation }) => sizeOf(dy.shape) + flopsOf(interpolation, dy.shape),
  gradient: ({ attributes, gradient }) => [upSampling2d(gradient, attributes)],
  reference: 'beside',
});

function checkInput(inputs: readonly Type[], { size, interpolation }: UpSampling2dAttributes, name: string): void {
  expectInputs(inputs, 1, name);
  expectRank(inputs[0], 4, 'the input', name);
  expectFloats(inputs, name);
  if (size.length !== 2 || !isWholes(size)) {
    throw new StriateError({ where: name, rule: 'size must be two whole numbers from 1', received: shown(size) });
  }
  expectOneOf(name, 'interpolation', interpolation, interpolations);
}

/** Four products and three sums for an interpolated element; repeating costs nothing. */
function flopsOf(interpolation: Interpolation, y: Shape): number {
  return interpolation === 'bilinear' ? 7 * sizeOf(y) : 0;
}
