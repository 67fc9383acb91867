// Convolution to three channels: the gradient by a picture. Eight filters at a time (conv.ts) would leave five of eight lanes
// idle. Here a vector runs over four numbers of the window instead, input channels and taps that lie side by side, so that no lane
// is idle whatever the number of filters: 3 positions × 3 filters are 9 vectors of sums, each of which is added up at the end.
// That is 9 multiply-adds for 6 loads, and 13 registers.

import { fma } from './simd';
import { InputTileArgs, openInputTile, positionTable } from './inputTile';

@unmanaged
class ConvThreeArgs extends InputTileArgs {
  /** [3][run][runLength]. */
  packed: usize;
  y: usize;
}

/** Adds three inner products of `bytes` of floats with three filters each to 9 vectors; its form is that of addTile (conv.ts). */
export function addThree(
  x0: usize, x1: usize, x2: usize, bytes: usize, w0: usize, w1: usize, w2: usize, to: usize,
): void {
  let c00 = v128.load(to), c01 = v128.load(to, 16), c02 = v128.load(to, 32);
  let c10 = v128.load(to, 48), c11 = v128.load(to, 64), c12 = v128.load(to, 80);
  let c20 = v128.load(to, 96), c21 = v128.load(to, 112), c22 = v128.load(to, 128);
  const end = x0 + bytes;
  while (x0 < end) {
    const b0 = v128.load(w0), b1 = v128.load(w1), b2 = v128.load(w2);
    const a0 = v128.load(x0); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01); c02 = fma(a0, b2, c02);
    const a1 = v128.load(x1); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11); c12 = fma(a1, b2, c12);
    const a2 = v128.load(x2); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21); c22 = fma(a2, b2, c22);
    x0 += 16; x1 += 16; x2 += 16; w0 += 16; w1 += 16; w2 += 16;
  }
  v128.store(to, c00); v128.store(to, c01, 16); v128.store(to, c02, 32);
  v128.store(to, c10, 48); v128.store(to, c11, 64); v128.store(to, c12, 80);
  v128.store(to, c20, 96); v128.store(to, c21, 112); v128.store(to, c22, 128);
}

// @ts-ignore: decorator
@inline
function laneSum(at: usize): f32 {
  const value = v128.load(at);
  const low = f32x4.extract_lane(value, 0) + f32x4.extract_lane(value, 1);
  return low + (f32x4.extract_lane(value, 2) + f32x4.extract_lane(value, 3));
}

/** y = conv(x, w) with three filters and runs of whole vectors. A tile is some rows of one picture's grid. */
export function convolveThree(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ConvThreeArgs>(at);
  const rowTiles = (args.gridHeight + args.rowsPerTile - 1) / args.rowsPerTile;
  const row = (tile % rowTiles) * args.rowsPerTile, image = tile / rowTiles;
  const rows = min(args.rowsPerTile, args.gridHeight - row);
  const base = openInputTile(args, worker, image, 0, row, rows);
  const positions = positionTable(args, worker);
  const count = rows * args.gridWidth;
  const runs = positions + (<usize>(((count + 5) / 6) * 6) << 3);
  const runBytes = <usize>args.runLength << 2, filterBytes = runBytes * args.runCount;
  const sums = args.scratch + <usize>(worker * args.scratchPerWorker + args.gatherOffset);
  for (let i = 0; i < count; i += 3) {
    // The table is filled up with the last position.
    const p = positions + (<usize>i << 3);
    const x0 = base + <usize>load<i32>(p), x1 = base + <usize>load<i32>(p, 8), x2 = base + <usize>load<i32>(p, 16);
    memory.fill(sums, 0, 144);
    let w = args.packed;
    for (let run = 0; run < args.runCount; run++, w += runBytes) {
      const from = <usize>load<i32>(runs + (<usize>run << 2));
      addThree(x0 + from, x1 + from, x2 + from, runBytes, w, w + filterBytes, w + 2 * filterBytes, sums);
    }
    for (let k = 0; k < min(3, count - i); k++) {
      const to = args.y + <usize>load<i32>(p + (<usize>k << 3), 4);
      const from = sums + <usize>k * 48;
      store<f32>(to, laneSum(from));
      store<f32>(to, laneSum(from + 16), 4);
      store<f32>(to, laneSum(from + 32), 8);
    }
  }
}

@unmanaged
class PackThreeArgs {
  w: usize;
  packed: usize;
  /** Where each tap's weights begin in w, in floats. */
  taps: usize;
  tapCount: i32;
  inputs: i32;
  inputStride: i32;
  outputStride: i32;
}

/** packed[output][tap][input]; a tile is an output. */
export function packThree(at: usize, output: i32, worker: i32): void {
  const args = changetype<PackThreeArgs>(at);
  let to = args.packed + (<usize>(output * args.tapCount * args.inputs) << 2);
  for (let tap = 0; tap < args.tapCount; tap++) {
    let from = args.w + (<usize>(load<i32>(args.taps + (<usize>tap << 2)) + output * args.outputStride) << 2);
    for (let c = 0; c < args.inputs; c++, to += 4, from += <usize>args.inputStride << 2) store<f32>(to, load<f32>(from));
  }
}
