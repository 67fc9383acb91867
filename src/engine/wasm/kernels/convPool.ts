// A convolution whose value is only wanted after ReLU and 2×2 max pooling at stride 2: the four sums of a pooling window
// meet in registers, and the large map between the two is never stored. For the gradients it keeps, beside the pooled
// value, which of the four won (0 to 3 in row order; −1 where ReLU shut it off): from that and the pooled gradient any
// patch of the large gradient can be recreated where it is needed.

import { fma } from './simd';
import { gather, openInputTile, positionTable, InputTileArgs } from './inputTile';

/** Four winners, of one byte each. */
// @ts-ignore: decorator
@inline
function loadWinners(choice: usize): v128 {
  return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load_zero<i32>(choice)));
}

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
  best = f32x4.pmax(best, zero);
  if (lanes >= 4) {
    v128.store(y, best);
    if (choice) {
      const words = i16x8.narrow_i32x4_s(index, index);
      store<i32>(choice, i32x4.extract_lane(i8x16.narrow_i16x8_s(words, words), 0));
    }
    return;
  }
  for (let lane = 0; lane < lanes; lane++) {
    store<f32>(y + (<usize>lane << 2), f32x4.extract_lane(best, 0));
    if (choice) store<i8>(choice + <usize>lane, <i8>i32x4.extract_lane(index, 0));
    best = i8x16.shuffle(best, best, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
    index = i8x16.shuffle(index, index, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
}

@unmanaged
class ConvPoolArgs extends InputTileArgs {
  /** [block of 8][run][runLength][8]. */
  packed: usize;
  /** [filters], or 0. */
  bias: usize;
  /** [N, pooledHeight, pooledWidth, filters]; the grid of the tile is twice as high and wide. */
  y: usize;
  /** As y, int8; 0 where no gradient will ask for it. */
  choice: usize;
  filters: i32;
}

/** Four inner products of `bytes` of floats with eight filters each, one after another; the loop as in conv.ts. */
export function multiplyWindow(
  x0: usize, x1: usize, x2: usize, x3: usize, bytes: usize, w: usize, to: usize,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  const end = x0 + bytes;
  while (x0 < end) {
    const b0 = v128.load(w), b1 = v128.load(w, 16);
    const a0 = v128.load_splat<f32>(x0); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01);
    const a1 = v128.load_splat<f32>(x1); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11);
    const a2 = v128.load_splat<f32>(x2); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21);
    const a3 = v128.load_splat<f32>(x3); c30 = fma(a3, b0, c30); c31 = fma(a3, b1, c31);
    x0 += 4; x1 += 4; x2 += 4; x3 += 4; w += 32;
  }
  v128.store(to, c00); v128.store(to, c01, 16); v128.store(to, c10, 32); v128.store(to, c11, 48);
  v128.store(to, c20, 64); v128.store(to, c21, 80); v128.store(to, c30, 96); v128.store(to, c31, 112);
}

/** Pools a window's sums of up to eight filters. */
function finishWindow(sums: usize, bias: usize, y: usize, choice: usize, lanes: i32): void {
  let bias0 = f32x4.splat(0), bias1 = f32x4.splat(0);
  if (bias) {
    bias0 = v128.load(bias);
    bias1 = v128.load(bias, 16);
  }
  storePooled(
    v128.load(sums), v128.load(sums, 32), v128.load(sums, 64), v128.load(sums, 96), bias0, y, choice, lanes,
  );
  if (lanes <= 4) return;
  storePooled(
    v128.load(sums, 16), v128.load(sums, 48), v128.load(sums, 80), v128.load(sums, 112), bias1, y + 16,
    choice ? choice + 4 : 0, lanes - 4,
  );
}

/** y = maxPool(relu(conv(x, w) + bias)). A tile is some (even) rows of one picture's grid. */
export function convolvePooled(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ConvPoolArgs>(at);
  const rowTiles = (args.gridHeight + args.rowsPerTile - 1) / args.rowsPerTile;
  const image = tile / rowTiles, row = (tile % rowTiles) * args.rowsPerTile;
  const rows = min(args.rowsPerTile, args.gridHeight - row);
  const base = openInputTile(args, worker, image, 0, row, rows);
  const positions = positionTable(args, worker);
  const width = args.gridWidth;
  const runs = positions + (<usize>(((rows * width + 5) / 6) * 6) << 3);
  const sums = args.scratch + <usize>(worker * args.scratchPerWorker + args.gatherOffset);
  const gathered = sums + 192;
  const bytes = <usize>(args.runCount * args.runLength) << 2;
  const rowTable = <usize>width << 3;
  const pooledWidth = width >> 1;
  const filters = args.filters;
  for (let r = 0; r < rows; r += 2) {
    let p = positions + <usize>r * rowTable;
    let out = <usize>((image * (args.gridHeight >> 1) + ((row + r) >> 1)) * pooledWidth * filters) << 2;
    for (let c = 0; c < pooledWidth; c++, p += 16, out += <usize>filters << 2) {
      let x0 = gathered, x1 = x0 + bytes, x2 = x1 + bytes, x3 = x2 + bytes;
      if (args.runCount > 1) {
        gather(args, base, p, runs, gathered, 2);
        gather(args, base, p + rowTable, runs, x2, 2);
      } else {
        const run = base + <usize>load<i32>(runs);
        x0 = run + <usize>load<i32>(p); x1 = run + <usize>load<i32>(p, 8);
        x2 = run + <usize>load<i32>(p + rowTable); x3 = run + <usize>load<i32>(p + rowTable, 8);
      }
      let weights = args.packed;
      for (let filter = 0; filter < filters; filter += 8, weights += bytes << 3) {
        const o = out + (<usize>filter << 2);
        const bias = args.bias ? args.bias + (<usize>filter << 2) : 0;
        const choice = args.choice ? args.choice + (o >> 2) : 0;
        multiplyWindow(x0, x1, x2, x3, bytes, weights, sums);
        finishWindow(sums, bias, args.y + o, choice, min(8, filters - filter));
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
    const gradient = v128.load(dy + c), winner = loadWinners(choice + (c >> 2));
    const target = to + c;
    v128.store(target, v128.and(gradient, i32x4.eq(winner, i32x4.splat(0))));
    v128.store(target + right, v128.and(gradient, i32x4.eq(winner, i32x4.splat(1))));
    v128.store(target + below, v128.and(gradient, i32x4.eq(winner, i32x4.splat(2))));
    v128.store(target + below + right, v128.and(gradient, i32x4.eq(winner, i32x4.splat(3))));
  }
  for (; c < bytes; c += 4) {
    const gradient = load<f32>(dy + c), winner = <i32>load<i8>(choice + (c >> 2));
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
      const target = to + <usize>(r << 1) * row + <usize>(c << 1) * pixel;
      unpool(args.dy + from, args.choice + (from >> 2), target, args.channels, pixel, row);
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
      sum = f32x4.add(sum, v128.and(v128.load(args.dy + at), i32x4.ge_s(loadWinners(args.choice + (at >> 2)), zero)));
    }
    v128.store(to + (<usize>c << 2), sum);
  }
  for (; c < channels; c++) {
    let at = <usize>first * pixel + (<usize>c << 2);
    let sum: f32 = 0;
    for (let row = first; row < last; row++, at += pixel) {
      if (load<i8>(args.choice + (at >> 2)) >= 0) sum += load<f32>(args.dy + at);
    }
    store<f32>(to + (<usize>c << 2), sum);
  }
}
