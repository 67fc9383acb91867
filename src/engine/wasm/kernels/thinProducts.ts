// Matrix products of a few rows (a small batch in a dense layer) with a matrix w that is large: reading w once, where it lies,
// is then all the work, and packing it as conv.ts does would cost more than the product. For x · w eight rows of w go by at a
// time beside the sums of all columns; for dy · wᵀ three rows of w at a time are multiplied with four of dy, and the lanes are
// added up at the end. Rows of x are taken four at a time; the last ones again where their number is not a multiple of four.

import { activateVector } from './activateVector';
import { fma } from './simd';

/** Rows of w that go by together. */
const rowsTogether = 8;

@unmanaged
class ThinArgs {
  x: usize;
  w: usize;
  /** [part][rows rounded up to 4][width]. */
  parts: usize;
  rows: i32;
  inner: i32;
  /** A multiple of 4. */
  width: i32;
  innerPerPart: i32;
}

/** A part of x · w: some rows of w. A tile is a part. */
export function multiplyThin(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ThinArgs>(at);
  const wide = <usize>args.width << 2, pitch = <usize>args.inner << 2;
  const padded = (args.rows + 3) & ~3;
  const part = args.parts + <usize>(tile * padded) * wide;
  memory.fill(part, 0, <usize>padded * wide);
  const end = min(args.inner, (tile + 1) * args.innerPerPart);
  for (let first = tile * args.innerPerPart; first < end; first += rowsTogether) {
    const bytes = <usize>min(rowsTogether, end - first) << 2;
    const w = args.w + <usize>first * wide;
    for (let row = 0; row < padded; row += 4) {
      const x = args.x + (<usize>first << 2);
      const x0 = x + <usize>min(row, args.rows - 1) * pitch, x1 = x + <usize>min(row + 1, args.rows - 1) * pitch;
      const x2 = x + <usize>min(row + 2, args.rows - 1) * pitch, x3 = x + <usize>min(row + 3, args.rows - 1) * pitch;
      const to = part + <usize>row * wide;
      let c: usize = 0;
      for (; c + 48 <= wide; c += 48) addThin12(x0, x1, x2, x3, bytes, w + c, wide, to + c);
      for (; c < wide; c += 16) addThin4(x0, x1, x2, x3, bytes, w + c, wide, to + c);
    }
  }
}

/** to[0…3][0…11] += x[0…3] · w; rows of w and of the sums are `wide` bytes apart. */
export function addThin12(
  x0: usize, x1: usize, x2: usize, x3: usize, bytes: usize, w: usize, wide: usize, to: usize,
): void {
  const t1 = to + wide, t2 = t1 + wide, t3 = t2 + wide;
  let c00 = v128.load(to), c01 = v128.load(to, 16), c02 = v128.load(to, 32);
  let c10 = v128.load(t1), c11 = v128.load(t1, 16), c12 = v128.load(t1, 32);
  let c20 = v128.load(t2), c21 = v128.load(t2, 16), c22 = v128.load(t2, 32);
  let c30 = v128.load(t3), c31 = v128.load(t3, 16), c32 = v128.load(t3, 32);
  const end = x0 + bytes;
  while (x0 < end) {
    const b0 = v128.load(w), b1 = v128.load(w, 16), b2 = v128.load(w, 32);
    const a0 = v128.load_splat<f32>(x0); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01); c02 = fma(a0, b2, c02);
    const a1 = v128.load_splat<f32>(x1); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11); c12 = fma(a1, b2, c12);
    const a2 = v128.load_splat<f32>(x2); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21); c22 = fma(a2, b2, c22);
    const a3 = v128.load_splat<f32>(x3); c30 = fma(a3, b0, c30); c31 = fma(a3, b1, c31); c32 = fma(a3, b2, c32);
    x0 += 4; x1 += 4; x2 += 4; x3 += 4; w += wide;
  }
  v128.store(to, c00); v128.store(to, c01, 16); v128.store(to, c02, 32);
  v128.store(t1, c10); v128.store(t1, c11, 16); v128.store(t1, c12, 32);
  v128.store(t2, c20); v128.store(t2, c21, 16); v128.store(t2, c22, 32);
  v128.store(t3, c30); v128.store(t3, c31, 16); v128.store(t3, c32, 32);
}

/** As addThin12, four columns. */
export function addThin4(
  x0: usize, x1: usize, x2: usize, x3: usize, bytes: usize, w: usize, wide: usize, to: usize,
): void {
  const t1 = to + wide, t2 = t1 + wide, t3 = t2 + wide;
  let c0 = v128.load(to), c1 = v128.load(t1), c2 = v128.load(t2), c3 = v128.load(t3);
  const end = x0 + bytes;
  while (x0 < end) {
    const b = v128.load(w);
    c0 = fma(v128.load_splat<f32>(x0), b, c0);
    c1 = fma(v128.load_splat<f32>(x1), b, c1);
    c2 = fma(v128.load_splat<f32>(x2), b, c2);
    c3 = fma(v128.load_splat<f32>(x3), b, c3);
    x0 += 4; x1 += 4; x2 += 4; x3 += 4; w += wide;
  }
  v128.store(to, c0); v128.store(t1, c1); v128.store(t2, c2); v128.store(t3, c3);
}

