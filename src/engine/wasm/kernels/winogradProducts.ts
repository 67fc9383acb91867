// The two matrix products of the Winograd domain, 36 of each per block of tiles.

import { fma } from './simd';

/**
 * m[tile][output] = v[tile][input] · u, with u packed [output / 8][input][8]. Six tiles × 8 outputs stay in 12 registers
 * for the whole inner product. `tiles` is rounded up to 6 by the caller's memory, `inputs` is a multiple of 4.
 */
export function tileProduct(v: usize, u: usize, m: usize, tiles: i32, inputs: i32, outputs: i32): void {
  const s = (<usize>inputs) << 2,
    mStep = (<usize>outputs) << 2;
  const s2 = s * 2,
    s3 = s * 3,
    s4 = s * 4,
    s5 = s * 5;
  for (let output = 0; output < outputs; output += 8) {
    const weights = u + ((<usize>(output * inputs)) << 2);
    for (let tile = 0; tile < tiles; tile += 6) {
      let x = v + <usize>tile * s;
      const end = x + s;
      let w = weights;
      let c00 = f32x4.splat(0),
        c01 = c00,
        c10 = c00,
        c11 = c00,
        c20 = c00,
        c21 = c00;
      let c30 = c00,
        c31 = c00,
        c40 = c00,
        c41 = c00,
        c50 = c00,
        c51 = c00;
      while (x < end) {
        const x1 = x + s,
          x2 = x + s2,
          x3 = x + s3,
          x4 = x + s4,
          x5 = x + s5;
        let b0 = v128.load(w),
          b1 = v128.load(w, 16);
        let a = v128.load_splat<f32>(x);
        c00 = fma(a, b0, c00);
        c01 = fma(a, b1, c01);
        a = v128.load_splat<f32>(x1);
        c10 = fma(a, b0, c10);
        c11 = fma(a, b1, c11);
        a = v128.load_splat<f32>(x2);
        c20 = fma(a, b0, c20);
        c21 = fma(a, b1, c21);
        a = v128.load_splat<f32>(x3);
        c30 = fma(a, b0, c30);
        c31 = fma(a, b1, c31);
        a = v128.load_splat<f32>(x4);
        c40 = fma(a, b0, c40);
        c41 = fma(a, b1, c41);
        a = v128.load_splat<f32>(x5);
        c50 = fma(a, b0, c50);
        c51 = fma(a, b1, c51);
        b0 = v128.load(w, 32);
        b1 = v128.load(w, 48);
        a = v128.load_splat<f32>(x, 4);
        c00 = fma(a, b0, c00);
        c01 = fma(a, b1, c01);
        a = v128.load_splat<f32>(x1, 4);
        c10 = fma(a, b0, c10);
        c11 = fma(a, b1, c11);
        a = v128.load_splat<f32>(x2, 4);
        c20 = fma(a, b0, c20);
        c21 = fma(a, b1, c21);
        a = v128.load_splat<f32>(x3, 4);
        c30 = fma(a, b0, c30);
        c31 = fma(a, b1, c31);
        a = v128.load_splat<f32>(x4, 4);
        c40 = fma(a, b0, c40);
        c41 = fma(a, b1, c41);
        a = v128.load_splat<f32>(x5, 4);
        c50 = fma(a, b0, c50);
        c51 = fma(a, b1, c51);
        b0 = v128.load(w, 64);
        b1 = v128.load(w, 80);
        a = v128.load_splat<f32>(x, 8);
        c00 = fma(a, b0, c00);
        c01 = fma(a, b1, c01);
        a = v128.load_splat<f32>(x1, 8);
        c10 = fma(a, b0, c10);
        c11 = fma(a, b1, c11);
        a = v128.load_splat<f32>(x2, 8);
        c20 = fma(a, b0, c20);
        c21 = fma(a, b1, c21);
        a = v128.load_splat<f32>(x3, 8);
        c30 = fma(a, b0, c30);
        c31 = fma(a, b1, c31);
        a = v128.load_splat<f32>(x4, 8);
        c40 = fma(a, b0, c40);
        c41 = fma(a, b1, c41);
        a = v128.load_splat<f32>(x5, 8);
        c50 = fma(a, b0, c50);
        c51 = fma(a, b1, c51);
        b0 = v128.load(w, 96);
        b1 = v128.load(w, 112);
        a = v128.load_splat<f32>(x, 12);
        c00 = fma(a, b0, c00);
        c01 = fma(a, b1, c01);
        a = v128.load_splat<f32>(x1, 12);
        c10 = fma(a, b0, c10);
        c11 = fma(a, b1, c11);
        a = v128.load_splat<f32>(x2, 12);
        c20 = fma(a, b0, c20);
        c21 = fma(a, b1, c21);
        a = v128.load_splat<f32>(x3, 12);
        c30 = fma(a, b0, c30);
        c31 = fma(a, b1, c31);
        a = v128.load_splat<f32>(x4, 12);
        c40 = fma(a, b0, c40);
        c41 = fma(a, b1, c41);
        a = v128.load_splat<f32>(x5, 12);
        c50 = fma(a, b0, c50);
        c51 = fma(a, b1, c51);
        x += 16;
        w += 128;
      }
      let y = m + <usize>tile * mStep + ((<usize>output) << 2);
      v128.store(y, c00);
      v128.store(y, c01, 16);
      y += mStep;
      v128.store(y, c10);
      v128.store(y, c11, 16);
      y += mStep;
      v128.store(y, c20);
      v128.store(y, c21, 16);
      y += mStep;
      v128.store(y, c30);
      v128.store(y, c31, 16);
      y += mStep;
      v128.store(y, c40);
      v128.store(y, c41, 16);
      y += mStep;
      v128.store(y, c50);
      v128.store(y, c51, 16);
    }
  }
}

