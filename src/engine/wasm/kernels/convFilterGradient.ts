// The gradient of a convolution by its filters, NHWC: dw[row][filter] = Σ over positions x[position + row] · dy[position],
// where a row is one weight of a window (run, place in the run). It is the same outer product as the convolution, the
// other way around: a tile of 6 rows × 8 filters stays in 12 registers while all positions of a strip go by. Strips are
// a few rows of one picture, so that what is read again for every tile lies in the cache. Pictures are dealt to a fixed
// number of parts, whatever the number of workers; sumParts adds the parts in order.

import { fma } from './simd';
import { unpool } from './convPool';
import { openStrip, positionTable, StripArgs } from './convStrip';

@unmanaged
class FilterGradientArgs extends StripArgs {
  dy: usize;
  /** [part][group][row][filters rounded up to 8]. */
  parts: usize;
  groups: i32;
  filters: i32;
  images: i32;
  imagesPerPart: i32;
  /** Rows of dw in a tile, a multiple of 6, and how many tiles cover them. */
  weightRowsPerTile: i32;
  weightRowTiles: i32;
  /** Where dy is pooled 2×2 (convPool.ts): the winners; else 0. The grid then covers whole windows only. */
  choice: usize;
  /** Where in a worker's scratch the strip's gradient is made again. */
  expandOffset: i32;
}

/** Adds a part's pictures into that part of dw. A tile is one part × one group × some rows of dw. */
export function convolveFilterGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<FilterGradientArgs>(at);
  const rowTile = tile % args.weightRowTiles;
  const group = (tile / args.weightRowTiles) % args.groups;
  const part = tile / (args.weightRowTiles * args.groups);
  const width = (args.filters + 7) & ~7;
  const weightRows = args.runCount * args.runLength;
  const firstRow = rowTile * args.weightRowsPerTile;
  const lastRow = min(weightRows, firstRow + args.weightRowsPerTile);
  const dw = args.parts + (<usize>((part * args.groups + group) * weightRows * width) << 2);
  memory.fill(dw + (<usize>(firstRow * width) << 2), 0, <usize>((lastRow - firstRow) * width) << 2);
  const lastImage = min(args.images, (part + 1) * args.imagesPerPart);
  for (let image = part * args.imagesPerPart; image < lastImage; image++) {
    for (let row = 0; row < args.gridHeight; row += args.rowsPerTile) {
      const rows = min(args.rowsPerTile, args.gridHeight - row);
      const base = openStrip(args, worker, image, group, row, rows);
      const dy = args.choice ? expandStrip(args, worker, image, row, rows) : args.dy + (<usize>(group * args.filters) << 2);
      addStrip(args, worker, base, rows * args.gridWidth, dw, width, dy, firstRow, lastRow);
    }
  }
}

/** Makes a strip's gradient again from the pooled one; gives the address that the table of positions counts from. */
function expandStrip(args: FilterGradientArgs, worker: i32, image: i32, row: i32, rows: i32): usize {
  const to = args.scratch + <usize>(worker * args.scratchPerWorker + args.expandOffset);
  const pixel = <usize>args.filters << 2, line = <usize>args.gridWidth * pixel;
  let from = <usize>((image * (args.gridHeight >> 1) + (row >> 1)) * (args.gridWidth >> 1)) * pixel;
  for (let r = 0; r < rows; r += 2) {
    let target = to + <usize>r * line;
    for (let c = 0; c < args.gridWidth; c += 2, from += pixel, target += 2 * pixel) {
      unpool(args.dy + from, args.choice + from, target, args.filters, pixel, line);
    }
  }
  return to - <usize>row * line;
}

/** Adds the positions of a strip to rows [firstRow, lastRow) of dw, six rows at a time. */
function addStrip(
  args: FilterGradientArgs, worker: i32, base: usize, count: i32, dw: usize, width: i32, dy: usize,
  firstRow: i32, lastRow: i32,
): void {
  const positions = positionTable(args, worker);
  const runs = positions + (<usize>(((count + 5) / 6) * 6) << 3);
  for (let row = firstRow; row < lastRow; row += 6) {
    const place = row % args.runLength;
    const to = dw + (<usize>(row * width) << 2);
    if (place + 6 <= args.runLength && row + 6 <= lastRow) {
      addNeighbours(args, positions, count, base + rowOffset(args, runs, row), dy, to, width);
    } else {
      addScattered(args, positions, count, base, runs, row, lastRow, dy, to, width);
    }
  }
}

