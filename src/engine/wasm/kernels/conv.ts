// Direct convolution, NHWC. One output tile is 6 positions × 8 filters, held in 12 registers: for every weight pair of
// vectors (8 filters) six inputs are broadcast and 12 multiply-adds are made, which is what two FMA units need to stay
// busy (12 independent chains × 4-cycle latency, 8 loads for 12 FMAs). There is no im2col: the six inputs are read where
// they lie, at offsets from the tables of convStrip.ts, along runs of consecutive floats. The same loop serves any
// stride, dilation, padding and group, the gradient by the input (one step per phase of the stride) and matrix products
// (rows are positions, one run).

import { fma } from './simd';
import { openStrip, positionTable, StripArgs } from './convStrip';

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
  const count = rows * args.gridWidth;
  const padded = ((count + 5) / 6) * 6;
  const runs = positions + (<usize>padded << 3);
  const runsEnd = runs + (<usize>args.runCount << 2);
  const positionsEnd = positions + (<usize>padded << 3);
  const runBytes = <usize>args.runLength << 2;
  const quads = runBytes & ~15;
  const blockBytes = <usize>(args.runCount * args.runLength) << 5;
  const lastBlock = min(blocks, (blockTile + 1) * args.blocksPerTile);
  for (let block = blockTile * args.blocksPerTile; block < lastBlock; block++) {
    const filter = group * args.filters + (block << 3);
    const lanes = min(8, args.filters - (block << 3));
    const weights = args.packed + <usize>(group * blocks + block) * blockBytes;
    let bias0 = f32x4.splat(0), bias1 = f32x4.splat(0);
    if (args.bias) {
      bias0 = v128.load(args.bias + (<usize>filter << 2));
      bias1 = v128.load(args.bias + (<usize>filter << 2), 16);
    }
    const y = args.y + (<usize>filter << 2);
    for (let p = positions; p < positionsEnd; p += 48) {
      let c00 = bias0, c01 = bias1, c10 = bias0, c11 = bias1, c20 = bias0, c21 = bias1;
      let c30 = bias0, c31 = bias1, c40 = bias0, c41 = bias1, c50 = bias0, c51 = bias1;
      const x0 = base + <usize>load<i32>(p), x1 = base + <usize>load<i32>(p, 8), x2 = base + <usize>load<i32>(p, 16);
      const x3 = base + <usize>load<i32>(p, 24), x4 = base + <usize>load<i32>(p, 32), x5 = base + <usize>load<i32>(p, 40);
      let w = weights;
      for (let run = runs; run < runsEnd; run += 4) {
        let o = <usize>load<i32>(run);
        const end = o + runBytes, endQuads = o + quads;
        while (o < endQuads) {
          let b0 = v128.load(w), b1 = v128.load(w, 16);
          let a = v128.load_splat<f32>(x0 + o); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
          a = v128.load_splat<f32>(x1 + o); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
          a = v128.load_splat<f32>(x2 + o); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
          a = v128.load_splat<f32>(x3 + o); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
          a = v128.load_splat<f32>(x4 + o); c40 = fma(a, b0, c40); c41 = fma(a, b1, c41);
          a = v128.load_splat<f32>(x5 + o); c50 = fma(a, b0, c50); c51 = fma(a, b1, c51);
          b0 = v128.load(w, 32); b1 = v128.load(w, 48);
          a = v128.load_splat<f32>(x0 + o, 4); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
          a = v128.load_splat<f32>(x1 + o, 4); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
          a = v128.load_splat<f32>(x2 + o, 4); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
          a = v128.load_splat<f32>(x3 + o, 4); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
          a = v128.load_splat<f32>(x4 + o, 4); c40 = fma(a, b0, c40); c41 = fma(a, b1, c41);
          a = v128.load_splat<f32>(x5 + o, 4); c50 = fma(a, b0, c50); c51 = fma(a, b1, c51);
          b0 = v128.load(w, 64); b1 = v128.load(w, 80);
          a = v128.load_splat<f32>(x0 + o, 8); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
          a = v128.load_splat<f32>(x1 + o, 8); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
          a = v128.load_splat<f32>(x2 + o, 8); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
          a = v128.load_splat<f32>(x3 + o, 8); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
          a = v128.load_splat<f32>(x4 + o, 8); c40 = fma(a, b0, c40); c41 = fma(a, b1, c41);
          a = v128.load_splat<f32>(x5 + o, 8); c50 = fma(a, b0, c50); c51 = fma(a, b1, c51);
          b0 = v128.load(w, 96); b1 = v128.load(w, 112);
          a = v128.load_splat<f32>(x0 + o, 12); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
          a = v128.load_splat<f32>(x1 + o, 12); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
          a = v128.load_splat<f32>(x2 + o, 12); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
          a = v128.load_splat<f32>(x3 + o, 12); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
          a = v128.load_splat<f32>(x4 + o, 12); c40 = fma(a, b0, c40); c41 = fma(a, b1, c41);
          a = v128.load_splat<f32>(x5 + o, 12); c50 = fma(a, b0, c50); c51 = fma(a, b1, c51);
          o += 16; w += 128;
        }
        while (o < end) {
          const b0 = v128.load(w), b1 = v128.load(w, 16);
          let a = v128.load_splat<f32>(x0 + o); c00 = fma(a, b0, c00); c01 = fma(a, b1, c01);
          a = v128.load_splat<f32>(x1 + o); c10 = fma(a, b0, c10); c11 = fma(a, b1, c11);
          a = v128.load_splat<f32>(x2 + o); c20 = fma(a, b0, c20); c21 = fma(a, b1, c21);
          a = v128.load_splat<f32>(x3 + o); c30 = fma(a, b0, c30); c31 = fma(a, b1, c31);
          a = v128.load_splat<f32>(x4 + o); c40 = fma(a, b0, c40); c41 = fma(a, b1, c41);
          a = v128.load_splat<f32>(x5 + o); c50 = fma(a, b0, c50); c51 = fma(a, b1, c51);
          o += 4; w += 32;
        }
      }
      if (args.activation == 1) {
        const zero = f32x4.splat(0);
        c00 = f32x4.max(c00, zero); c01 = f32x4.max(c01, zero); c10 = f32x4.max(c10, zero); c11 = f32x4.max(c11, zero);
        c20 = f32x4.max(c20, zero); c21 = f32x4.max(c21, zero); c30 = f32x4.max(c30, zero); c31 = f32x4.max(c31, zero);
        c40 = f32x4.max(c40, zero); c41 = f32x4.max(c41, zero); c50 = f32x4.max(c50, zero); c51 = f32x4.max(c51, zero);
      }
      const y0 = y + <usize>load<i32>(p, 4), y1 = y + <usize>load<i32>(p, 12), y2 = y + <usize>load<i32>(p, 20);
      const y3 = y + <usize>load<i32>(p, 28), y4 = y + <usize>load<i32>(p, 36), y5 = y + <usize>load<i32>(p, 44);
      if (lanes == 8) {
        v128.store(y0, c00); v128.store(y0, c01, 16); v128.store(y1, c10); v128.store(y1, c11, 16);
        v128.store(y2, c20); v128.store(y2, c21, 16); v128.store(y3, c30); v128.store(y3, c31, 16);
        v128.store(y4, c40); v128.store(y4, c41, 16); v128.store(y5, c50); v128.store(y5, c51, 16);
      } else {
        storeSome(y0, c00, c01, lanes); storeSome(y1, c10, c11, lanes); storeSome(y2, c20, c21, lanes);
        storeSome(y3, c30, c31, lanes); storeSome(y4, c40, c41, lanes); storeSome(y5, c50, c51, lanes);
      }
    }
  }
}
