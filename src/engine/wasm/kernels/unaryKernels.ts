// Functions of one number and their gradients, element by element. Compiled by AssemblyScript.
import { map, map2 } from './map';
import { fma } from './simd';
import { exp as expOf, log as logOf, sin as sinOf } from './vectorMath';

@unmanaged
class Exp {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return expOf(x);
  }
}

@unmanaged
class Log {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return logOf(x);
  }
}

@unmanaged
class Sin {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return sinOf(x);
  }
}

@unmanaged
class Sqrt {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.sqrt(x);
  }
}

@unmanaged
class Square {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.mul(x, x);
  }
}

@unmanaged
class Abs {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.abs(x);
  }
}

// dy with x's sign, and 0 where x is 0.
@unmanaged
class AbsGradient {
  @inline apply(dy: v128, x: v128, p: v128, q: v128): v128 {
    const signed = v128.xor(dy, v128.and(x, f32x4.splat(-0.0)));
    return v128.and(signed, f32x4.ne(x, f32x4.splat(0)));
  }
}

// p: scale, q: offset.
@unmanaged
class Affine {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return fma(x, p, q);
  }
}

// p: min, q: max. NaN stays NaN.
@unmanaged
class Clip {
  @inline apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, p), q);
  }
}

@unmanaged
class ClipGradient {
  @inline apply(dy: v128, x: v128, p: v128, q: v128): v128 {
    return v128.and(dy, v128.and(f32x4.ge(x, p), f32x4.le(x, q)));
  }
}

/** y = eˣ. */
export function exp(at: usize, tile: i32, worker: i32): void {
  map<Exp>(at, tile);
}

/** y = ln x. */
export function log(at: usize, tile: i32, worker: i32): void {
  map<Log>(at, tile);
}

/** y = sin x. */
export function sin(at: usize, tile: i32, worker: i32): void {
  map<Sin>(at, tile);
}

/** y = √x. */
export function sqrt(at: usize, tile: i32, worker: i32): void {
  map<Sqrt>(at, tile);
}

/** y = x². */
export function square(at: usize, tile: i32, worker: i32): void {
  map<Square>(at, tile);
}

/** y = |x|. */
export function abs(at: usize, tile: i32, worker: i32): void {
  map<Abs>(at, tile);
}

/** dx = dy · sign x. */
export function absGradient(at: usize, tile: i32, worker: i32): void {
  map2<AbsGradient>(at, tile);
}

/** y = x · scale + offset. */
export function affine(at: usize, tile: i32, worker: i32): void {
  map<Affine>(at, tile);
}

/** y = min(max(x, lower), upper). */
export function clip(at: usize, tile: i32, worker: i32): void {
  map<Clip>(at, tile);
}

/** dx = dy where lower ≤ x ≤ upper, else 0. */
export function clipGradient(at: usize, tile: i32, worker: i32): void {
  map2<ClipGradient>(at, tile);
}
