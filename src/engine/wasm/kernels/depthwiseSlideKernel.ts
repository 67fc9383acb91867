// Depthwise convolution by 3×3, 5×5 and 7×7 windows at column stride 1 or 2, NHWC. A tile is some rows of one picture's grid
// × some channels, sixteen of which (a cache line) are handled at a time: their part of the picture is spread over four
// planes, one for each vector of four channels, [row][column][4] with a border of zeros; the loops of slidingRows.ts go along
// the planes' rows; and the four rows of sums that come out are put together again, with bias and activation. So pictures
// are read and written by whole lines, and the loops know neither borders nor channels.

import { activateVector } from './activateVector';
import { loadLanes, put } from './lanes';
import {
  slide3, slide3Half, slide5HalfRows1More, slide5HalfRows2, slide5HalfRows2More, slide5Rows1More, slide5Rows2,
  slide5Rows2More, slide7HalfRow, slide7HalfRowMore, slide7Row, slide7RowMore,
} from './slidingRows';

@unmanaged
class SlideArgs {
  x: usize;
  /** [vector of channels][tap][4]. */
  packed: usize;
  /** [channels rounded up to 4]. */
  bias: usize;
  y: usize;
  inHeight: i32;
  inWidth: i32;
  channels: i32;
  /** Channels of a tile: a multiple of 16. */
  blockChannels: i32;
  /** 3, 5 or 7. */
  kernel: i32;
  dilationRow: i32;
  /** Input row and column under the window's first tap for output (0, 0), and steps from one output to the next. */
  originRow: i32;
  originColumn: i32;
  stepRow: i32;
  stepColumn: i32;
  gridHeight: i32;
  gridWidth: i32;
  rowsPerTile: i32;
  rowTiles: i32;
  /** Rows of outputs that one loop goes through, one only where a step is more than 1. */
  rowsAtOnce: i32;
  /** Floats: where output (0, 0) of a picture lies, from row to row, from column to column, from picture to picture. */
  outOrigin: i32;
  outRow: i32;
  outColumn: i32;
  outImage: i32;
  /** Code of the activation (activateVector.ts). */
  activation: i32;
  /** Each worker's memory: the sums of four planes, then the planes; bytes from one to the next. */
  scratch: usize;
  scratchPerWorker: i32;
  sumsBytes: i32;
  planeBytes: i32;
}

/** Sixteen channels of a row of pixels to four planes. */
export function spreadLines(from: usize, step: usize, to: usize, plane: usize, count: i32): void {
  const end = to + (<usize>count << 4);
  while (to < end) {
    v128.store(to, v128.load(from));
    v128.store(to + plane, v128.load(from, 16));
    v128.store(to + 2 * plane, v128.load(from, 32));
    v128.store(to + 3 * plane, v128.load(from, 48));
    from += step; to += 16;
  }
}

/** Four channels, or the first `lanes`, of a row of pixels to one plane. */
function spreadVectors(from: usize, step: usize, to: usize, count: i32, lanes: i32): void {
  for (let i = 0; i < count; i++, from += step, to += 16) {
    v128.store(to, lanes >= 4 ? v128.load(from) : loadLanes(from, lanes));
  }
}

// @ts-ignore: decorator
@inline
function clear(to: usize, count: i32): void {
  for (let i = 0; i < count; i++, to += 16) v128.store(to, f32x4.splat(0));
}

/** Four rows of sums with bias, bounded, to sixteen channels of a row of outputs. */
export function gatherLines(
  from: usize, plane: usize, bias: usize, y: usize, step: usize, count: i32, low: f32, high: f32,
): void {
  const b0 = v128.load(bias), b1 = v128.load(bias, 16), b2 = v128.load(bias, 32), b3 = v128.load(bias, 48);
  const least = f32x4.splat(low), most = f32x4.splat(high);
  const end = from + (<usize>count << 4);
  while (from < end) {
    v128.store(y, f32x4.pmin(f32x4.pmax(f32x4.add(v128.load(from), b0), least), most));
    v128.store(y, f32x4.pmin(f32x4.pmax(f32x4.add(v128.load(from + plane), b1), least), most), 16);
    v128.store(y, f32x4.pmin(f32x4.pmax(f32x4.add(v128.load(from + 2 * plane), b2), least), most), 32);
    v128.store(y, f32x4.pmin(f32x4.pmax(f32x4.add(v128.load(from + 3 * plane), b3), least), most), 48);
    from += 16; y += step;
  }
}

/** One row of sums with bias and any activation to four channels, or the first `lanes`, of a row of outputs. */
function gatherVectors(
  from: usize, bias: usize, y: usize, step: usize, count: i32, lanes: i32, activation: i32,
): void {
  const b = v128.load(bias);
  for (let i = 0; i < count; i++, from += 16, y += step) {
    put(y, activateVector(f32x4.add(v128.load(from), b), activation), lanes);
  }
}