/** Six rows that lie side by side in the input: one pointer serves all, and steps evenly along a row of the grid. */
function addNeighbours(
  args: FilterGradientArgs, positions: usize, count: i32, x: usize, dy: usize, to: usize, width: i32,
): void {
  const columns = args.gridWidth;
  const wide = <usize>width << 2;
  const to1 = to + wide, to2 = to1 + wide, to3 = to2 + wide, to4 = to3 + wide, to5 = to4 + wide;
  const yStep = <usize>args.outColumn << 2;
  // With one column there is no step to read from the table.
  const xStep = columns > 1 ? <usize>(load<i32>(positions, 8) - load<i32>(positions)) : 0;
  for (let filter: usize = 0; filter < wide; filter += 32) {
    const t0 = to + filter, t1 = to1 + filter, t2 = to2 + filter, t3 = to3 + filter, t4 = to4 + filter, t5 = to5 + filter;
    let c00 = v128.load(t0), c01 = v128.load(t0, 16), c10 = v128.load(t1), c11 = v128.load(t1, 16);
    let c20 = v128.load(t2), c21 = v128.load(t2, 16), c30 = v128.load(t3), c31 = v128.load(t3, 16);
    let c40 = v128.load(t4), c41 = v128.load(t4, 16), c50 = v128.load(t5), c51 = v128.load(t5, 16);
    for (let first = 0; first < count; first += columns) {
      const at = positions + (<usize>first << 3);
      let p = x + <usize>load<i32>(at), q = dy + filter + <usize>load<i32>(at, 4);
      for (let left = columns; left > 0; left--) {
        const b0 = v128.load(q), b1 = v128.load(q, 16);
        let a = v128.load_splat<f32>(p); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
        a = v128.load_splat<f32>(p, 4); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
        a = v128.load_splat<f32>(p, 8); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
        a = v128.load_splat<f32>(p, 12); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
        a = v128.load_splat<f32>(p, 16); c40 = fma(a, b0, c40); c41 = fma(a, b1, c41);
        a = v128.load_splat<f32>(p, 20); c50 = fma(a, b0, c50); c51 = fma(a, b1, c51);
        p += xStep; q += yStep;
      }
    }
    v128.store(t0, c00); v128.store(t0, c01, 16); v128.store(t1, c10); v128.store(t1, c11, 16);
    v128.store(t2, c20); v128.store(t2, c21, 16); v128.store(t3, c30); v128.store(t3, c31, 16);
    v128.store(t4, c40); v128.store(t4, c41, 16); v128.store(t5, c50); v128.store(t5, c51, 16);
  }
}

/** Six rows from anywhere (or fewer, the last repeated), through the table. */
function addScattered(
  args: FilterGradientArgs, positions: usize, count: i32, base: usize, runs: usize, row: i32, lastRow: i32, dy: usize,
  to: usize, width: i32,
): void {
  const end = positions + (<usize>count << 3);
  const wide = <usize>width << 2;
  const last = lastRow - 1;
  const x0 = base + rowOffset(args, runs, row), x1 = base + rowOffset(args, runs, min(row + 1, last));
  const x2 = base + rowOffset(args, runs, min(row + 2, last)), x3 = base + rowOffset(args, runs, min(row + 3, last));
  const x4 = base + rowOffset(args, runs, min(row + 4, last)), x5 = base + rowOffset(args, runs, min(row + 5, last));
  // All sums are loaded before any is stored, so repeats of the last row store the same.
  const most = <usize>(last - row) * wide;
  const s1 = min(wide, most), s2 = min(2 * wide, most), s3 = min(3 * wide, most);
  const s4 = min(4 * wide, most), s5 = min(5 * wide, most);
  for (let filter: usize = 0; filter < wide; filter += 32) {
    const t = to + filter, d = dy + filter;
    let c00 = v128.load(t), c01 = v128.load(t, 16), c10 = v128.load(t + s1), c11 = v128.load(t + s1, 16);
    let c20 = v128.load(t + s2), c21 = v128.load(t + s2, 16), c30 = v128.load(t + s3), c31 = v128.load(t + s3, 16);
    let c40 = v128.load(t + s4), c41 = v128.load(t + s4, 16), c50 = v128.load(t + s5), c51 = v128.load(t + s5, 16);
    for (let p = positions; p < end; p += 8) {
      const o = <usize>load<i32>(p), q = d + <usize>load<i32>(p, 4);
      const b0 = v128.load(q), b1 = v128.load(q, 16);
      let a = v128.load_splat<f32>(x0 + o); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
      a = v128.load_splat<f32>(x1 + o); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
      a = v128.load_splat<f32>(x2 + o); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
      a = v128.load_splat<f32>(x3 + o); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
      a = v128.load_splat<f32>(x4 + o); c40 = fma(a, b0, c40); c41 = fma(a, b1, c41);
      a = v128.load_splat<f32>(x5 + o); c50 = fma(a, b0, c50); c51 = fma(a, b1, c51);
    }
    v128.store(t, c00); v128.store(t, c01, 16); v128.store(t + s1, c10); v128.store(t + s1, c11, 16);
    v128.store(t + s2, c20); v128.store(t + s2, c21, 16); v128.store(t + s3, c30); v128.store(t + s3, c31, 16);
    v128.store(t + s4, c40); v128.store(t + s4, c41, 16); v128.store(t + s5, c50); v128.store(t + s5, c51, 16);
  }
}

/** Bytes from a position's input to that of a row of dw. */
// @ts-ignore: decorator
@inline
function rowOffset(args: FilterGradientArgs, runs: usize, row: i32): usize {
  const run = row / args.runLength;
  return <usize>(load<i32>(runs + (<usize>run << 2)) + ((row % args.runLength) << 2));
}
