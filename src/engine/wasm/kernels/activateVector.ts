// What convolution kernels do to their sums before they store them: bias, residual sum, activation, mask.

import { fma } from './simd';
import { sigmoid } from './vectorMath';

/** relu6(x + 3) / 6. */
// @ts-ignore: decorator
@inline
function gate(x: v128): v128 {
  const sixth = f32x4.splat(0.16666667);
  return f32x4.pmin(f32x4.pmax(fma(x, sixth, f32x4.splat(0.5)), f32x4.splat(0)), f32x4.splat(1));
}

/** The activations that are more than a comparison, apart so that the others stay small. */
function activateCurved(x: v128, code: i32): v128 {
  if (code == 3) return f32x4.mul(x, sigmoid(x));
  if (code == 4) return f32x4.mul(x, gate(x));
  if (code == 5) return sigmoid(x);
  return gate(x);
}

/**
 * An activation by its code (`activationCodes` in fusion.ts of the engine): 0 none, 1 ReLU, 2 ReLU6, 3 swish, 4 hard
 * swish, 5 sigmoid, 6 hard sigmoid. NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function activateVector(x: v128, code: i32): v128 {
  if (code == 0) return x;
  if (code <= 2) {
    const positive = f32x4.pmax(x, f32x4.splat(0));
    return code == 1 ? positive : f32x4.pmin(positive, f32x4.splat(6));
  }
  return activateCurved(x, code);
}

/**
 * A gradient where a rectifier lets it through: where the rectifier's output is above 0 and at most `limit`; 0 elsewhere, and
 * where the output is NaN.
 */
// @ts-ignore: decorator
@inline
export function maskVector(x: v128, output: v128, limit: f32): v128 {
  const passes = v128.and(f32x4.gt(output, f32x4.splat(0)), f32x4.le(output, f32x4.splat(limit)));
  return v128.and(x, passes);
}
