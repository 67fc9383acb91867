// The loops of the depthwise filter gradients: sums of products of one vector of channels, along a row of positions. Their
// form is that of outerProducts.ts.

import { fma } from './simd';
import { turn1, turn2, turn3 } from './groupRuns';

/** to[n taps] += Σ x[tap] · y over `count` positions; n is 1 to 5 and known when compiled. */
// @ts-ignore: decorator
@inline
function addProducts(n: i32, x: usize, tap: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize): void {
  let c0 = v128.load(to), c1 = c0, c2 = c0, c3 = c0, c4 = c0;
  if (n > 1) c1 = v128.load(to, 16);
  if (n > 2) c2 = v128.load(to, 32);
  if (n > 3) c3 = v128.load(to, 48);
  if (n > 4) c4 = v128.load(to, 64);
  const end = y + <usize>count * yStep;
  while (y < end) {
    const b = v128.load(y);
    c0 = fma(v128.load(x), b, c0);
    if (n > 1) c1 = fma(v128.load(x + tap), b, c1);
    if (n > 2) c2 = fma(v128.load(x + 2 * tap), b, c2);
    if (n > 3) c3 = fma(v128.load(x + 3 * tap), b, c3);
    if (n > 4) c4 = fma(v128.load(x + 4 * tap), b, c4);
    x += xStep; y += yStep;
  }
  v128.store(to, c0);
  if (n > 1) v128.store(to, c1, 16);
  if (n > 2) v128.store(to, c2, 32);
  if (n > 3) v128.store(to, c3, 48);
  if (n > 4) v128.store(to, c4, 64);
}

export function addProducts1(x: usize, tap: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize): void {
  addProducts(1, x, tap, xStep, y, yStep, count, to);
}

export function addProducts2(x: usize, tap: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize): void {
  addProducts(2, x, tap, xStep, y, yStep, count, to);
}

export function addProducts3(x: usize, tap: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize): void {
  addProducts(3, x, tap, xStep, y, yStep, count, to);
}

export function addProducts5(x: usize, tap: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize): void {
  addProducts(5, x, tap, xStep, y, yStep, count, to);
}

/** to[3 × 3 taps] += Σ x[tap] · y; rows of taps are `row` bytes apart. */
export function addProducts9(
  x: usize, row: usize, tap: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize,
): void {
  let c0 = v128.load(to), c1 = v128.load(to, 16), c2 = v128.load(to, 32), c3 = v128.load(to, 48);
  let c4 = v128.load(to, 64), c5 = v128.load(to, 80), c6 = v128.load(to, 96), c7 = v128.load(to, 112);
  let c8 = v128.load(to, 128);
  let x1 = x + row, x2 = x1 + row;
  const end = y + <usize>count * yStep;
  while (y < end) {
    const b = v128.load(y);
    c0 = fma(v128.load(x), b, c0); c1 = fma(v128.load(x + tap), b, c1); c2 = fma(v128.load(x + 2 * tap), b, c2);
    c3 = fma(v128.load(x1), b, c3); c4 = fma(v128.load(x1 + tap), b, c4); c5 = fma(v128.load(x1 + 2 * tap), b, c5);
    c6 = fma(v128.load(x2), b, c6); c7 = fma(v128.load(x2 + tap), b, c7); c8 = fma(v128.load(x2 + 2 * tap), b, c8);
    x += xStep; x1 += xStep; x2 += xStep; y += yStep;
  }
  v128.store(to, c0); v128.store(to, c1, 16); v128.store(to, c2, 32); v128.store(to, c3, 48); v128.store(to, c4, 64);
  v128.store(to, c5, 80); v128.store(to, c6, 96); v128.store(to, c7, 112); v128.store(to, c8, 128);
}

/** As addProducts for groups of four: to[n taps][turn] += Σ turned x[tap] · y; n is 1 or 3. */
// @ts-ignore: decorator
@inline
function addQuadProducts(
  n: i32, x: usize, tap: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize,
): void {
  let a0 = v128.load(to), a1 = v128.load(to, 16), a2 = v128.load(to, 32), a3 = v128.load(to, 48);
  let b0 = a0, b1 = a0, b2 = a0, b3 = a0, c0 = a0, c1 = a0, c2 = a0, c3 = a0;
  if (n == 3) {
    b0 = v128.load(to, 64); b1 = v128.load(to, 80); b2 = v128.load(to, 96); b3 = v128.load(to, 112);
    c0 = v128.load(to, 128); c1 = v128.load(to, 144); c2 = v128.load(to, 160); c3 = v128.load(to, 176);
  }
  const end = y + <usize>count * yStep;
  while (y < end) {
    const d = v128.load(y);
    const a = v128.load(x);
    a0 = fma(a, d, a0); a1 = fma(turn1(a), d, a1); a2 = fma(turn2(a), d, a2); a3 = fma(turn3(a), d, a3);
    if (n == 3) {
      const b = v128.load(x + tap), c = v128.load(x + 2 * tap);
      b0 = fma(b, d, b0); b1 = fma(turn1(b), d, b1); b2 = fma(turn2(b), d, b2); b3 = fma(turn3(b), d, b3);
      c0 = fma(c, d, c0); c1 = fma(turn1(c), d, c1); c2 = fma(turn2(c), d, c2); c3 = fma(turn3(c), d, c3);
    }
    x += xStep; y += yStep;
  }
  v128.store(to, a0); v128.store(to, a1, 16); v128.store(to, a2, 32); v128.store(to, a3, 48);
  if (n == 3) {
    v128.store(to, b0, 64); v128.store(to, b1, 80); v128.store(to, b2, 96); v128.store(to, b3, 112);
    v128.store(to, c0, 128); v128.store(to, c1, 144); v128.store(to, c2, 160); v128.store(to, c3, 176);
  }
}

export function addQuadProducts1(
  x: usize, tap: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize,
): void {
  addQuadProducts(1, x, tap, xStep, y, yStep, count, to);
}

export function addQuadProducts3(
  x: usize, tap: usize, xStep: usize, y: usize, yStep: usize, count: i32, to: usize,
): void {
  addQuadProducts(3, x, tap, xStep, y, yStep, count, to);
}
