// The loops of the depthwise convolution along a row of pixels, one vector of four channels. Each pixel's column of inputs
// is loaded once and goes into all outputs that it belongs to: their sums wait in registers until their last column has
// come, and so do the weights. A pixel is 16 bytes behind the one before, so that inputs and outputs need one pointer.
// Their form is that of conv.ts's loops. Outputs before the first, which have met only some of their columns, are stored
// too: they must be allocated.

import { fma } from './simd';

/** Three rows of three taps; outputs are `to` behind their last inputs. */
export function slide3(x: usize, row: usize, w: usize, to: usize, columns: i32): void {
  const zero = f32x4.splat(0);
  const w00 = v128.load(w), w01 = v128.load(w, 16), w02 = v128.load(w, 32);
  const w10 = v128.load(w, 48), w11 = v128.load(w, 64), w12 = v128.load(w, 80);
  const w20 = v128.load(w, 96), w21 = v128.load(w, 112), w22 = v128.load(w, 128);
  let a = zero, b = zero;
  const end = x + (<usize>columns << 4);
  while (x < end) {
    const p0 = v128.load(x);
    let done = fma(p0, w02, a);
    a = fma(p0, w01, b);
    b = f32x4.mul(p0, w00);
    const p1 = v128.load(x + row);
    done = fma(p1, w12, done);
    a = fma(p1, w11, a);
    b = fma(p1, w10, b);
    const p2 = v128.load(x + 2 * row);
    done = fma(p2, w22, done);
    a = fma(p2, w21, a);
    b = fma(p2, w20, b);
    v128.store(x + to, done);
    x += 16;
  }
}

/** Three rows of three taps at stride 2; outputs are behind `to`. */
export function slide3Half(x: usize, row: usize, w: usize, to: usize, outputs: i32): void {
  const zero = f32x4.splat(0);
  const w00 = v128.load(w), w01 = v128.load(w, 16), w02 = v128.load(w, 32);
  const w10 = v128.load(w, 48), w11 = v128.load(w, 64), w12 = v128.load(w, 80);
  const w20 = v128.load(w, 96), w21 = v128.load(w, 112), w22 = v128.load(w, 128);
  let a = zero;
  const end = to + (<usize>outputs << 4);
  while (to < end) {
    const p0 = v128.load(x), q0 = v128.load(x, 16);
    let done = fma(q0, w02, fma(p0, w01, a));
    a = f32x4.mul(q0, w00);
    const p1 = v128.load(x + row), q1 = v128.load(x + row, 16);
    done = fma(q1, w12, fma(p1, w11, done));
    a = fma(q1, w10, a);
    const p2 = v128.load(x + 2 * row), q2 = v128.load(x + 2 * row, 16);
    done = fma(q2, w22, fma(p2, w21, done));
    a = fma(q2, w20, a);
    v128.store(to, done);
    x += 32; to += 16;
  }
}

/** One or two (`rows`) rows of five taps, on top of what `to` holds where `more`; outputs are `to` behind their last inputs. */
// @ts-ignore: decorator
@inline
function slide5(rows: i32, more: bool, x: usize, row: usize, w: usize, to: usize, columns: i32): void {
  const zero = f32x4.splat(0);
  const w00 = v128.load(w), w01 = v128.load(w, 16), w02 = v128.load(w, 32), w03 = v128.load(w, 48),
    w04 = v128.load(w, 64);
  const w10 = rows > 1 ? v128.load(w, 80) : zero, w11 = rows > 1 ? v128.load(w, 96) : zero,
    w12 = rows > 1 ? v128.load(w, 112) : zero, w13 = rows > 1 ? v128.load(w, 128) : zero,
    w14 = rows > 1 ? v128.load(w, 144) : zero;
  let a = zero, b = zero, c = zero, d = zero;
  const end = x + (<usize>columns << 4);
  while (x < end) {
    const p0 = v128.load(x);
    let done = fma(p0, w04, a);
    a = fma(p0, w03, b);
    b = fma(p0, w02, c);
    c = fma(p0, w01, d);
    d = f32x4.mul(p0, w00);
    if (rows > 1) {
      const p1 = v128.load(x + row);
      done = fma(p1, w14, done);
      a = fma(p1, w13, a);
      b = fma(p1, w12, b);
      c = fma(p1, w11, c);
      d = fma(p1, w10, d);
    }
    v128.store(x + to, more ? f32x4.add(v128.load(x + to), done) : done);
    x += 16;
  }
}