/**
 * du[input][output] += Σ over tiles v[tile][input] · d[tile][output], outputs a multiple of 8, inputs of 4. Inputs are
 * taken six at a time as long as the rest is a multiple of 4, then four at a time.
 */
export function outerProduct(v: usize, d: usize, du: usize, tiles: i32, inputs: i32, outputs: i32): void {
  let input = 0;
  while (input < inputs) {
    if (((inputs - input) & 3) == 2 || inputs - input >= 12) {
      outerProduct6(v + ((<usize>input) << 2), d, du + ((<usize>(input * outputs)) << 2), tiles, inputs, outputs);
      input += 6;
    } else {
      outerProduct4(v + ((<usize>input) << 2), d, du + ((<usize>(input * outputs)) << 2), tiles, inputs, outputs);
      input += 4;
    }
  }
}

function outerProduct6(v: usize, d: usize, du: usize, tiles: i32, inputs: i32, outputs: i32): void {
  const xs = (<usize>inputs) << 2,
    ys = (<usize>outputs) << 2;
  for (let output = 0; output < outputs; output += 8) {
    const p0 = du + ((<usize>output) << 2);
    const p1 = p0 + ys,
      p2 = p1 + ys,
      p3 = p2 + ys,
      p4 = p3 + ys,
      p5 = p4 + ys;
    let c00 = v128.load(p0),
      c01 = v128.load(p0, 16),
      c10 = v128.load(p1),
      c11 = v128.load(p1, 16);
    let c20 = v128.load(p2),
      c21 = v128.load(p2, 16),
      c30 = v128.load(p3),
      c31 = v128.load(p3, 16);
    let c40 = v128.load(p4),
      c41 = v128.load(p4, 16),
      c50 = v128.load(p5),
      c51 = v128.load(p5, 16);
    let x = v,
      y = d + ((<usize>output) << 2);
    const end = y + <usize>tiles * ys;
    while (y < end) {
      const b0 = v128.load(y),
        b1 = v128.load(y, 16);
      let a = v128.load_splat<f32>(x);
      c00 = fma(a, b0, c00);
      c01 = fma(a, b1, c01);
      a = v128.load_splat<f32>(x, 4);
      c10 = fma(a, b0, c10);
      c11 = fma(a, b1, c11);
      a = v128.load_splat<f32>(x, 8);
      c20 = fma(a, b0, c20);
      c21 = fma(a, b1, c21);
      a = v128.load_splat<f32>(x, 12);
      c30 = fma(a, b0, c30);
      c31 = fma(a, b1, c31);
      a = v128.load_splat<f32>(x, 16);
      c40 = fma(a, b0, c40);
      c41 = fma(a, b1, c41);
      a = v128.load_splat<f32>(x, 20);
      c50 = fma(a, b0, c50);
      c51 = fma(a, b1, c51);
      x += xs;
      y += ys;
    }
    v128.store(p0, c00);
    v128.store(p0, c01, 16);
    v128.store(p1, c10);
    v128.store(p1, c11, 16);
    v128.store(p2, c20);
    v128.store(p2, c21, 16);
    v128.store(p3, c30);
    v128.store(p3, c31, 16);
    v128.store(p4, c40);
    v128.store(p4, c41, 16);
    v128.store(p5, c50);
    v128.store(p5, c51, 16);
  }
}

function outerProduct4(v: usize, d: usize, du: usize, tiles: i32, inputs: i32, outputs: i32): void {
  const xs = (<usize>inputs) << 2,
    ys = (<usize>outputs) << 2;
  for (let output = 0; output < outputs; output += 8) {
    const p0 = du + ((<usize>output) << 2);
    const p1 = p0 + ys,
      p2 = p1 + ys,
      p3 = p2 + ys;
    let c00 = v128.load(p0),
      c01 = v128.load(p0, 16),
      c10 = v128.load(p1),
      c11 = v128.load(p1, 16);
    let c20 = v128.load(p2),
      c21 = v128.load(p2, 16),
      c30 = v128.load(p3),
      c31 = v128.load(p3, 16);
    let x = v,
      y = d + ((<usize>output) << 2);
    const end = y + <usize>tiles * ys;
    while (y < end) {
      const b0 = v128.load(y),
        b1 = v128.load(y, 16);
      let a = v128.load_splat<f32>(x);
      c00 = fma(a, b0, c00);
      c01 = fma(a, b1, c01);
      a = v128.load_splat<f32>(x, 4);
      c10 = fma(a, b0, c10);
      c11 = fma(a, b1, c11);
      a = v128.load_splat<f32>(x, 8);
      c20 = fma(a, b0, c20);
      c21 = fma(a, b1, c21);
      a = v128.load_splat<f32>(x, 12);
      c30 = fma(a, b0, c30);
      c31 = fma(a, b1, c31);
      x += xs;
      y += ys;
    }
    v128.store(p0, c00);
    v128.store(p0, c01, 16);
    v128.store(p1, c10);
    v128.store(p1, c11, 16);
    v128.store(p2, c20);
    v128.store(p2, c21, 16);
    v128.store(p3, c30);
    v128.store(p3, c31, 16);
  }
}
