// The loops of the depthwise convolution by any window. Each goes once along a run of channels (or of channels of several pixels side by
// side), four lanes at a time, with pointers of its own and without a loop around it, because that is what V8 keeps in
// registers (see conv.ts); exported from the module so that they are not inlined. Weights come as [vector][tap][4],
// `weightStep` bytes from vector to vector; `from` is the bias, or the sum of taps that were added before.

import { fma } from './simd';

/** y = from + `n` (1 to 5, known when compiled) taps side by side. */
// @ts-ignore: decorator
@inline
function addTaps(
  n: i32, x: usize, tap: usize, w: usize, weightStep: usize, from: usize, fromStep: usize, y: usize, bytes: usize,
): void {
  const end = y + bytes;
  while (y < end) {
    let sum = fma(v128.load(x), v128.load(w), v128.load(from));
    if (n > 1) sum = fma(v128.load(x + tap), v128.load(w, 16), sum);
    if (n > 2) sum = fma(v128.load(x + 2 * tap), v128.load(w, 32), sum);
    if (n > 3) sum = fma(v128.load(x + 3 * tap), v128.load(w, 48), sum);
    if (n > 4) sum = fma(v128.load(x + 4 * tap), v128.load(w, 64), sum);
    v128.store(y, sum);
    x += 16; y += 16; w += weightStep; from += fromStep;
  }
}

/** As addTaps, two outputs side by side, the second's taps one further: they share inputs and weights. */
// @ts-ignore: decorator
@inline
function addTapsPair(
  n: i32, x: usize, tap: usize, w: usize, weightStep: usize, from: usize, beside: usize, fromStep: usize, y: usize,
  next: usize, bytes: usize,
): void {
  const end = y + bytes;
  while (y < end) {
    const w0 = v128.load(w);
    let a = fma(v128.load(x), w0, v128.load(from));
    let last = v128.load(x + tap);
    let b = fma(last, w0, v128.load(from + beside));
    if (n > 1) {
      const w1 = v128.load(w, 16);
      a = fma(last, w1, a);
      last = v128.load(x + 2 * tap);
      b = fma(last, w1, b);
    }
    if (n > 2) {
      const w2 = v128.load(w, 32);
      a = fma(last, w2, a);
      last = v128.load(x + 3 * tap);
      b = fma(last, w2, b);
    }
    if (n > 3) {
      const w3 = v128.load(w, 48);
      a = fma(last, w3, a);
      last = v128.load(x + 4 * tap);
      b = fma(last, w3, b);
    }
    if (n > 4) {
      const w4 = v128.load(w, 64);
      a = fma(last, w4, a);
      last = v128.load(x + 5 * tap);
      b = fma(last, w4, b);
    }
    v128.store(y, a);
    v128.store(y + next, b);
    x += 16; y += 16; w += weightStep; from += fromStep;
  }
}

export function addTaps1(x: usize, tap: usize, w: usize, ws: usize, from: usize, fs: usize, y: usize, bytes: usize): void {
  addTaps(1, x, tap, w, ws, from, fs, y, bytes);
}

export function addTaps2(x: usize, tap: usize, w: usize, ws: usize, from: usize, fs: usize, y: usize, bytes: usize): void {
  addTaps(2, x, tap, w, ws, from, fs, y, bytes);
}

export function addTaps3(x: usize, tap: usize, w: usize, ws: usize, from: usize, fs: usize, y: usize, bytes: usize): void {
  addTaps(3, x, tap, w, ws, from, fs, y, bytes);
}

export function addTaps4(x: usize, tap: usize, w: usize, ws: usize, from: usize, fs: usize, y: usize, bytes: usize): void {
  addTaps(4, x, tap, w, ws, from, fs, y, bytes);
}

export function addTaps5(x: usize, tap: usize, w: usize, ws: usize, from: usize, fs: usize, y: usize, bytes: usize): void {
  addTaps(5, x, tap, w, ws, from, fs, y, bytes);
}

export function addTapsPair1(
  x: usize, tap: usize, w: usize, ws: usize, from: usize, beside: usize, fs: usize, y: usize, next: usize, bytes: usize,
): void {
  addTapsPair(1, x, tap, w, ws, from, beside, fs, y, next, bytes);
}

export function addTapsPair2(
  x: usize, tap: usize, w: usize, ws: usize, from: usize, beside: usize, fs: usize, y: usize, next: usize, bytes: usize,
): void {
  addTapsPair(2, x, tap, w, ws, from, beside, fs, y, next, bytes);
}

export function addTapsPair3(
  x: usize, tap: usize, w: usize, ws: usize, from: usize, beside: usize, fs: usize, y: usize, next: usize, bytes: usize,
): void {
  addTapsPair(3, x, tap, w, ws, from, beside, fs, y, next, bytes);
}

export function addTapsPair4(
  x: usize, tap: usize, w: usize, ws: usize, from: usize, beside: usize, fs: usize, y: usize, next: usize, bytes: usize,
): void {
  addTapsPair(4, x, tap, w, ws, from, beside, fs, y, next, bytes);
}

export function addTapsPair5(
  x: usize, tap: usize, w: usize, ws: usize, from: usize, beside: usize, fs: usize, y: usize, next: usize, bytes: usize,
): void {
  addTapsPair(5, x, tap, w, ws, from, beside, fs, y, next, bytes);
}
