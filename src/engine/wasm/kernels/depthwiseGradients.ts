// The gradients of channel-wise convolutions by their filters: dw[tap][c] = Σ over positions x[position + tap][c] ·
// dy[position][c], and the same for groups of four (groupRuns.ts). The sums of one vector of channels stay in registers
// while a row goes by. Units (some rows of one picture) are dealt to a fixed number of parts, whatever the number of workers;
// the ending adds the parts in order.

import { ChannelTileArgs, openChannelTile, pixelBytes, rowBytes, spareMemory } from './channelTile';
import {
  addProducts1, addProducts2, addProducts3, addProducts5, addProducts9, addQuadProducts1, addQuadProducts3,
} from './channelProducts';
import { put } from './lanes';

@unmanaged
class ChannelFilterArgs extends ChannelTileArgs {
  dy: usize;
  /** [part][vector of channels][tap](× 4 turns)[4]. */
  parts: usize;
  /** Pictures × tiles of rows, and how many of those a part takes. */
  units: i32;
  unitsPerPart: i32;
}

// @ts-ignore: decorator
@inline
function filterGradient(args: ChannelFilterArgs, fours: bool, tile: i32, worker: i32): void {
  const block = tile % args.blocks, part = tile / args.blocks;
  const channel = block * args.blockChannels;
  const vectors = (args.blockChannels + 3) >> 2;
  const taps = args.kernelRows * args.kernelColumns;
  const perTap: usize = fours ? 64 : 16;
  const perVector = <usize>taps * perTap;
  const sums = args.parts + <usize>(part * ((args.channels + 3) >> 2) + (channel >> 2)) * perVector;
  memory.fill(sums, 0, <usize>vectors * perVector);
  const line = rowBytes(args), pixel = pixelBytes(args);
  const tap = <usize>args.dilationColumn * pixel, tapRow = <usize>args.dilationRow * line;
  const step = <usize>args.stepColumn * pixel;
  const yPixel = <usize>args.channels << 2, yLine = <usize>args.gridWidth * yPixel;
  const nine = !fours && args.kernelRows == 3 && args.kernelColumns == 3;
  const lastUnit = min(args.units, (part + 1) * args.unitsPerPart);
  for (let unit = part * args.unitsPerPart; unit < lastUnit; unit++) {
    const image = unit / args.rowTiles, row = (unit % args.rowTiles) * args.rowsPerTile;
    const rows = min(args.rowsPerTile, args.gridHeight - row);
    const x = openChannelTile(args, worker, image, row, rows, channel);
    let dy = args.dy + <usize>(image * args.gridHeight + row) * yLine + (<usize>channel << 2);
    // Whole vectors are read: where a pixel ends within one, memory must go on behind the last.
    if (args.channels & 3) {
      const spare = spareMemory(args, worker);
      memory.copy(spare, dy, <usize>rows * yLine);
      dy = spare;
    }
    for (let r = 0; r < rows; r++) {
      let from = x + <usize>(r * args.stepRow) * line, y = dy + <usize>r * yLine, to = sums;
      for (let vector = 0; vector < vectors; vector++, from += 16, y += 16, to += perVector) {
        if (nine) addProducts9(from, tapRow, tap, step, y, yPixel, args.gridWidth, to);
        else if (fours) addGroupRows(args, from, tapRow, tap, step, y, yPixel, to);
        else addRows(args, from, tapRow, tap, step, y, yPixel, to);
      }
    }
  }
}

/** Adds one row of outputs to the sums of one vector of channels, a few taps at a time. */
function addRows(
  args: ChannelFilterArgs, x: usize, tapRow: usize, tap: usize, step: usize, y: usize, yStep: usize, to: usize,
): void {
  const count = args.gridWidth;
  for (let i = 0; i < args.kernelRows; i++, x += tapRow) {
    let left = args.kernelColumns, at = x;
    while (left > 0) {
      const n = left >= 5 ? 5 : left == 4 ? 3 : left;
      if (n == 5) addProducts5(at, tap, step, y, yStep, count, to);
      else if (n == 3) addProducts3(at, tap, step, y, yStep, count, to);
      else if (n == 2) addProducts2(at, tap, step, y, yStep, count, to);
      else addProducts1(at, tap, step, y, yStep, count, to);
      to += <usize>n << 4;
      at += <usize>n * tap;
      left -= n;
    }
  }
}

