// Kernels that move 32-bit elements and compute nothing. Compiled by AssemblyScript.
import { element, storeLanes } from './lanes';
import { outerOffset } from './strided';

/** n elements, side by side on both sides; for the short rows that a call of memory.copy would be too slow for. */
// @ts-ignore: decorator
@inline
function copyRow(to: usize, from: usize, n: i32): void {
  if (n >= 256) {
    memory.copy(to, from, <usize>n << 2);
    return;
  }
  for (; n >= 4; n -= 4) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  for (; n > 0; n--) {
    store<u32>(to, load<u32>(from));
    from += 4;
    to += 4;
  }
}

/** n elements equal to `value`. */
// @ts-ignore: decorator
@inline
function fillRow(to: usize, value: v128, n: i32): void {
  for (; n >= 4; n -= 4) {
    v128.store(to, value);
    to += 16;
  }
  if (n > 0) storeLanes(to, value, n);
}

@unmanaged
class RepeatArgs {
  x: usize;
  y: usize;
  count: i32;
  times: i32;
}

/** y = x, `times` times in a row, in one tile. */
export function repeat(at: usize, tile: i32, worker: i32): void {
  const args = changetype<RepeatArgs>(at);
  for (let time = 0; time < args.times; time++) copyRow(element(args.y, time * args.count), args.x, args.count);
}

@unmanaged
class CopyStridedArgs {
  x: usize;
  y: usize;
  count: i32;
  perTile: i32;
  inner: i32;
  middle: i32;
  xInner: i32;
  xMiddle: i32;
  rank: i32;
}

/** y[i] = x at the place that the strides give: slices, transpositions, broadcasts. */
export function copyStrided(at: usize, tile: i32, worker: i32): void {
  const args = changetype<CopyStridedArgs>(at);
  const axes = at + offsetof<CopyStridedArgs>();
  const end = min(args.count, (tile + 1) * args.perTile);
  const step = <usize>args.xInner << 2;
  let i = tile * args.perTile;
  let column = i % args.inner;
  const firstRow = i / args.inner;
  let middle = firstRow % args.middle;
  let outer = firstRow / args.middle;
  while (i < end) {
    const x = args.x + (<usize>outerOffset(axes, args.rank, 1, 0, outer) << 2);
    for (; middle < args.middle && i < end; middle++) {
      let n = min(args.inner - column, end - i);
      let from = element(x, middle * args.xMiddle + column * args.xInner);
      let to = element(args.y, i);
      i += n;
      column = 0;
      if (step == 4) {
        copyRow(to, from, n);
      } else if (step == 0) {
        fillRow(to, v128.load_splat<u32>(from), n);
      } else {
        for (; n > 0; n--) {
          store<u32>(to, load<u32>(from));
          from += step;
          to += 4;
        }
      }
    }
    middle = 0;
    outer++;
  }
}

@unmanaged
class CopyRowsArgs {
  x: usize;
  y: usize;
  rows: i32;
  rowsPerTile: i32;
  length: i32;
  xStride: i32;
  yStride: i32;
}

/** Rows of `length` elements from one stride to another: one part of a concatenation. */
export function copyRows(at: usize, tile: i32, worker: i32): void {
  const args = changetype<CopyRowsArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    copyRow(element(args.y, row * args.yStride), element(args.x, row * args.xStride), args.length);
  }
}

@unmanaged
class PadArgs {
  x: usize;
  y: usize;
  rows: i32;
  rowsPerTile: i32;
  value: u32;
  before: i32;
  length: i32;
  after: i32;
  rank: i32;
}

/**
 * y = x with `value` around it. A row is the last axis: `before`, `length` and `after` elements; the other axes follow the
 * arguments as [size of y, before, size of x] each.
 */
export function pad(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PadArgs>(at);
  const axes = at + offsetof<PadArgs>();
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const width = args.before + args.length + args.after;
  const value = i32x4.splat(args.value);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    let rest = row;
    let xRow = 0;
    let step = 1;
    let inside = true;
    for (let axis = args.rank - 1; axis >= 0; axis--) {
      const entry = axes + <usize>(axis * 12);
      const size = load<i32>(entry);
      const xSize = load<i32>(entry + 8);
      const above = rest / size;
      const place = rest - above * size - load<i32>(entry + 4);
      inside = inside && place >= 0 && place < xSize;
      xRow += place * step;
      step *= xSize;
      rest = above;
    }
    const y = element(args.y, row * width);
    if (inside) {
      fillRow(y, value, args.before);
      copyRow(element(y, args.before), element(args.x, xRow * args.length), args.length);
      fillRow(element(y, args.before + args.length), value, args.after);
    } else {
      fillRow(y, value, width);
    }
  }
}

@unmanaged
class TransposeArgs {
  x: usize;
  y: usize;
  rows: i32;
  columns: i32;
  rowsPerTile: i32;
  tilesPerMatrix: i32;
}

/**
 * y[m] = x[m] transposed, x: [matrices, columns, rows] → y: [matrices, rows, columns], four rows of y at a time: 4 × 4
 * blocks are transposed in registers.
 */
export function transpose(at: usize, tile: i32, worker: i32): void {
  const args = changetype<TransposeArgs>(at);
  const rows = args.rows;
  const columns = args.columns;
  const matrix = tile / args.tilesPerMatrix;
  const first = (tile % args.tilesPerMatrix) * args.rowsPerTile;
  const end = min(rows, first + args.rowsPerTile);
  const x = element(args.x, matrix * rows * columns);
  const y = element(args.y, matrix * rows * columns);
  const xStep = <usize>rows << 2;
  const yStep = <usize>columns << 2;
  let row = first;
  for (; row + 4 <= end; row += 4) {
    let from = element(x, row);
    let to = element(y, row * columns);
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      const a = v128.load(from);
      const b = v128.load(from + xStep);
      const c = v128.load(from + 2 * xStep);
      const d = v128.load(from + 3 * xStep);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
      v128.store(to + yStep, v128.shuffle<i64>(ab, cd, 1, 3));
      v128.store(to + 2 * yStep, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
      v128.store(to + 3 * yStep, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
      from += 4 * xStep;
      to += 16;
    }
    for (; column < columns; column++) {
      const v = v128.load(from);
      v128.store_lane<u32>(to, v, 0);
      v128.store_lane<u32>(to + yStep, v, 1);
      v128.store_lane<u32>(to + 2 * yStep, v, 2);
      v128.store_lane<u32>(to + 3 * yStep, v, 3);
      from += xStep;
      to += 4;
    }
  }
  for (; row < end; row++) {
    for (let column = 0; column < columns; column++) {
      store<u32>(element(y, row * columns + column), load<u32>(element(x, column * rows + row)));
    }
  }
}
