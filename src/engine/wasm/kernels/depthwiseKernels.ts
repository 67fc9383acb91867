// Convolutions whose channels stay apart, NHWC: depthwise (`depthwise`; the usual windows have loops of their own in
// depthwiseSlide.ts), and in groups of four channels and four filters
// (`convolveGroupsOfFour`). Vectors run over channels. A tile is some rows of one picture's grid × a block of channels; its rows
// are cut into runs: where outputs lie side by side as their inputs do, a run goes over several pixels (`period` floats,
// for which the weights are repeated), otherwise over the channels of one. The same kernels make the gradient by the
// input, one step per phase of the stride.

import { ChannelTileArgs, openChannelTile, pixelBytes, rowBytes, spareMemory } from './channelTile';
import {
  addTaps1, addTaps2, addTaps3, addTaps4, addTaps5, addTapsPair1, addTapsPair2, addTapsPair3, addTapsPair4, addTapsPair5,
} from './channelRuns';
import { activateVector } from './activateVector';
import { addGroupTaps1, addGroupTaps2, addGroupTaps3, addGroupTapsPair1, addGroupTapsPair2, addGroupTapsPair3 } from './groupRuns';

@unmanaged
class ChannelSweepArgs extends ChannelTileArgs {
  /** [vector of a period][tap](× 4 turns)[4]. */
  packed: usize;
  /** [vector of a period][4]. */
  bias: usize;
  y: usize;
  /** Floats: where output (0, 0) of a picture lies, from row to row, from column to column, from picture to picture. */
  outOrigin: i32;
  outRow: i32;
  outColumn: i32;
  outImage: i32;
  /** Runs of a row; floats of a run and of a row's last; bytes from run to run in the tile and in y. */
  runs: i32;
  runLength: i32;
  lastRunLength: i32;
  runStep: i32;
  outRunStep: i32;
  /** Code of the activation (activateVector.ts). */
  activation: i32;
}

/** Applies an activation to a run. */
export function activateRun(y: usize, bytes: usize, code: i32): void {
  const end = y + bytes;
  while (y < end) {
    v128.store(y, activateVector(v128.load(y), code));
    y += 16;
  }
}

/** Taps that one loop adds: five at most, and more than five in two halves. */
// @ts-ignore: decorator
@inline
function portion(left: i32, most: i32): i32 {
  return left <= most ? left : left < 2 * most ? (left + 1) >> 1 : most;
}

/** Sums a run of one output; or of two side by side where `pair`, the second `next` bytes behind the first. */
// @ts-ignore: decorator
@inline
function sumRun(
  args: ChannelSweepArgs, fours: bool, pair: bool, x: usize, row: usize, tap: usize, w: usize, bias: usize, y: usize,
  next: usize, bytes: usize,
): void {
  const perTap: usize = fours ? 64 : 16;
  const weightStep = <usize>(args.kernelRows * args.kernelColumns) * perTap;
  let from = bias, fromStep: usize = 16, beside: usize = 0;
  for (let i = 0; i < args.kernelRows; i++, x += row) {
    let n = 0;
    for (let j = 0; j < args.kernelColumns; j += n) {
      n = portion(args.kernelColumns - j, fours ? 3 : 5);
      const at = x + <usize>j * tap;
      if (fours) {
        if (pair) {
          if (n == 3) addGroupTapsPair3(at, tap, w, weightStep, from, beside, fromStep, y, next, bytes);
          else if (n == 2) addGroupTapsPair2(at, tap, w, weightStep, from, beside, fromStep, y, next, bytes);
          else addGroupTapsPair1(at, tap, w, weightStep, from, beside, fromStep, y, next, bytes);
        } else if (n == 3) addGroupTaps3(at, tap, w, weightStep, from, fromStep, y, bytes);
        else if (n == 2) addGroupTaps2(at, tap, w, weightStep, from, fromStep, y, bytes);
        else addGroupTaps1(at, tap, w, weightStep, from, fromStep, y, bytes);
      } else if (pair) {
        if (n == 5) addTapsPair5(at, tap, w, weightStep, from, beside, fromStep, y, next, bytes);
        else if (n == 4) addTapsPair4(at, tap, w, weightStep, from, beside, fromStep, y, next, bytes);
        else if (n == 3) addTapsPair3(at, tap, w, weightStep, from, beside, fromStep, y, next, bytes);
        else if (n == 2) addTapsPair2(at, tap, w, weightStep, from, beside, fromStep, y, next, bytes);
        else addTapsPair1(at, tap, w, weightStep, from, beside, fromStep, y, next, bytes);
      } else if (n == 5) addTaps5(at, tap, w, weightStep, from, fromStep, y, bytes);
      else if (n == 4) addTaps4(at, tap, w, weightStep, from, fromStep, y, bytes);
      else if (n == 3) addTaps3(at, tap, w, weightStep, from, fromStep, y, bytes);
      else if (n == 2) addTaps2(at, tap, w, weightStep, from, fromStep, y, bytes);
      else addTaps1(at, tap, w, weightStep, from, fromStep, y, bytes);
      from = y;
      beside = next;
      w += <usize>n * perTap;
    }
  }
  if (args.activation) {
    activateRun(y, bytes, args.activation);
    if (pair) activateRun(y + next, bytes, args.activation);
  }
}

