// Winograd's minimal filtering F(4×4, 3×3) (Lavin & Gray 2016) at the points 0, ±a, ±b, ∞ with a = 1/√2 and b = √2.
// A 4×4 output tile of a 3×3 convolution is  y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A  with d the 6×6 input patch: 36 products
// where the definition has 144. For points p the rows are
//
//   Bᵀ: the coefficients of Π (x − q) over the other finite points q;   the last row: of Π over all five
//   G:  (1, p, p²) / Π (p − q);                                         the last row: (0, 0, 1)
//   A:  (1, p, p², p³);                                                 the last row: (0, 0, 0, 1)
//
// and with a²b² = 1, a² + b² = 5/2:
//
//   Bᵀ = |1   0   −5/2  0    1 0|   G = |  1      0      0  |   A = |1  0  0   0  |
//        |0 −2a   −2    a    1 0|       |−2/3 −2a/3  −1/3   |       |1  a  1/2 a/2|
//        |0  2a   −2   −a    1 0|       |−2/3  2a/3  −1/3   |       |1 −a  1/2 −a/2|
//        |0 −b/2  −1/2  b    1 0|       | 1/6   b/6   1/3   |       |1  b  2   2b |
//        |0  b/2  −1/2 −b    1 0|       | 1/6  −b/6   1/3   |       |1 −b  2  −2b |
//        |0  1    0   −5/2   0 1|       |  0     0     1    |       |0  0  0   1  |
//
// These points keep the matrices' entries near 1, so that rounding costs about half of what the usual 0, ±1, ±2 costs.
// The gradients are the adjoint of the same map: dd = B [ (G g Gᵀ) ⊙ (A dy Aᵀ) ] Bᵀ and
// dg = Gᵀ [ (A dy Aᵀ) ⊙ (Bᵀ d B) ] G, summed over tiles.

import { fma, fnma } from './simd';

const a: f32 = 0.70710678118654752;
const b: f32 = 1.4142135623730951;

/** Six vectors `stride` apart, times Bᵀ, to six vectors `step` apart. */
// @ts-ignore: decorator
@inline
export function inputTransform(from: usize, stride: usize, to: usize, step: usize): void {
  const d0 = v128.load(from), d1 = v128.load(from + stride), d2 = v128.load(from + 2 * stride);
  const d3 = v128.load(from + 3 * stride), d4 = v128.load(from + 4 * stride), d5 = v128.load(from + 5 * stride);
  const half = f32x4.splat(0.5), two = f32x4.splat(2), wide = f32x4.splat(2.5), va = f32x4.splat(a), vb = f32x4.splat(b);
  const even1 = fnma(two, d2, d4), odd1 = fnma(two, d1, d3);
  const even2 = fnma(half, d2, d4), odd2 = fnma(half, d1, d3);
  v128.store(to, f32x4.add(d0, fnma(wide, d2, d4)));
  v128.store(to + step, fma(va, odd1, even1));
  v128.store(to + 2 * step, fnma(va, odd1, even1));
  v128.store(to + 3 * step, fma(vb, odd2, even2));
  v128.store(to + 4 * step, fnma(vb, odd2, even2));
  v128.store(to + 5 * step, f32x4.add(d1, fnma(wide, d3, d5)));
}

/** Six vectors times Aᵀ, to four. */
// @ts-ignore: decorator
@inline
export function outputTransform(from: usize, stride: usize, to: usize, step: usize): void {
  const m0 = v128.load(from), m1 = v128.load(from + stride), m2 = v128.load(from + 2 * stride);
  const m3 = v128.load(from + 3 * stride), m4 = v128.load(from + 4 * stride), m5 = v128.load(from + 5 * stride);
  const half = f32x4.splat(0.5), two = f32x4.splat(2), va = f32x4.splat(a), vb = f32x4.splat(b);
  const sum1 = f32x4.add(m1, m2), sum2 = f32x4.add(m3, m4);
  const difference1 = f32x4.mul(va, f32x4.sub(m1, m2)), difference2 = f32x4.mul(vb, f32x4.sub(m3, m4));
  v128.store(to, f32x4.add(m0, f32x4.add(sum1, sum2)));
  v128.store(to + step, f32x4.add(difference1, difference2));
  v128.store(to + 2 * step, fma(two, sum2, f32x4.mul(half, sum1)));
  v128.store(to + 3 * step, fma(two, difference2, fma(half, difference1, m5)));
}

