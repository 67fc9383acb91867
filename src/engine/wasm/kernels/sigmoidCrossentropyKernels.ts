// Binary cross-entropy from logits, element by element. Compiled by AssemblyScript.
import { map2, map3 } from './map';
import { exp, log1p, sigmoid } from './vectorMath';

// max(x, 0) − x·t + log(1 + e^−|x|)
@unmanaged
class Loss {
  @inline apply(x: v128, t: v128, p: v128, q: v128): v128 {
    const linear = f32x4.sub(f32x4.max(x, f32x4.splat(0)), f32x4.mul(x, t));
    return f32x4.add(linear, log1p(exp(f32x4.neg(f32x4.abs(x)))));
  }
}

@unmanaged
class LossGradient {
  @inline apply(dy: v128, x: v128, t: v128): v128 {
    return f32x4.mul(dy, f32x4.sub(sigmoid(x), t));
  }
}

/** The cross-entropy of sigmoid(logits) with targets. */
export function sigmoidCrossentropy(at: usize, tile: i32, worker: i32): void {
  map2<Loss>(at, tile);
}

/** dy · (sigmoid(logits) − targets). */
export function sigmoidCrossentropyGradient(at: usize, tile: i32, worker: i32): void {
  map3<LossGradient>(at, tile);
}
