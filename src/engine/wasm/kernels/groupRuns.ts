// The loops of the convolution in groups of four channels and four filters. A group's channels are one vector, and so are
// its filters: with the channels turned by r lanes, filter f meets channel (f + r) mod 4, so four turns and four vectors of
// weights make all sixteen products, without a broadcast. Weights come as [vector][tap][turn][4].
// Their form is that of channelRuns.ts.

import { fma } from './simd';

/** Lane f of the result is lane (f + 1) mod 4. */
// @ts-ignore: decorator
@inline
export function turn1(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 1, 2, 3, 0);
}

/** Lane f of the result is lane (f + 2) mod 4. */
// @ts-ignore: decorator
@inline
export function turn2(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 2, 3, 0, 1);
}

/** Lane f of the result is lane (f + 3) mod 4. */
// @ts-ignore: decorator
@inline
export function turn3(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 3, 0, 1, 2);
}

/** y = from + `n` (1 to 3, known when compiled) taps side by side. */
// @ts-ignore: decorator
@inline
function addGroupTaps(
  n: i32, x: usize, tap: usize, w: usize, weightStep: usize, from: usize, fromStep: usize, y: usize, bytes: usize,
): void {
  const end = y + bytes;
  while (y < end) {
    const a = v128.load(x);
    let sum = fma(a, v128.load(w), v128.load(from));
    // A second sum, because one chain of twelve would be waited for.
    let other = f32x4.mul(turn1(a), v128.load(w, 16));
    sum = fma(turn2(a), v128.load(w, 32), sum);
    other = fma(turn3(a), v128.load(w, 48), other);
    if (n > 1) {
      const b = v128.load(x + tap);
      sum = fma(b, v128.load(w, 64), sum);
      other = fma(turn1(b), v128.load(w, 80), other);
      sum = fma(turn2(b), v128.load(w, 96), sum);
      other = fma(turn3(b), v128.load(w, 112), other);
    }
    if (n > 2) {
      const c = v128.load(x + 2 * tap);
      sum = fma(c, v128.load(w, 128), sum);
      other = fma(turn1(c), v128.load(w, 144), other);
      sum = fma(turn2(c), v128.load(w, 160), sum);
      other = fma(turn3(c), v128.load(w, 176), other);
    }
    v128.store(y, f32x4.add(sum, other));
    x += 16; y += 16; w += weightStep; from += fromStep;
  }
}

/** As addGroupTaps, two outputs side by side, the second's taps one further: they share inputs, turns and weights. */
// @ts-ignore: decorator
@inline
function addGroupTapsPair(
  n: i32, x: usize, tap: usize, w: usize, weightStep: usize, from: usize, beside: usize, fromStep: usize, y: usize,
  next: usize, bytes: usize,
): void {
  const end = y + bytes;
  while (y < end) {
    let u = v128.load(x);
    let v = v128.load(x + tap);
    let w0 = v128.load(w), w1 = v128.load(w, 16), w2 = v128.load(w, 32), w3 = v128.load(w, 48);
    let a = fma(u, w0, v128.load(from)), b = fma(v, w0, v128.load(from + beside));
    a = fma(turn1(u), w1, a);
    b = fma(turn1(v), w1, b);
    a = fma(turn2(u), w2, a);
    b = fma(turn2(v), w2, b);
    a = fma(turn3(u), w3, a);
    b = fma(turn3(v), w3, b);
    if (n > 1) {
      u = v128.load(x + 2 * tap);
      w0 = v128.load(w, 64); w1 = v128.load(w, 80); w2 = v128.load(w, 96); w3 = v128.load(w, 112);
      a = fma(v, w0, a);
      b = fma(u, w0, b);
      a = fma(turn1(v), w1, a);
      b = fma(turn1(u), w1, b);
      a = fma(turn2(v), w2, a);
      b = fma(turn2(u), w2, b);
      a = fma(turn3(v), w3, a);
      b = fma(turn3(u), w3, b);
    }
    if (n > 2) {
      v = v128.load(x + 3 * tap);
      w0 = v128.load(w, 128); w1 = v128.load(w, 144); w2 = v128.load(w, 160); w3 = v128.load(w, 176);
      a = fma(u, w0, a);
      b = fma(v, w0, b);
      a = fma(turn1(u), w1, a);
      b = fma(turn1(v), w1, b);
      a = fma(turn2(u), w2, a);
      b = fma(turn2(v), w2, b);
      a = fma(turn3(u), w3, a);
      b = fma(turn3(v), w3, b);
    }
    v128.store(y, a);
    v128.store(y + next, b);
    x += 16; y += 16; w += weightStep; from += fromStep;
  }
}

export function addGroupTaps1(x: usize, tap: usize, w: usize, ws: usize, from: usize, fs: usize, y: usize, bytes: usize): void {
  addGroupTaps(1, x, tap, w, ws, from, fs, y, bytes);
}

export function addGroupTaps2(x: usize, tap: usize, w: usize, ws: usize, from: usize, fs: usize, y: usize, bytes: usize): void {
  addGroupTaps(2, x, tap, w, ws, from, fs, y, bytes);
}

export function addGroupTaps3(x: usize, tap: usize, w: usize, ws: usize, from: usize, fs: usize, y: usize, bytes: usize): void {
  addGroupTaps(3, x, tap, w, ws, from, fs, y, bytes);
}

export function addGroupTapsPair1(
  x: usize, tap: usize, w: usize, ws: usize, from: usize, beside: usize, fs: usize, y: usize, next: usize, bytes: usize,
): void {
  addGroupTapsPair(1, x, tap, w, ws, from, beside, fs, y, next, bytes);
}

export function addGroupTapsPair2(
  x: usize, tap: usize, w: usize, ws: usize, from: usize, beside: usize, fs: usize, y: usize, next: usize, bytes: usize,
): void {
  addGroupTapsPair(2, x, tap, w, ws, from, beside, fs, y, next, bytes);
}

export function addGroupTapsPair3(
  x: usize, tap: usize, w: usize, ws: usize, from: usize, beside: usize, fs: usize, y: usize, next: usize, bytes: usize,
): void {
  addGroupTapsPair(3, x, tap, w, ws, from, beside, fs, y, next, bytes);
}