/** Four vectors times A, to six: the adjoint of the output's transform. */
// @ts-ignore: decorator
@inline
export function outputGradientTransform(from: usize, stride: usize, to: usize, step: usize): void {
  const y0 = v128.load(from), y1 = v128.load(from + stride), y2 = v128.load(from + 2 * stride);
  const y3 = v128.load(from + 3 * stride);
  const half = f32x4.splat(0.5), two = f32x4.splat(2), va = f32x4.splat(a), vb = f32x4.splat(b);
  const even1 = fma(half, y2, y0), odd1 = fma(half, y3, y1);
  const even2 = fma(two, y2, y0), odd2 = fma(two, y3, y1);
  v128.store(to, y0);
  v128.store(to + step, fma(va, odd1, even1));
  v128.store(to + 2 * step, fnma(va, odd1, even1));
  v128.store(to + 3 * step, fma(vb, odd2, even2));
  v128.store(to + 4 * step, fnma(vb, odd2, even2));
  v128.store(to + 5 * step, y3);
}

/** Six vectors times B, to six: the adjoint of the input's transform. */
// @ts-ignore: decorator
@inline
export function inputGradientTransform(from: usize, stride: usize, to: usize, step: usize): void {
  const m0 = v128.load(from), m1 = v128.load(from + stride), m2 = v128.load(from + 2 * stride);
  const m3 = v128.load(from + 3 * stride), m4 = v128.load(from + 4 * stride), m5 = v128.load(from + 5 * stride);
  const half = f32x4.splat(0.5), two = f32x4.splat(2), wide = f32x4.splat(2.5);
  const sum1 = f32x4.add(m1, m2), sum2 = f32x4.add(m3, m4);
  const difference1 = f32x4.mul(f32x4.splat(a), f32x4.sub(m1, m2));
  const difference2 = f32x4.mul(f32x4.splat(b), f32x4.sub(m3, m4));
  v128.store(to, m0);
  v128.store(to + step, fnma(two, difference1, fnma(half, difference2, m5)));
  v128.store(to + 2 * step, fnma(wide, m0, fnma(two, sum1, f32x4.neg(f32x4.mul(half, sum2)))));
  v128.store(to + 3 * step, fnma(wide, m5, f32x4.add(difference1, difference2)));
  v128.store(to + 4 * step, f32x4.add(m0, f32x4.add(sum1, sum2)));
  v128.store(to + 5 * step, m5);
}

/** Three vectors times G, to six. */
// @ts-ignore: decorator
@inline
export function filterTransform(from: usize, stride: usize, to: usize, step: usize): void {
  const g0 = v128.load(from), g1 = v128.load(from + stride), g2 = v128.load(from + 2 * stride);
  const third = f32x4.splat(1.0 / 3), sixth = f32x4.splat(1.0 / 6), minusThirds = f32x4.splat(-2.0 / 3);
  const even1 = fnma(third, g2, f32x4.mul(minusThirds, g0)), odd1 = f32x4.mul(f32x4.splat((-2 * a) / 3), g1);
  const even2 = fma(third, g2, f32x4.mul(sixth, g0)), odd2 = f32x4.mul(f32x4.splat(b / 6), g1);
  v128.store(to, g0);
  v128.store(to + step, f32x4.add(even1, odd1));
  v128.store(to + 2 * step, f32x4.sub(even1, odd1));
  v128.store(to + 3 * step, f32x4.add(even2, odd2));
  v128.store(to + 4 * step, f32x4.sub(even2, odd2));
  v128.store(to + 5 * step, g2);
}

/** Six vectors times Gᵀ, to three: the adjoint of the filter's transform. */
// @ts-ignore: decorator
@inline
export function filterGradientTransform(from: usize, stride: usize, to: usize, step: usize): void {
  const u0 = v128.load(from), u1 = v128.load(from + stride), u2 = v128.load(from + 2 * stride);
  const u3 = v128.load(from + 3 * stride), u4 = v128.load(from + 4 * stride), u5 = v128.load(from + 5 * stride);
  const third = f32x4.splat(1.0 / 3), sixth = f32x4.splat(1.0 / 6), thirds = f32x4.splat(2.0 / 3);
  const sum1 = f32x4.add(u1, u2), sum2 = f32x4.add(u3, u4);
  v128.store(to, fma(sixth, sum2, fnma(thirds, sum1, u0)));
  v128.store(
    to + step,
    fma(f32x4.splat(b / 6), f32x4.sub(u3, u4), f32x4.mul(f32x4.splat((-2 * a) / 3), f32x4.sub(u1, u2))),
  );
  v128.store(to + 2 * step, fma(third, f32x4.sub(sum2, sum1), u5));
}
