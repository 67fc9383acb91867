// Direct convolution, NHWC. One output tile is 6 positions × 8 filters, held in 12 registers: for every pair of weight
// vectors (8 filters) six inputs are broadcast and 12 multiply-adds are made, which keeps two FMA units busy (12
// independent chains, 8 loads). Positions come from the tables of inputTile.ts, so that one loop serves any stride,
// dilation, padding and group, the gradient by the input (one step per phase of the stride) and matrix products (rows are
// positions). There is no im2col of the picture: long runs of a window are read where they lie, and windows of short runs
// are gathered, 18 at a time, into rows that all filters share. Work goes by pieces of at most 1 KiB of a window, 18
// positions and 64 filters, so that inputs, weights and sums of a piece lie in the first-level cache together (32 KiB, of
// which 24 positions already take too much).

import { fma } from './simd';
import { activateVector, maskVector } from './activateVector';
import { gather, openInputTile, positionTable, InputTileArgs } from './inputTile';

/** Bytes of one tile's sums; of a block of filters at a group of 18 positions; of 8 such blocks. */
const tileSums: usize = 192, blockSums: usize = 3 * tileSums, sumsBytes: usize = 8 * blockSums;
/** Bytes of a group's rows in the table of positions. */
const groupTable: usize = 18 * 8;