/** One tile; rows of windows that no tap reaches are zeros. */
// @ts-ignore: decorator
@inline
function sweep(args: ChannelSweepArgs, fours: bool, tile: i32, worker: i32): void {
  const block = tile % args.blocks, rest = tile / args.blocks;
  const row = (rest % args.rowTiles) * args.rowsPerTile, image = rest / args.rowTiles;
  const rows = min(args.rowsPerTile, args.gridHeight - row);
  const channel = block * args.blockChannels;
  const taps = args.kernelRows * args.kernelColumns;
  const x = taps ? openChannelTile(args, worker, image, row, rows, channel) : 0;
  const line = rowBytes(args);
  const tap = <usize>args.dilationColumn * pixelBytes(args), tapRow = <usize>args.dilationRow * line;
  const w = args.packed + <usize>((channel >> 2) * taps) * (fours ? 64 : 16), bias = args.bias + (<usize>channel << 2);
  const y = args.y + (<usize>(args.outOrigin + image * args.outImage + row * args.outRow + channel) << 2);
  const twoRuns = taps > 0 && <usize>args.runStep == tap && (args.runLength & 3) == 0;
  const below = <usize>args.outRow << 2;
  const spare = spareMemory(args, worker);
  for (let r = 0; r < rows; r++) {
    let from = x + <usize>(r * args.stepRow) * line, to = y + <usize>r * below;
    let side = 1;
    for (let run = 0; run < args.runs; run += side) {
      const bytes = <usize>(run == args.runs - 1 ? args.lastRunLength : args.runLength) << 2;
      // Runs that end within a vector are made elsewhere, since whole vectors are stored.
      const whole = (bytes & 15) == 0;
      const target = whole ? to : spare, length = (bytes + 15) & ~15;
      side = twoRuns && run + 1 < args.runs ? 2 : 1;
      if (taps == 0) memory.fill(target, 0, length);
      else if (side == 2) sumRun(args, fours, true, from, tapRow, tap, w, bias, target, <usize>args.outRunStep, length);
      else sumRun(args, fours, false, from, tapRow, tap, w, bias, target, 0, length);
      if (!whole) memory.copy(to, target, bytes);
      from += <usize>(side * args.runStep);
      to += <usize>(side * args.outRunStep);
    }
  }
}

/** y[c] = activation(Σ over taps x[c] · w[tap][c] + bias[c]). */
export function depthwise(at: usize, tile: i32, worker: i32): void {
  sweep(changetype<ChannelSweepArgs>(at), false, tile, worker);
}

/** The same in groups of four channels, each with four filters. */
export function convolveGroupsOfFour(at: usize, tile: i32, worker: i32): void {
  sweep(changetype<ChannelSweepArgs>(at), true, tile, worker);
}
