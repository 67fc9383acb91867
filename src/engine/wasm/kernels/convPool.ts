// A convolution whose value is only wanted after ReLU and 2×2 max pooling at stride 2: the four sums of a pooling window
// meet in registers, and the large map between the two is never stored. For the gradients it keeps, beside the pooled
// value, which of the four won (0 to 3 in row order; −1 where ReLU shut it off): from that and the pooled gradient any
// patch of the large gradient can be made again where it is needed.

import { fma } from './simd';
import { openStrip, positionTable, StripArgs } from './convStrip';

/** Stores max and winner of four vectors of sums; bias is added, and ReLU applied, after the maximum. */
// @ts-ignore: decorator
@inline
export function storePooled(
  c0: v128, c1: v128, c2: v128, c3: v128, bias: v128, y: usize, choice: usize, lanes: i32,
): void {
  let best = c0, index = i32x4.splat(0);
  let wins = f32x4.lt(best, c1);
  best = f32x4.pmax(best, c1);
  index = v128.bitselect(i32x4.splat(1), index, wins);
  wins = f32x4.lt(best, c2);
  best = f32x4.pmax(best, c2);
  index = v128.bitselect(i32x4.splat(2), index, wins);
  wins = f32x4.lt(best, c3);
  best = f32x4.pmax(best, c3);
  index = v128.bitselect(i32x4.splat(3), index, wins);
  const zero = f32x4.splat(0);
  best = f32x4.add(best, bias);
  index = v128.bitselect(index, i32x4.splat(-1), f32x4.gt(best, zero));
  best = f32x4.max(best, zero);
  if (lanes >= 4) {
    v128.store(y, best);
    if (choice) v128.store(choice, index);
    return;
  }
  for (let lane = 0; lane < lanes; lane++) {
    store<f32>(y + (<usize>lane << 2), f32x4.extract_lane(best, 0));
    if (choice) store<i32>(choice + (<usize>lane << 2), i32x4.extract_lane(index, 0));
    best = i8x16.shuffle(best, best, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
    index = i8x16.shuffle(index, index, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
}

@unmanaged
class ConvPoolArgs extends StripArgs {
  /** [block of 8][run][runLength][8]. */
  packed: usize;
  /** [filters], or 0. */
  bias: usize;
  /** [N, pooledHeight, pooledWidth, filters]; the grid of the strip is twice as high and wide. */
  y: usize;
  /** As y, int32; 0 where no gradient will ask for it. */
  choice: usize;
  filters: i32;
}

/** y = maxPool(relu(conv(x, w) + bias)). A tile is some (even) rows of one picture's grid. */
export function convolvePooled(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ConvPoolArgs>(at);
  const rowTiles = (args.gridHeight + args.rowsPerTile - 1) / args.rowsPerTile;
  const image = tile / rowTiles, row = (tile % rowTiles) * args.rowsPerTile;
  const rows = min(args.rowsPerTile, args.gridHeight - row);
  const base = openStrip(args, worker, image, 0, row, rows);
  const positions = positionTable(args, worker);
  const width = args.gridWidth;
  const runs = positions + (<usize>(((rows * width + 5) / 6) * 6) << 3);
  const runsEnd = runs + (<usize>args.runCount << 2);
  const runBytes = <usize>args.runLength << 2;
  const rowTable = <usize>width << 3;
  const pooledWidth = width >> 1;
  const filters = args.filters;
  const blocks = (filters + 7) >> 3;
  const blockBytes = <usize>(args.runCount * args.runLength) << 5;
  for (let block = 0; block < blocks; block++) {
    const lanes = filters - (block << 3);
    const weights = args.packed + <usize>block * blockBytes;
    const filterBytes = <usize>block << 5;
    let bias0 = f32x4.splat(0), bias1 = f32x4.splat(0);
    if (args.bias) {
      bias0 = v128.load(args.bias + filterBytes);
      bias1 = v128.load(args.bias + filterBytes, 16);
    }
    for (let r = 0; r < rows; r += 2) {
      let p = positions + <usize>r * rowTable;
      let out = (<usize>((image * (args.gridHeight >> 1) + ((row + r) >> 1)) * pooledWidth * filters) << 2) + filterBytes;
      for (let c = 0; c < pooledWidth; c++, p += 16, out += <usize>filters << 2) {
        const x0 = base + <usize>load<i32>(p), x1 = base + <usize>load<i32>(p, 8);
        const x2 = base + <usize>load<i32>(p + rowTable), x3 = base + <usize>load<i32>(p + rowTable, 8);
        let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
        let w = weights;
        for (let run = runs; run < runsEnd; run += 4) {
          let o = <usize>load<i32>(run);
          const end = o + runBytes;
          while (o + 12 <= end) {
            let b0 = v128.load(w), b1 = v128.load(w, 16);
            let a = v128.load_splat<f32>(x0 + o); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
            a = v128.load_splat<f32>(x1 + o); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
            a = v128.load_splat<f32>(x2 + o); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
            a = v128.load_splat<f32>(x3 + o); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
            b0 = v128.load(w, 32); b1 = v128.load(w, 48);
            a = v128.load_splat<f32>(x0 + o, 4); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
            a = v128.load_splat<f32>(x1 + o, 4); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
            a = v128.load_splat<f32>(x2 + o, 4); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
            a = v128.load_splat<f32>(x3 + o, 4); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
            b0 = v128.load(w, 64); b1 = v128.load(w, 80);
            a = v128.load_splat<f32>(x0 + o, 8); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
            a = v128.load_splat<f32>(x1 + o, 8); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
            a = v128.load_splat<f32>(x2 + o, 8); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
            a = v128.load_splat<f32>(x3 + o, 8); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
            o += 12; w += 96;
          }
          while (o < end) {
            const b0 = v128.load(w), b1 = v128.load(w, 16);
            let a = v128.load_splat<f32>(x0 + o); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
            a = v128.load_splat<f32>(x1 + o); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
            a = v128.load_splat<f32>(x2 + o); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
            a = v128.load_splat<f32>(x3 + o); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
            o += 4; w += 32;
          }
        }
        const choice = args.choice ? args.choice + out : 0;
        storePooled(c00, c10, c20, c30, bias0, args.y + out, choice, lanes);
        if (lanes > 4) storePooled(c01, c11, c21, c31, bias1, args.y + out + 16, choice ? choice + 16 : 0, lanes - 4);
      }
    }
  }
}

/**
 * Writes the four gradients behind `channels` pooled ones: each position of the window gets the gradient where it won,
 * else 0. `right` and `below` are the bytes to the next column and row of the target.
 */
export function unpool(dy: usize, choice: usize, to: usize, channels: i32, right: usize, below: usize): void {
  let c: usize = 0;
  const bytes = <usize>channels << 2;
  for (; c + 16 <= bytes; c += 16) {
    const gradient = v128.load(dy + c), winner = v128.load(choice + c);
    const target = to + c;
    v128.store(target, v128.and(gradient, i32x4.eq(winner, i32x4.splat(0))));
    v128.store(target + right, v128.and(gradient, i32x4.eq(winner, i32x4.splat(1))));
    v128.store(target + below, v128.and(gradient, i32x4.eq(winner, i32x4.splat(2))));
    v128.store(target + below + right, v128.and(gradient, i32x4.eq(winner, i32x4.splat(3))));
  }
  for (; c < bytes; c += 4) {
    const gradient = load<f32>(dy + c), winner = load<i32>(choice + c);
    const target = to + c;
    store<f32>(target, winner == 0 ? gradient : 0);
    store<f32>(target + right, winner == 1 ? gradient : 0);
    store<f32>(target + below, winner == 2 ? gradient : 0);
    store<f32>(target + below + right, winner == 3 ? gradient : 0);
  }
}

@unmanaged
class UnpoolArgs {
  dy: usize;
  choice: usize;
  dx: usize;
  height: i32;
  width: i32;
  pooledHeight: i32;
  pooledWidth: i32;
  channels: i32;
}

/** The whole gradient before pooling and ReLU, for users that need it so; a tile is a picture. */
export function unpoolGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<UnpoolArgs>(at);
  const pixel = <usize>args.channels << 2, row = <usize>args.width * pixel;
  const to = args.dx + <usize>(tile * args.height) * row;
  // Rows and columns that no window covers stay 0.
  if ((args.pooledHeight << 1) != args.height || (args.pooledWidth << 1) != args.width) {
    memory.fill(to, 0, <usize>args.height * row);
  }
  let from = <usize>(tile * args.pooledHeight * args.pooledWidth) * pixel;
  for (let r = 0; r < args.pooledHeight; r++) {
    for (let c = 0; c < args.pooledWidth; c++, from += pixel) {
      unpool(args.dy + from, args.choice + from, to + <usize>(r << 1) * row + <usize>(c << 1) * pixel, args.channels, pixel, row);
    }
  }
}

@unmanaged
class PooledBiasArgs {
  dy: usize;
  choice: usize;
  /** [part][channels rounded up to 8]. */
  parts: usize;
  rows: i32;
  channels: i32;
  rowsPerTile: i32;
}

/** A part of the bias's gradient: the sum of pooled gradients that ReLU let through. A tile is a part. */
export function pooledBiasGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PooledBiasArgs>(at);
  const channels = args.channels, width = (channels + 7) & ~7;
  const to = args.parts + (<usize>(tile * width) << 2);
  const first = tile * args.rowsPerTile, last = min(args.rows, first + args.rowsPerTile);
  const pixel = <usize>channels << 2;
  const zero = i32x4.splat(0);
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    let at = <usize>first * pixel + (<usize>c << 2);
    let sum = f32x4.splat(0);
    for (let row = first; row < last; row++, at += pixel) {
      sum = f32x4.add(sum, v128.and(v128.load(args.dy + at), i32x4.ge_s(v128.load(args.choice + at), zero)));
    }
    v128.store(to + (<usize>c << 2), sum);
  }
  for (; c < channels; c++) {
    let at = <usize>first * pixel + (<usize>c << 2);
    let sum: f32 = 0;
    for (let row = first; row < last; row++, at += pixel) {
      if (load<i32>(args.choice + at) >= 0) sum += load<f32>(args.dy + at);
    }
    store<f32>(to + (<usize>c << 2), sum);
  }
}
