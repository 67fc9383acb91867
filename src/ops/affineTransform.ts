import { defineOperator, type OperatorFunction, type Type } from '../graph/index.js';
import { expectNumber, expectOneOf } from '../tensor/check.js';
import { sizeOf, type Shape } from '../tensor/index.js';
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
  reference([x, transforms], attributes, y) {
    visitPixels(x.shape, transforms.data, attributes, (from, to, share, channels) => {
      for (let c = 0; c < channels; c++) y.data[to + c] += share * (from < 0 ? attributes.fillValue : x.data[from + c]);
    });
  },
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
    reference([dy, transforms], attributes, dx) {
      visitPixels(dy.shape, transforms.data, attributes, (from, to, share, channels) => {
        for (let c = 0; c < channels && from >= 0; c++) dx.data[from + c] += share * dy.data[to + c];
      });
    },
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

/** Where on an axis of so many pixels a place beyond its ends is read. */
const placeWithin: Readonly<Record<FillMode, (at: number, size: number) => number>> = {
  constant: (at) => at,
  nearest: (at, size) => within(at, size),
  reflect(at, size) {
    const both = 2 * size;
    let place = at;
    if (place < 0) {
      if (place < both) place += both * Math.trunc(-place / both);
      place = place < -size ? place + both : -place - 1;
    } else if (place > size - 1) {
      place -= both * Math.trunc(place / both);
      if (place >= size) place = both - place - 1;
    }
    return within(place, size);
  },
  wrap(at, size) {
    if (size === 1) return 0;
    let place = at;
    if (place < 0) place += size * (Math.trunc(-place / (size - 1)) + 1);
    else if (place > size - 1) place -= size * Math.trunc(place / (size - 1));
    return within(place, size);
  },
};

function within(at: number, size: number): number {
  return Math.min(Math.max(at, 0), size - 1);
}

/** Halves go away from 0. */
const rounded = (at: number): number => Math.sign(at) * Math.floor(Math.abs(at) + 0.5);

/** Farther away is nothing but what fills. */
const farthest = 1e9;

/** Visits what each output pixel is made of: the input pixel, or −1 beyond the edges, and its share; by flat positions. */
function visitPixels(
  [batch, height, width, channels]: Shape,
  transforms: ArrayLike<number>,
  { interpolation, fillMode }: AffineTransformAttributes,
  visit: (from: number, to: number, share: number, channels: number) => void,
): void {
  for (let n = 0; n < batch; n++) {
    const [a0, a1, a2, b0, b1, b2, c0, c1] = Array.from({ length: 8 }, (_, i) => transforms[8 * n + i]);
    const pixel = (row: number, column: number): number =>
      row < 0 || column < 0 || row >= height || column >= width ? -1 : ((n * height + row) * width + column) * channels;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const to = ((n * height + y) * width + x) * channels;
        const k = c0 * x + c1 * y + 1;
        const [wantedX, wantedY] = [(a0 * x + a1 * y + a2) / k, (b0 * x + b1 * y + b2) / k];
        if (!(Math.abs(wantedX) < farthest && Math.abs(wantedY) < farthest)) {
          visit(-1, to, 1, channels);
          continue;
        }
        const [column, row] = [placeWithin[fillMode](wantedX, width), placeWithin[fillMode](wantedY, height)];
        if (interpolation === 'nearest') {
          visit(pixel(rounded(row), rounded(column)), to, 1, channels);
          continue;
        }
        const [top, left] = [Math.floor(row), Math.floor(column)];
        const [below, behind] = [row - top, column - left];
        visit(pixel(top, left), to, (1 - below) * (1 - behind), channels);
        visit(pixel(top, left + 1), to, (1 - below) * behind, channels);
        visit(pixel(top + 1, left), to, below * (1 - behind), channels);
        visit(pixel(top + 1, left + 1), to, below * behind, channels);
      }
  }
}
