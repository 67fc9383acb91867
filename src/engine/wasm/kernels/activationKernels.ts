// Activations and their gradients, element by element. Compiled by AssemblyScript.
import { map, map2 } from './map';
import { fma } from './simd';
import { exp as expOf, sigmoid as sigmoidOf, tanh as tanhOf } from './vectorMath';

// x < 0 ? 0 : x, written so that NaN stays NaN.
@unmanaged
class Relu {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }
}

@unmanaged
class ReluGradient {
  @inline apply(dy: v128, y: v128, p: v128, q: v128): v128 {
    return v128.and(dy, f32x4.gt(y, f32x4.splat(0)));
  }
}

@unmanaged
class Relu6 {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(6));
  }
}

@unmanaged
class Relu6Gradient {
  @inline apply(dy: v128, y: v128, p: v128, q: v128): v128 {
    return v128.and(dy, v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, f32x4.splat(6))));
  }
}

// p: the slope on the negative side.
@unmanaged
class LeakyRelu {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(f32x4.mul(x, p), x, f32x4.lt(x, f32x4.splat(0)));
  }
}

@unmanaged
class LeakyReluGradient {
  @inline apply(dy: v128, x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(dy, p), f32x4.gt(x, f32x4.splat(0)));
  }
}

@unmanaged
class Sigmoid {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return sigmoidOf(x);
  }
}

@unmanaged
class SigmoidGradient {
  @inline apply(dy: v128, y: v128, p: v128, q: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)));
  }
}

@unmanaged
class Tanh {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return tanhOf(x);
  }
}

@unmanaged
class TanhGradient {
  @inline apply(dy: v128, y: v128, p: v128, q: v128): v128 {
    const one = f32x4.splat(1);
    // (1 − y)(1 + y) loses nothing where y is close to ±1; 1 − y² would.
    return f32x4.mul(dy, f32x4.mul(f32x4.sub(one, y), f32x4.add(one, y)));
  }
}

// Below −87.3, where the sigmoid is taken as 0, so is x·sigmoid, which is under 1e-36 there.
@unmanaged
class Swish {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.mul(x, sigmoidOf(x));
  }
}

// d(x·s)/dx = s + x·s·(1 − s), where s is the sigmoid of x.
@unmanaged
class SwishGradient {
  @inline apply(dy: v128, x: v128, p: v128, q: v128): v128 {
    const s = sigmoidOf(x);
    const rest = f32x4.mul(x, f32x4.sub(f32x4.splat(1), s));
    return f32x4.mul(dy, fma(s, rest, s));
  }
}

// With t = e^−|x|, which cannot overflow, tanh(log(1 + eˣ)) is (1 + 2t) / (1 + 2t + 2t²) where x ≥ 0 and
// (t² + 2t) / (t² + 2t + 2) elsewhere: sums of positive numbers, in which nothing cancels.
@unmanaged
class Mish {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    const t = expOf(f32x4.neg(f32x4.abs(x)));
    const negative = f32x4.lt(x, f32x4.splat(0));
    const square = f32x4.mul(t, t);
    const twice = f32x4.add(t, t);
    const over = f32x4.add(v128.bitselect(square, f32x4.splat(1), negative), twice);
    const rest = v128.bitselect(f32x4.splat(2), f32x4.add(square, square), negative);
    return f32x4.mul(x, f32x4.div(over, f32x4.add(over, rest)));
  }
}

// With s = a / d as above, d(x·s)/dx = s + x · 4t²(1 + t) / d² where x ≥ 0 and s + x · 4t(1 + t) / d² elsewhere.
@unmanaged
class MishGradient {
  @inline apply(dy: v128, x: v128, p: v128, q: v128): v128 {
    const one = f32x4.splat(1);
    const t = expOf(f32x4.neg(f32x4.abs(x)));
    const negative = f32x4.lt(x, f32x4.splat(0));
    const square = f32x4.mul(t, t);
    const twice = f32x4.add(t, t);
    const over = f32x4.add(v128.bitselect(square, one, negative), twice);
    const rest = v128.bitselect(f32x4.splat(2), f32x4.add(square, square), negative);
    const inverse = f32x4.div(one, f32x4.add(over, rest));
    const power = f32x4.mul(f32x4.splat(4), v128.bitselect(t, square, negative));
    const slope = f32x4.mul(f32x4.mul(f32x4.mul(x, power), f32x4.add(one, t)), inverse);
    return f32x4.mul(dy, f32x4.mul(f32x4.add(over, slope), inverse));
  }
}