@unmanaged
class ConvArgs extends InputTileArgs {
  /** [group][block of 8][run][runLength][8]. */
  packed: usize;
  /** [groups × filters], or 0. */
  bias: usize;
  y: usize;
  groups: i32;
  /** Filters of one group. */
  filters: i32;
  blocksPerTile: i32;
  /** A code of activateVector.ts. */
  activation: i32;
  /** Whether windows are gathered. */
  gathered: i32;
  /** Added before the activation, laid out as y; 0 where there is none. */
  residual: usize;
  /** As in maskVector (activateVector.ts), laid out as y; 0 where there is none. */
  mask: usize;
  maskLimit: f32;
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
 * One 6 × 8 tile of sums (rows of 32 bytes): adds six inner products of `bytes` of floats with eight filters each to them. The
 * loop has one level and pointers of its own, and nothing but stores follows it, because that is what V8 keeps in
 * registers: with a loop around it, an index in place of the pointers, an unrolled body, or arithmetic on the sums behind
 * it, sums are spilled within the loop and it runs at a third to four fifths of this speed (docs/performance.md). It is
 * exported so that it is not inlined, which would put loops around it.
 */
export function addTile(
  x0: usize, x1: usize, x2: usize, x3: usize, x4: usize, x5: usize, bytes: usize, w: usize, to: usize,
): void {
  let c00 = v128.load(to), c01 = v128.load(to, 16), c10 = v128.load(to, 32), c11 = v128.load(to, 48);
  let c20 = v128.load(to, 64), c21 = v128.load(to, 80), c30 = v128.load(to, 96), c31 = v128.load(to, 112);
  let c40 = v128.load(to, 128), c41 = v128.load(to, 144), c50 = v128.load(to, 160), c51 = v128.load(to, 176);
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

/** As addTile, but what was there before is replaced, and not even read. */
export function setTile(
  x0: usize, x1: usize, x2: usize, x3: usize, x4: usize, x5: usize, bytes: usize, w: usize, to: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
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

/** Loads the first `lanes` (1 to 8) of eight floats: the vector that begins at `part` (0 or 4). */
// @ts-ignore: decorator
@inline
function loadSome(at: usize, lanes: i32, part: i32): v128 {
  if (lanes >= part + 4) return v128.load(at + (<usize>part << 2));
  let value = f32x4.splat(0);
  if (lanes > part) value = f32x4.replace_lane(value, 0, load<f32>(at + (<usize>part << 2)));
  if (lanes > part + 1) value = f32x4.replace_lane(value, 1, load<f32>(at + (<usize>part << 2), 4));
  if (lanes > part + 2) value = f32x4.replace_lane(value, 2, load<f32>(at + (<usize>part << 2), 8));
  return value;
}

/**
 * Adds the bias and the residual (whose tile begins at `residual`, if any) to a tile of sums, applies the activation and the
 * mask (whose tile begins at `mask`, if any), and puts its six rows where the table says.
 */
function finishTile(
  sums: usize, positions: usize, y: usize, bias: usize, lanes: i32, activation: i32, residual: usize, mask: usize,
  maskLimit: f32,
): void {
  const zero = f32x4.splat(0);
  let bias0 = zero, bias1 = zero;
  if (bias) {
    bias0 = v128.load(bias);
    bias1 = v128.load(bias, 16);
  }
  if (lanes >= 8 && activation <= 2 && !residual && !mask) {
    // NaN stays NaN: what a comparison with it leaves is the first operand.
    const least = f32x4.splat(activation ? 0 : -Infinity), most = f32x4.splat(activation == 2 ? 6 : Infinity);
    for (let i = 0; i < 6; i++, sums += 32, positions += 8) {
      const to = y + <usize>load<i32>(positions, 4);
      v128.store(to, f32x4.pmin(f32x4.pmax(f32x4.add(v128.load(sums), bias0), least), most));
      v128.store(to, f32x4.pmin(f32x4.pmax(f32x4.add(v128.load(sums, 16), bias1), least), most), 16);
    }
    return;
  }
  for (let i = 0; i < 6; i++, sums += 32, positions += 8) {
    let low = f32x4.add(v128.load(sums), bias0), high = f32x4.add(v128.load(sums, 16), bias1);
    const offset = <usize>load<i32>(positions, 4);
    if (residual) {
      low = f32x4.add(low, loadSome(residual + offset, lanes, 0));
      high = f32x4.add(high, loadSome(residual + offset, lanes, 4));
    }
    low = activateVector(low, activation);
    high = activateVector(high, activation);
    if (mask) {
      low = maskVector(low, loadSome(mask + offset, lanes, 0), maskLimit);
      high = maskVector(high, loadSome(mask + offset, lanes, 4), maskLimit);
    }
    const to = y + offset;
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
  const base = openInputTile(args, worker, image, group, row, rows);
  const positions = positionTable(args, worker);
  const padded = ((rows * args.gridWidth + 5) / 6) * 6;
  const positionsEnd = positions + (<usize>padded << 3);
  const bytes = <usize>(args.runCount * args.runLength) << 2;
  const firstBlock = blockTile * args.blocksPerTile, lastBlock = min(blocks, firstBlock + args.blocksPerTile);
  const sums = args.scratch + <usize>(worker * args.scratchPerWorker + args.gatherOffset);
  for (let p = positions; p < positionsEnd; p += groupTable) {
    const end = min(positionsEnd, p + groupTable);
    if (args.gathered) gather(args, base, p, positionsEnd, sums + sumsBytes, <i32>((end - p) >> 3));
    for (let block = firstBlock; block < lastBlock; block += 8) {
      const count = min(8, lastBlock - block);
      const weights = args.packed + <usize>(group * blocks + block) * (bytes << 3);
      // A phase of a strided gradient that no weight reaches is all zeros.
      if (bytes == 0) memory.fill(sums, 0, <usize>count * blockSums);
      else if (args.gathered) multiplyGathered(sums, count, <i32>((end - p) / 48), weights, bytes);
      else multiplyRuns(args, sums, count, p, end, base, positionsEnd, weights, bytes);
      for (let i = 0; i < count; i++) {
        const filter = <usize>(group * args.filters + ((block + i) << 3)) << 2;
        const bias = args.bias ? args.bias + filter : 0;
        const lanes = args.filters - ((block + i) << 3);
        const residual = args.residual ? args.residual + filter : 0;
        const mask = args.mask ? args.mask + filter : 0;
        let from = sums + <usize>i * blockSums;
        for (let q = p; q < end; q += 48, from += tileSums) {
          finishTile(from, q, args.y + filter, bias, lanes, args.activation, residual, mask, args.maskLimit);
        }
      }
    }
  }
}

/** The sums of gathered windows' products with up to 8 blocks of filters; a block's sums are `blockSums` apart. */
function multiplyGathered(sums: usize, blocks: i32, tiles: i32, weights: usize, bytes: usize): void {
  for (let piece: usize = 0; piece < bytes; piece += 1024) {
    const length = min(1024, bytes - piece);
    for (let block = 0; block < blocks; block++) {
      const w = weights + <usize>block * (bytes << 3) + (piece << 3);
      let to = sums + <usize>block * blockSums, x = sums + sumsBytes + piece;
      for (let tile = 0; tile < tiles; tile++, to += tileSums, x += 6 * bytes) {
        const x1 = x + bytes, x2 = x1 + bytes, x3 = x2 + bytes, x4 = x3 + bytes, x5 = x4 + bytes;
        if (piece) addTile(x, x1, x2, x3, x4, x5, length, w, to);
        else setTile(x, x1, x2, x3, x4, x5, length, w, to);
      }
    }
  }
}

/** As multiplyGathered, run by run where the input lies. */
function multiplyRuns(
  args: ConvArgs, sums: usize, blocks: i32, positions: usize, end: usize, base: usize, runs: usize, weights: usize,
  bytes: usize,
): void {
  const runBytes = <usize>args.runLength << 2;
  for (let run = 0; run < args.runCount; run++) {
    const window = base + <usize>load<i32>(runs + (<usize>run << 2));
    for (let piece: usize = 0; piece < runBytes; piece += 1024) {
      const length = min(1024, runBytes - piece);
      const x = window + piece;
      for (let block = 0; block < blocks; block++) {
        const w = weights + <usize>block * (bytes << 3) + ((<usize>run * runBytes + piece) << 3);
        let to = sums + <usize>block * blockSums;
        for (let p = positions; p < end; p += 48, to += tileSums) {
          const x0 = x + <usize>load<i32>(p), x1 = x + <usize>load<i32>(p, 8), x2 = x + <usize>load<i32>(p, 16);
          const x3 = x + <usize>load<i32>(p, 24), x4 = x + <usize>load<i32>(p, 32), x5 = x + <usize>load<i32>(p, 40);
          if (run || piece) addTile(x0, x1, x2, x3, x4, x5, length, w, to);
          else setTile(x0, x1, x2, x3, x4, x5, length, w, to);
        }
      }
    }
  }
}