@unmanaged
class ThinEndArgs {
  parts: usize;
  y: usize;
  /** [width], or 0. */
  bias: usize;
  /** As y, or 0. */
  residual: usize;
  activation: i32;
  partCount: i32;
  rows: i32;
  width: i32;
  columnsPerTile: i32;
}

/** y = activation(Σ parts, in order, + bias + residual). A tile is some columns, a multiple of 4. */
export function multiplyThinEnd(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ThinEndArgs>(at);
  const wide = <usize>args.width << 2;
  const partStep = <usize>((args.rows + 3) & ~3) * wide;
  const first = tile * args.columnsPerTile, last = min(args.width, first + args.columnsPerTile);
  for (let row = 0; row < args.rows; row++) {
    for (let column = first; column < last; column += 4) {
      const offset = <usize>row * wide + (<usize>column << 2);
      let from = args.parts + offset;
      let sum = v128.load(from);
      for (let part = 1; part < args.partCount; part++) {
        from += partStep;
        sum = f32x4.add(sum, v128.load(from));
      }
      if (args.bias) sum = f32x4.add(sum, v128.load(args.bias + (<usize>column << 2)));
      if (args.residual) sum = f32x4.add(sum, v128.load(args.residual + offset));
      v128.store(args.y + offset, activateVector(sum, args.activation));
    }
  }
}

@unmanaged
class ThinTransposedArgs {
  /** [rows, inner], inner a multiple of 4. */
  x: usize;
  /** [width, inner]. */
  w: usize;
  y: usize;
  rows: i32;
  inner: i32;
  width: i32;
  columnsPerTile: i32;
  /** 192 bytes for each worker. */
  scratch: usize;
}

/** y = x · wᵀ. A tile is some rows of w. */
export function multiplyThinTransposed(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ThinTransposedArgs>(at);
  const sums = args.scratch + <usize>(worker * 192);
  const pitch = <usize>args.inner << 2;
  const first = tile * args.columnsPerTile, last = min(args.width, first + args.columnsPerTile);
  for (let column = first; column < last; column += 3) {
    const columns = min(3, last - column);
    const w = args.w + <usize>column * pitch;
    for (let row = 0; row < args.rows; row += 4) {
      const rows = min(4, args.rows - row);
      const x = args.x + <usize>row * pitch;
      dotThin(
        x, x + <usize>min(1, rows - 1) * pitch, x + <usize>min(2, rows - 1) * pitch, x + <usize>(rows - 1) * pitch,
        w, w + <usize>min(1, columns - 1) * pitch, w + <usize>(columns - 1) * pitch, pitch, sums,
      );
      for (let r = 0; r < rows; r++) {
        const to = args.y + (<usize>((row + r) * args.width + column) << 2);
        for (let c = 0; c < columns; c++) store<f32>(to + (<usize>c << 2), sumLanes(v128.load(sums + (<usize>(r * 3 + c) << 4))));
      }
    }
  }
}

/** The sum of a vector's lanes, in pairs. */
// @ts-ignore: decorator
@inline
function sumLanes(v: v128): f32 {
  const pairs = f32x4.add(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** to[0…3][0…2] = the lanes' sums of products of four rows with three, over `bytes`, a multiple of 16. */
export function dotThin(
  x0: usize, x1: usize, x2: usize, x3: usize, w0: usize, w1: usize, w2: usize, bytes: usize, to: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c10 = c00, c11 = c00, c12 = c00;
  let c20 = c00, c21 = c00, c22 = c00, c30 = c00, c31 = c00, c32 = c00;
  const end = x0 + bytes;
  while (x0 < end) {
    const b0 = v128.load(w0), b1 = v128.load(w1), b2 = v128.load(w2);
    const a0 = v128.load(x0); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01); c02 = fma(a0, b2, c02);
    const a1 = v128.load(x1); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11); c12 = fma(a1, b2, c12);
    const a2 = v128.load(x2); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21); c22 = fma(a2, b2, c22);
    const a3 = v128.load(x3); c30 = fma(a3, b0, c30); c31 = fma(a3, b1, c31); c32 = fma(a3, b2, c32);
    x0 += 16; x1 += 16; x2 += 16; x3 += 16; w0 += 16; w1 += 16; w2 += 16;
  }
  v128.store(to, c00); v128.store(to, c01, 16); v128.store(to, c02, 32);
  v128.store(to, c10, 48); v128.store(to, c11, 64); v128.store(to, c12, 80);
  v128.store(to, c20, 96); v128.store(to, c21, 112); v128.store(to, c22, 128);
  v128.store(to, c30, 144); v128.store(to, c31, 160); v128.store(to, c32, 176);
}