// x + 3 cut to [0, 6]. The bounds come second, so that NaN stays NaN.
// @ts-ignore: decorator
@inline
function shiftedRelu6(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(f32x4.add(x, f32x4.splat(3)), f32x4.splat(0)), f32x4.splat(6));
}

@unmanaged
class HardSigmoid {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.mul(shiftedRelu6(x), f32x4.splat(1.0 / 6.0));
  }
}

@unmanaged
class HardSigmoidGradient {
  @inline apply(dy: v128, y: v128, p: v128, q: v128): v128 {
    const inside = v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, f32x4.splat(1)));
    return v128.and(f32x4.mul(dy, f32x4.splat(1.0 / 6.0)), inside);
  }
}

@unmanaged
class HardSwish {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.mul(x, f32x4.mul(shiftedRelu6(x), f32x4.splat(1.0 / 6.0)));
  }
}

// d(x · relu6(x + 3) / 6)/dx: 0 up to −3, x/3 + 1/2 between, 1 from 3 on.
@unmanaged
class HardSwishGradient {
  @inline apply(dy: v128, x: v128, p: v128, q: v128): v128 {
    const between = f32x4.mul(dy, fma(x, f32x4.splat(1.0 / 3.0), f32x4.splat(0.5)));
    const upper = v128.bitselect(dy, between, f32x4.ge(x, f32x4.splat(3)));
    return v128.andnot(upper, f32x4.le(x, f32x4.splat(-3)));
  }
}

/** y = max(0, x). */
export function relu(at: usize, tile: i32, worker: i32): void {
  map<Relu>(at, tile);
}

/** dx = dy where y > 0, else 0. */
export function reluGradient(at: usize, tile: i32, worker: i32): void {
  map2<ReluGradient>(at, tile);
}

/** y = min(max(0, x), 6). */
export function relu6(at: usize, tile: i32, worker: i32): void {
  map<Relu6>(at, tile);
}

/** dx = dy where 0 < y < 6, else 0. */
export function relu6Gradient(at: usize, tile: i32, worker: i32): void {
  map2<Relu6Gradient>(at, tile);
}

/** y = x where x ≥ 0, else slope · x. */
export function leakyRelu(at: usize, tile: i32, worker: i32): void {
  map<LeakyRelu>(at, tile);
}

/** dx = dy where x > 0, else slope · dy. */
export function leakyReluGradient(at: usize, tile: i32, worker: i32): void {
  map2<LeakyReluGradient>(at, tile);
}

/** y = 1 / (1 + e⁻ˣ). */
export function sigmoid(at: usize, tile: i32, worker: i32): void {
  map<Sigmoid>(at, tile);
}

/** dx = dy · y · (1 − y). */
export function sigmoidGradient(at: usize, tile: i32, worker: i32): void {
  map2<SigmoidGradient>(at, tile);
}

/** y = tanh x. */
export function tanh(at: usize, tile: i32, worker: i32): void {
  map<Tanh>(at, tile);
}

/** dx = dy · (1 − y²). */
export function tanhGradient(at: usize, tile: i32, worker: i32): void {
  map2<TanhGradient>(at, tile);
}

/** y = x / (1 + e⁻ˣ). */
export function swish(at: usize, tile: i32, worker: i32): void {
  map<Swish>(at, tile);
}

/** dx = dy · d(swish x)/dx. */
export function swishGradient(at: usize, tile: i32, worker: i32): void {
  map2<SwishGradient>(at, tile);
}

/** y = x · tanh(log(1 + eˣ)). */
export function mish(at: usize, tile: i32, worker: i32): void {
  map<Mish>(at, tile);
}

/** dx = dy · d(mish x)/dx. */
export function mishGradient(at: usize, tile: i32, worker: i32): void {
  map2<MishGradient>(at, tile);
}

/** y = relu6(x + 3) / 6. */
export function hardSigmoid(at: usize, tile: i32, worker: i32): void {
  map<HardSigmoid>(at, tile);
}

/** dx = dy / 6 where 0 < y < 1, else 0. */
export function hardSigmoidGradient(at: usize, tile: i32, worker: i32): void {
  map2<HardSigmoidGradient>(at, tile);
}

/** y = x · relu6(x + 3) / 6. */
export function hardSwish(at: usize, tile: i32, worker: i32): void {
  map<HardSwish>(at, tile);
}

/** dx = dy · d(hardSwish x)/dx. */
export function hardSwishGradient(at: usize, tile: i32, worker: i32): void {
  map2<HardSwishGradient>(at, tile);
}