/** One or two (`rows`) rows of five taps at stride 2, on top of what `to` holds where `more`; outputs are behind `to`. */
// @ts-ignore: decorator
@inline
function slide5Half(rows: i32, more: bool, x: usize, row: usize, w: usize, to: usize, outputs: i32): void {
  const zero = f32x4.splat(0);
  const w00 = v128.load(w), w01 = v128.load(w, 16), w02 = v128.load(w, 32), w03 = v128.load(w, 48),
    w04 = v128.load(w, 64);
  const w10 = rows > 1 ? v128.load(w, 80) : zero, w11 = rows > 1 ? v128.load(w, 96) : zero,
    w12 = rows > 1 ? v128.load(w, 112) : zero, w13 = rows > 1 ? v128.load(w, 128) : zero,
    w14 = rows > 1 ? v128.load(w, 144) : zero;
  let a = zero, b = zero;
  const end = to + (<usize>outputs << 4);
  while (to < end) {
    const p0 = v128.load(x), q0 = v128.load(x, 16);
    let done = fma(q0, w04, fma(p0, w03, a));
    a = fma(q0, w02, fma(p0, w01, b));
    b = f32x4.mul(q0, w00);
    if (rows > 1) {
      const p1 = v128.load(x + row), q1 = v128.load(x + row, 16);
      done = fma(q1, w14, fma(p1, w13, done));
      a = fma(q1, w12, fma(p1, w11, a));
      b = fma(q1, w10, b);
    }
    v128.store(to, more ? f32x4.add(v128.load(to), done) : done);
    x += 32; to += 16;
  }
}

/** One row of seven taps, on top of what `to` holds where `more`; outputs are `to` behind their last inputs. */
// @ts-ignore: decorator
@inline
function slide7(more: bool, x: usize, w: usize, to: usize, columns: i32): void {
  const zero = f32x4.splat(0);
  const w00 = v128.load(w), w01 = v128.load(w, 16), w02 = v128.load(w, 32), w03 = v128.load(w, 48),
    w04 = v128.load(w, 64), w05 = v128.load(w, 80), w06 = v128.load(w, 96);
  let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero;
  const end = x + (<usize>columns << 4);
  while (x < end) {
    const p0 = v128.load(x);
    let done = fma(p0, w06, a);
    a = fma(p0, w05, b);
    b = fma(p0, w04, c);
    c = fma(p0, w03, d);
    d = fma(p0, w02, e);
    e = fma(p0, w01, f);
    f = f32x4.mul(p0, w00);
    v128.store(x + to, more ? f32x4.add(v128.load(x + to), done) : done);
    x += 16;
  }
}

/** One row of seven taps at stride 2, on top of what `to` holds where `more`; outputs are behind `to`. */
// @ts-ignore: decorator
@inline
function slide7Half(more: bool, x: usize, w: usize, to: usize, outputs: i32): void {
  const zero = f32x4.splat(0);
  const w00 = v128.load(w), w01 = v128.load(w, 16), w02 = v128.load(w, 32), w03 = v128.load(w, 48),
    w04 = v128.load(w, 64), w05 = v128.load(w, 80), w06 = v128.load(w, 96);
  let a = zero, b = zero, c = zero;
  const end = to + (<usize>outputs << 4);
  while (to < end) {
    const p0 = v128.load(x), q0 = v128.load(x, 16);
    let done = fma(q0, w06, fma(p0, w05, a));
    a = fma(q0, w04, fma(p0, w03, b));
    b = fma(q0, w02, fma(p0, w01, c));
    c = f32x4.mul(q0, w00);
    v128.store(to, more ? f32x4.add(v128.load(to), done) : done);
    x += 32; to += 16;
  }
}

export function slide5Rows2(x: usize, row: usize, w: usize, to: usize, columns: i32): void {
  slide5(2, false, x, row, w, to, columns);
}

export function slide5Rows2More(x: usize, row: usize, w: usize, to: usize, columns: i32): void {
  slide5(2, true, x, row, w, to, columns);
}

export function slide5Rows1More(x: usize, row: usize, w: usize, to: usize, columns: i32): void {
  slide5(1, true, x, row, w, to, columns);
}

export function slide5HalfRows2(x: usize, row: usize, w: usize, to: usize, outputs: i32): void {
  slide5Half(2, false, x, row, w, to, outputs);
}

export function slide5HalfRows2More(x: usize, row: usize, w: usize, to: usize, outputs: i32): void {
  slide5Half(2, true, x, row, w, to, outputs);
}

export function slide5HalfRows1More(x: usize, row: usize, w: usize, to: usize, outputs: i32): void {
  slide5Half(1, true, x, row, w, to, outputs);
}

export function slide7Row(x: usize, w: usize, to: usize, columns: i32): void {
  slide7(false, x, w, to, columns);
}

export function slide7RowMore(x: usize, w: usize, to: usize, columns: i32): void {
  slide7(true, x, w, to, columns);
}

export function slide7HalfRow(x: usize, w: usize, to: usize, outputs: i32): void {
  slide7Half(false, x, w, to, outputs);
}

export function slide7HalfRowMore(x: usize, w: usize, to: usize, outputs: i32): void {
  slide7Half(true, x, w, to, outputs);
}
