// Direct convolution, NHWC. One output tile is 6 positions × 8 filters, held in 12 registers: for every pair of weight
// vectors (8 filters) six inputs are broadcast and 12 multiply-adds are made, which keeps two FMA units busy (12
// independent chains, 8 loads). A window that is one run of floats (1×1, matrix products) is read where it lies; else six
// windows at a time are gathered into 6 rows, which all blocks of filters then share: there is no im2col of the picture.
// Positions come from the tables of convStrip.ts, so that one loop serves any stride, dilation, padding and group, the
// gradient by the input (one step per phase of the stride) and matrix products (rows are positions).

import { fma } from './simd';
import { gather, openStrip, positionTable, StripArgs } from './convStrip';

@unmanaged
class ConvArgs extends StripArgs {
  /** [group][block of 8][run][runLength][8]. */
  packed: usize;
  /** [groups × filters], or 0. */
  bias: usize;
  y: usize;
  groups: i32;
  /** Filters of one group. */
  filters: i32;
  blocksPerTile: i32;
  /** 0 none, 1 ReLU. */
  activation: i32;
}

/** Stores the first `count` (1 to 8) of two vectors. */
// @ts-ignore: decorator
@inline
function storeSome(at: usize, low: v128, high: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, low);
    if (count == 8) {
      v128.store(at, high, 16);
      return;
    }
    at += 16;
    count -= 4;
    low = high;
  }
  if (count > 0) store<f32>(at, f32x4.extract_lane(low, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(low, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(low, 2), 8);
}

/**
 * One 6 × 8 tile of sums: six inner products of `bytes` of floats with eight filters each, written one after another. The
 * loop has one level and pointers of its own, and nothing but stores follows it, because that is what V8 keeps in
 * registers: with a loop around it, an index in place of the pointers, an unrolled body, or arithmetic on the sums behind
 * it, sums are spilled within the loop and it runs at a third to four fifths of this speed (docs/performance.md). It is
 * exported so that it is not inlined, which would put loops around it.
 */
export function multiplyTile(
  x0: usize, x1: usize, x2: usize, x3: usize, x4: usize, x5: usize, bytes: usize, w: usize, to: usize,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0), c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0), c40 = f32x4.splat(0), c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0);
  const end = x0 + bytes;
  while (x0 < end) {
    const b0 = v128.load(w), b1 = v128.load(w, 16);
    const a0 = v128.load_splat<f32>(x0); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01);
    const a1 = v128.load_splat<f32>(x1); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11);
    const a2 = v128.load_splat<f32>(x2); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21);
    const a3 = v128.load_splat<f32>(x3); c30 = fma(a3, b0, c30); c31 = fma(a3, b1, c31);
    const a4 = v128.load_splat<f32>(x4); c40 = fma(a4, b0, c40); c41 = fma(a4, b1, c41);
    const a5 = v128.load_splat<f32>(x5); c50 = fma(a5, b0, c50); c51 = fma(a5, b1, c51);
    x0 += 4; x1 += 4; x2 += 4; x3 += 4; x4 += 4; x5 += 4; w += 32;
  }
  v128.store(to, c00); v128.store(to, c01, 16); v128.store(to, c10, 32); v128.store(to, c11, 48);
  v128.store(to, c20, 64); v128.store(to, c21, 80); v128.store(to, c30, 96); v128.store(to, c31, 112);
  v128.store(to, c40, 128); v128.store(to, c41, 144); v128.store(to, c50, 160); v128.store(to, c51, 176);
}

/** Adds the bias to a tile of sums, applies the activation, and puts its six rows where the table says. */
function finishTile(sums: usize, positions: usize, y: usize, bias: usize, lanes: i32, activation: i32): void {
  const zero = f32x4.splat(0);
  let bias0 = zero, bias1 = zero;
  if (bias) {
    bias0 = v128.load(bias);
    bias1 = v128.load(bias, 16);
  }
  for (let i = 0; i < 6; i++, sums += 32, positions += 8) {
    let low = f32x4.add(v128.load(sums), bias0), high = f32x4.add(v128.load(sums, 16), bias1);
    if (activation == 1) {
      low = f32x4.max(low, zero);
      high = f32x4.max(high, zero);
    }
    const to = y + <usize>load<i32>(positions, 4);
    if (lanes >= 8) {
      v128.store(to, low);
      v128.store(to, high, 16);
    } else storeSome(to, low, high, lanes);
  }
}

/** y = activation(conv(x, w) + bias). A tile is some rows of one picture's grid × some blocks of 8 filters of a group. */
export function convolve(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ConvArgs>(at);
  const rowTiles = (args.gridHeight + args.rowsPerTile - 1) / args.rowsPerTile;
  const blocks = (args.filters + 7) >> 3;
  const blockTiles = (blocks + args.blocksPerTile - 1) / args.blocksPerTile;
  const blockTile = tile % blockTiles;
  let rest = tile / blockTiles;
  const row = (rest % rowTiles) * args.rowsPerTile;
  rest /= rowTiles;
  const group = rest % args.groups, image = rest / args.groups;
  const rows = min(args.rowsPerTile, args.gridHeight - row);
  const base = openStrip(args, worker, image, group, row, rows);
  const positions = positionTable(args, worker);
  const padded = ((rows * args.gridWidth + 5) / 6) * 6;
  const positionsEnd = positions + (<usize>padded << 3);
  const sums = args.scratch + <usize>(worker * args.scratchPerWorker + args.gatherOffset);
  const gathered = sums + 192;
  const bytes = <usize>(args.runCount * args.runLength) << 2;
  const firstBlock = blockTile * args.blocksPerTile, lastBlock = min(blocks, firstBlock + args.blocksPerTile);
  const firstFilter = group * args.filters;
  for (let p = positions; p < positionsEnd; p += 48) {
    let x0 = gathered, x1 = x0 + bytes, x2 = x1 + bytes, x3 = x2 + bytes, x4 = x3 + bytes, x5 = x4 + bytes;
    if (args.runCount > 1) gather(args, base, p, positionsEnd, gathered, 6);
    else {
      const run = base + <usize>load<i32>(positionsEnd);
      x0 = run + <usize>load<i32>(p); x1 = run + <usize>load<i32>(p, 8); x2 = run + <usize>load<i32>(p, 16);
      x3 = run + <usize>load<i32>(p, 24); x4 = run + <usize>load<i32>(p, 32); x5 = run + <usize>load<i32>(p, 40);
    }
    let weights = args.packed + <usize>(group * blocks + firstBlock) * (bytes << 3);
    for (let block = firstBlock; block < lastBlock; block++, weights += bytes << 3) {
      const filter = <usize>(firstFilter + (block << 3)) << 2;
      const bias = args.bias ? args.bias + filter : 0;
      const lanes = args.filters - (block << 3);
      multiplyTile(x0, x1, x2, x3, x4, x5, bytes, weights, sums);
      finishTile(sums, p, args.y + filter, bias, lanes, args.activation);
    }
  }
}