/** Fills the planes with `height` rows of the picture from `top` on, `width` columns each, for up to sixteen channels. */
function openPlanes(
  args: SlideArgs, planes: usize, picture: usize, top: i32, height: i32, width: i32, channels: i32,
): void {
  const step = <usize>args.channels << 2, plane = <usize>args.planeBytes;
  const vectors = (channels + 3) >> 2;
  const left = args.originColumn;
  const first = min(width, max(0, -left)), last = max(first, min(width, args.inWidth - left));
  for (let r = 0; r < height; r++) {
    const h = top + r;
    const inside = h >= 0 && h < args.inHeight;
    const from = picture + <usize>(h * args.inWidth + left + first) * step;
    let to = planes + (<usize>(r * width) << 4);
    if (inside && channels >= 16) spreadLines(from, step, to + (<usize>first << 4), plane, last - first);
    for (let vector = 0; vector < vectors; vector++, to += plane) {
      clear(to, inside ? first : width);
      if (!inside) continue;
      clear(to + (<usize>last << 4), width - last);
      if (channels >= 16) continue;
      const at = from + (<usize>vector << 4);
      spreadVectors(at, step, to + (<usize>first << 4), last - first, channels - (vector << 2));
    }
  }
}

/**
 * Makes the sums of one plane, beginning at `to`: one row of them, or several that lie as far apart as the plane's rows, with
 * sums of no meaning between them, where windows go over from one row to the next.
 */
function slideRows(args: SlideArgs, x: usize, row: usize, w: usize, to: usize, columns: i32): void {
  const kernel = args.kernel;
  if (args.stepColumn == 2) {
    // The first pixel pairs up with the one before it, for outputs that are not there.
    const before = (kernel - 1) >> 1, count = args.gridWidth + before;
    x -= 16;
    to -= <usize>before << 4;
    if (kernel == 3) slide3Half(x, row, w, to, count);
    else if (kernel == 5) {
      slide5HalfRows2(x, row, w, to, count);
      slide5HalfRows2More(x + 2 * row, row, w + 160, to, count);
      slide5HalfRows1More(x + 4 * row, row, w + 320, to, count);
    } else {
      slide7HalfRow(x, w, to, count);
      for (let i = 1; i < 7; i++) slide7HalfRowMore(x + <usize>i * row, w + <usize>(112 * i), to, count);
    }
    return;
  }
  const before = kernel - 1, count = columns;
  const behind = to - (<usize>before << 4) - x;
  if (kernel == 3) slide3(x, row, w, behind, count);
  else if (kernel == 5) {
    slide5Rows2(x, row, w, behind, count);
    slide5Rows2More(x + 2 * row, row, w + 160, behind - 2 * row, count);
    slide5Rows1More(x + 4 * row, row, w + 320, behind - 4 * row, count);
  } else {
    slide7Row(x, w, behind, count);
    for (let i = 1; i < 7; i++) {
      const down = <usize>i * row;
      slide7RowMore(x + down, w + <usize>(112 * i), behind - down, count);
    }
  }
}

/** y[c] = activation(Σ over taps x[c] · w[tap][c] + bias[c]). */
export function depthwiseSlide(at: usize, tile: i32, worker: i32): void {
  const args = changetype<SlideArgs>(at);
  const blocks = (args.channels + args.blockChannels - 1) / args.blockChannels;
  const firstChannel = (tile % blocks) * args.blockChannels, rest = tile / blocks;
  const lastChannel = min(args.channels, firstChannel + args.blockChannels);
  const row = (rest % args.rowTiles) * args.rowsPerTile, image = rest / args.rowTiles;
  const rows = min(args.rowsPerTile, args.gridHeight - row);
  const kernel = args.kernel;
  const width = (args.gridWidth - 1) * args.stepColumn + kernel;
  const height = (rows - 1) * args.stepRow + (kernel - 1) * args.dilationRow + 1;
  const line = <usize>width << 4, plane = <usize>args.planeBytes, perSums = <usize>args.sumsBytes;
  // Room before the first output, and before the first plane.
  const sums = args.scratch + <usize>(worker * args.scratchPerWorker) + 128, planes = sums + 4 * perSums;
  const picture = args.x + (<usize>(image * args.inHeight * args.inWidth * args.channels) << 2);
  const step = <usize>args.outColumn << 2;
  const low: f32 = args.activation == 1 || args.activation == 2 ? 0 : -Infinity;
  const high: f32 = args.activation == 2 ? 6 : Infinity;
  for (let channel = firstChannel; channel < lastChannel; channel += 16) {
    const channels = min(16, lastChannel - channel), vectors = (channels + 3) >> 2;
    const top = args.originRow + row * args.stepRow;
    openPlanes(args, planes, picture + (<usize>channel << 2), top, height, width, channels);
    const weights = args.packed + <usize>((channel >> 2) * kernel * kernel * 16);
    const bias = args.bias + (<usize>channel << 2);
    let y = args.y + (<usize>(args.outOrigin + image * args.outImage + row * args.outRow + channel) << 2);
    for (let r = 0; r < rows; r += args.rowsAtOnce) {
      const count = min(args.rowsAtOnce, rows - r);
      for (let vector = 0; vector < vectors; vector++) {
        const x = planes + <usize>vector * plane + <usize>(r * args.stepRow) * line;
        const w = weights + <usize>(vector * kernel * kernel * 16);
        slideRows(args, x, <usize>args.dilationRow * line, w, sums + <usize>vector * perSums, count * width);
      }
      let from = sums;
      for (let i = 0; i < count; i++, from += line, y += <usize>args.outRow << 2) {
        if (channels == 16 && args.activation <= 2) {
          gatherLines(from, perSums, bias, y, step, args.gridWidth, low, high);
          continue;
        }
        for (let vector = 0; vector < vectors; vector++) {
          const o = <usize>vector << 4, lanes = channels - (vector << 2);
          gatherVectors(from + <usize>vector * perSums, bias + o, y + o, step, args.gridWidth, lanes, args.activation);
        }
      }
    }
  }
}