/** The same for groups of four. */
function addGroupRows(
  args: ChannelFilterArgs, x: usize, tapRow: usize, tap: usize, step: usize, y: usize, yStep: usize, to: usize,
): void {
  const count = args.gridWidth;
  for (let i = 0; i < args.kernelRows; i++, x += tapRow) {
    let left = args.kernelColumns, at = x;
    while (left > 0) {
      const n = left >= 3 ? 3 : 1;
      if (n == 3) addQuadProducts3(at, tap, step, y, yStep, count, to);
      else addQuadProducts1(at, tap, step, y, yStep, count, to);
      to += <usize>n << 6;
      at += <usize>n * tap;
      left -= n;
    }
  }
}

/** Adds a part's units into that part of dw. A tile is one part × one block of channels. */
export function depthwiseFilterGradient(at: usize, tile: i32, worker: i32): void {
  filterGradient(changetype<ChannelFilterArgs>(at), false, tile, worker);
}

/** The same for groups of four. */
export function groupsOfFourFilterGradient(at: usize, tile: i32, worker: i32): void {
  filterGradient(changetype<ChannelFilterArgs>(at), true, tile, worker);
}

@unmanaged
class ChannelFilterEndArgs {
  parts: usize;
  dw: usize;
  partCount: i32;
  channels: i32;
  taps: i32;
  vectorsPerTile: i32;
}

/** The sum of one vector over all parts. */
// @ts-ignore: decorator
@inline
function sumOver(at: usize, step: usize, count: i32): v128 {
  let sum = v128.load(at);
  for (let part = 1; part < count; part++) {
    at += step;
    sum = f32x4.add(sum, v128.load(at));
  }
  return sum;
}

/** dw[tap][channel] = the parts' sum. */
export function depthwiseFilterGradientEnd(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ChannelFilterEndArgs>(at);
  const vectors = (args.channels + 3) >> 2;
  const first = tile * args.vectorsPerTile, end = min(vectors, first + args.vectorsPerTile);
  const step = <usize>(vectors * args.taps) << 4;
  let from = args.parts + (<usize>(first * args.taps) << 4);
  for (let vector = first; vector < end; vector++) {
    let to = args.dw + (<usize>vector << 4);
    for (let tap = 0; tap < args.taps; tap++, from += 16, to += <usize>args.channels << 2) {
      put(to, sumOver(from, step, args.partCount), args.channels - (vector << 2));
    }
  }
}

/** dw[tap][(lane + turn) mod 4][filter] = the parts' sum, `channels` filters to a row. */
export function groupsOfFourFilterGradientEnd(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ChannelFilterEndArgs>(at);
  const vectors = args.channels >> 2;
  const first = tile * args.vectorsPerTile, end = min(vectors, first + args.vectorsPerTile);
  const step = <usize>(vectors * args.taps) << 6;
  const row = <usize>args.channels << 2;
  let from = args.parts + (<usize>(first * args.taps) << 6);
  for (let vector = first; vector < end; vector++) {
    let to = args.dw + (<usize>vector << 4);
    for (let tap = 0; tap < args.taps; tap++, to += 4 * row) {
      for (let turn: usize = 0; turn < 4; turn++, from += 16) {
        const sum = sumOver(from, step, args.partCount);
        v128.store_lane<f32>(to + turn * row, sum, 0);
        v128.store_lane<f32>(to + ((turn + 1) & 3) * row, sum, 1, 4);
        v128.store_lane<f32>(to + ((turn + 2) & 3) * row, sum, 2, 8);
        v128.store_lane<f32>(to + ((turn + 3) & 3) * row, sum, 3, 12);
      }
    }
  }
}
