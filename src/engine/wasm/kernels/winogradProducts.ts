// The two matrix products of the Winograd domain, 36 of each per block of tiles.

import { addOuterProducts4, addOuterProducts6 } from './outerProducts';
import { fma } from './simd';

/**
 * m[tile][output] = v[tile][input] · u, with u packed [output / 8][input][8]. Six tiles × 8 outputs stay in 12 registers
 * for the whole inner product (see conv.ts for the form of the loop). `tiles` is rounded up to 6 by the caller's memory.
 */
export function tileProduct(
  v: usize, vRow: usize, u: usize, m: usize, mRow: usize, tiles: i32, inputs: i32, outputs: i32,
): void {
  const bytes = <usize>inputs << 2;
  for (let output = 0; output < outputs; output += 8) {
    let x = v, y = m + (<usize>output << 2);
    const w = u + (<usize>(output * inputs) << 2);
    for (let tile = 0; tile < tiles; tile += 6) {
      tileProduct6(x, bytes, vRow, w, y, mRow);
      x += 6 * vRow;
      y += 6 * mRow;
    }
  }
}

export function tileProduct6(x0: usize, bytes: usize, s: usize, w: usize, y: usize, mStep: usize): void {
  const end = x0 + bytes;
  let x1 = x0 + s, x2 = x1 + s, x3 = x2 + s, x4 = x3 + s, x5 = x4 + s;
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0), c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0), c40 = f32x4.splat(0), c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0);
  while (x0 < end) {
    const b0 = v128.load(w), b1 = v128.load(w, 16);
    const a0 = v128.load_splat<f32>(x0); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01);
    const a1 = v128.load_splat<f32>(x1); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11);
    const a2 = v128.load_splat<f32>(x2); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21);
    const a3 = v128.load_splat<f32>(x3); c30 = fma(a3, b0, c30); c31 = fma(a3, b1, c31);
    const a4 = v128.load_splat<f32>(x4); c40 = fma(a4, b0, c40); c41 = fma(a4, b1, c41);
    const a5 = v128.load_splat<f32>(x5); c50 = fma(a5, b0, c50); c51 = fma(a5, b1, c51);
    x0 += 4; x1 += 4; x2 += 4; x3 += 4; x4 += 4; x5 += 4; w += 32;
  }
  v128.store(y, c00); v128.store(y, c01, 16); y += mStep;
  v128.store(y, c10); v128.store(y, c11, 16); y += mStep;
  v128.store(y, c20); v128.store(y, c21, 16); y += mStep;
  v128.store(y, c30); v128.store(y, c31, 16); y += mStep;
  v128.store(y, c40); v128.store(y, c41, 16); y += mStep;
  v128.store(y, c50); v128.store(y, c51, 16);
}

/**
 * du[input][output] += Σ over tiles v[tile][input] · d[tile][output] for inputs [first, last), both multiples of 4, and
 * all outputs, a multiple of 8. Inputs are taken six at a time as long as the rest is a multiple of 4, then four at a time.
 */
export function outerProduct(
  v: usize, vRow: usize, d: usize, dRow: usize, du: usize, tiles: i32, first: i32, last: i32, outputs: i32,
): void {
  const wide = <usize>outputs << 2;
  let input = first;
  while (input < last) {
    const six = ((last - input) & 3) == 2 || last - input >= 12;
    const x = v + (<usize>input << 2), to = du + <usize>input * wide;
    for (let o: usize = 0; o < wide; o += 32) {
      if (six) addOuterProducts6(x, vRow, d + o, dRow, tiles, to + o, wide);
      else addOuterProducts4(x, vRow, d + o, dRow, tiles, to + o, wide);
    }
    input += six ? 6 : 4;
  }
}
