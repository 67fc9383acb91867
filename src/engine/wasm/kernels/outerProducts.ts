// Sums of outer products, what both filter gradients are made of. One loop without another inside or around it, and stores
// alone behind it, for V8's register allocation (see conv.ts); exported from the module so that they are not inlined.

import { fma } from './simd';

/** to[0…5][0…7] += Σ x[0…5] · y[0…7] over `count` positions; rows of `to` are `wide` bytes apart. */
export function addOuterProducts6(
  x: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize, wide: usize,
): void {
  const t1 = to + wide, t2 = t1 + wide, t3 = t2 + wide, t4 = t3 + wide, t5 = t4 + wide;
  let c00 = v128.load(to), c01 = v128.load(to, 16), c10 = v128.load(t1), c11 = v128.load(t1, 16);
  let c20 = v128.load(t2), c21 = v128.load(t2, 16), c30 = v128.load(t3), c31 = v128.load(t3, 16);
  let c40 = v128.load(t4), c41 = v128.load(t4, 16), c50 = v128.load(t5), c51 = v128.load(t5, 16);
  const end = y + <usize>count * yStep;
  while (y < end) {
    const b0 = v128.load(y), b1 = v128.load(y, 16);
    const a0 = v128.load_splat<f32>(x); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01);
    const a1 = v128.load_splat<f32>(x, 4); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11);
    const a2 = v128.load_splat<f32>(x, 8); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21);
    const a3 = v128.load_splat<f32>(x, 12); c30 = fma(a3, b0, c30); c31 = fma(a3, b1, c31);
    const a4 = v128.load_splat<f32>(x, 16); c40 = fma(a4, b0, c40); c41 = fma(a4, b1, c41);
    const a5 = v128.load_splat<f32>(x, 20); c50 = fma(a5, b0, c50); c51 = fma(a5, b1, c51);
    x += xStep; y += yStep;
  }
  v128.store(to, c00); v128.store(to, c01, 16); v128.store(t1, c10); v128.store(t1, c11, 16);
  v128.store(t2, c20); v128.store(t2, c21, 16); v128.store(t3, c30); v128.store(t3, c31, 16);
  v128.store(t4, c40); v128.store(t4, c41, 16); v128.store(t5, c50); v128.store(t5, c51, 16);
}

/** As addOuterProducts6, but what was there before is replaced, and not even read. */
export function setOuterProducts6(
  x: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize, wide: usize,
): void {
  const t1 = to + wide, t2 = t1 + wide, t3 = t2 + wide, t4 = t3 + wide, t5 = t4 + wide;
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  const end = y + <usize>count * yStep;
  while (y < end) {
    const b0 = v128.load(y), b1 = v128.load(y, 16);
    const a0 = v128.load_splat<f32>(x); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01);
    const a1 = v128.load_splat<f32>(x, 4); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11);
    const a2 = v128.load_splat<f32>(x, 8); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21);
    const a3 = v128.load_splat<f32>(x, 12); c30 = fma(a3, b0, c30); c31 = fma(a3, b1, c31);
    const a4 = v128.load_splat<f32>(x, 16); c40 = fma(a4, b0, c40); c41 = fma(a4, b1, c41);
    const a5 = v128.load_splat<f32>(x, 20); c50 = fma(a5, b0, c50); c51 = fma(a5, b1, c51);
    x += xStep; y += yStep;
  }
  v128.store(to, c00); v128.store(to, c01, 16); v128.store(t1, c10); v128.store(t1, c11, 16);
  v128.store(t2, c20); v128.store(t2, c21, 16); v128.store(t3, c30); v128.store(t3, c31, 16);
  v128.store(t4, c40); v128.store(t4, c41, 16); v128.store(t5, c50); v128.store(t5, c51, 16);
}

/** As addOuterProducts6, four rows. */
export function addOuterProducts4(
  x: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize, wide: usize,
): void {
  const t1 = to + wide, t2 = t1 + wide, t3 = t2 + wide;
  let c00 = v128.load(to), c01 = v128.load(to, 16), c10 = v128.load(t1), c11 = v128.load(t1, 16);
  let c20 = v128.load(t2), c21 = v128.load(t2, 16), c30 = v128.load(t3), c31 = v128.load(t3, 16);
  const end = y + <usize>count * yStep;
  while (y < end) {
    const b0 = v128.load(y), b1 = v128.load(y, 16);
    const a0 = v128.load_splat<f32>(x); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01);
    const a1 = v128.load_splat<f32>(x, 4); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11);
    const a2 = v128.load_splat<f32>(x, 8); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21);
    const a3 = v128.load_splat<f32>(x, 12); c30 = fma(a3, b0, c30); c31 = fma(a3, b1, c31);
    x += xStep; y += yStep;
  }
  v128.store(to, c00); v128.store(to, c01, 16); v128.store(t1, c10); v128.store(t1, c11, 16);
  v128.store(t2, c20); v128.store(t2, c21, 16); v128.store(t3, c30); v128.store(t3, c31, 16);
}
