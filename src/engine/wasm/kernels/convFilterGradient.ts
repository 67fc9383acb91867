// The gradient of a convolution by its filters, NHWC: dw[row][filter] = Σ over positions x[position + row] · dy[position],
// where a row is one weight of a window. It is the same outer product as the convolution, the other way around: a tile of
// 6 rows × 8 filters stays in 12 registers while the positions of a strip go by. Six rows must lie side by side in the
// input: where runs are no multiple of 6 floats, the strip's windows are gathered first. Strips are a few rows of one
// picture, so that what is read again for every tile lies in the cache. Pictures are dealt to a fixed number of parts,
// whatever the number of workers; sumParts adds the parts in order. Rows past the last weight hold numbers of no meaning.

import { unpool } from './convPool';
import { addOuterProducts6, setOuterProducts6 } from './outerProducts';
import { gather, openStrip, positionTable, StripArgs } from './convStrip';

@unmanaged
class FilterGradientArgs extends StripArgs {
  dy: usize;
  /** [part][group][rows rounded up to 6][filters rounded up to 8]; the result itself where `spill` is set. */
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
  /** Whether positions of x and of dy keep their steps from one row of the grid to the next. */
  seamless: i32;
  /** Whether the strip's windows are gathered first. */
  gathered: i32;
  /**
   * Set where there is one part and one group, and filters are a multiple of 8, so that the only part is the result: six rows
   * for each worker, for the last group of rows, which may reach beyond the result's end.
   */
  spill: usize;
}

/** Adds a part's pictures into that part of dw. A tile is one part × one group × some rows of dw. */
export function convolveFilterGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<FilterGradientArgs>(at);
  const rowTile = tile % args.weightRowTiles;
  const group = (tile / args.weightRowTiles) % args.groups;
  const part = tile / (args.weightRowTiles * args.groups);
  const width = (args.filters + 7) & ~7;
  const weightRows = ((args.runCount * args.runLength + 5) / 6) * 6;
  const firstRow = rowTile * args.weightRowsPerTile;
  const lastRow = min(weightRows, firstRow + args.weightRowsPerTile);
  const dw = args.parts + (<usize>((part * args.groups + group) * weightRows * width) << 2);
  let fresh = true;
  const lastImage = min(args.images, (part + 1) * args.imagesPerPart);
  for (let image = part * args.imagesPerPart; image < lastImage; image++) {
    for (let row = 0; row < args.gridHeight; row += args.rowsPerTile) {
      const rows = min(args.rowsPerTile, args.gridHeight - row);
      const base = openStrip(args, worker, image, group, row, rows);
      const dy = args.choice ? expandStrip(args, worker, image, row, rows) : args.dy + (<usize>(group * args.filters) << 2);
      addStrip(args, worker, base, rows * args.gridWidth, dw, width, dy, firstRow, lastRow, fresh);
      fresh = false;
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

/**
 * Adds the positions of a strip to rows [firstRow, lastRow) of dw, six rows at a time; where nothing was added yet, dw holds
 * nothing that counts.
 */
function addStrip(
  args: FilterGradientArgs, worker: i32, base: usize, count: i32, dw: usize, width: i32, dy: usize,
  firstRow: i32, lastRow: i32, fresh: bool,
): void {
  const positions = positionTable(args, worker);
  const runs = positions + (<usize>(((count + 5) / 6) * 6) << 3);
  const wide = <usize>width << 2;
  const yStep = <usize>args.outColumn << 2;
  // With one position there is no step to read from the table.
  let xStep = count > 1 ? <usize>(load<i32>(positions, 8) - load<i32>(positions)) : 0;
  let gathered: usize = 0;
  if (args.gathered) {
    gathered = args.scratch + <usize>(worker * args.scratchPerWorker + args.gatherOffset);
    gather(args, base, positions, runs, gathered, count);
    xStep = <usize>(args.runCount * args.runLength) << 2;
  }
  // Where both sides keep their step from row to row, a strip is one long row.
  const columns = args.seamless ? count : args.gridWidth;
  for (let row = firstRow; row < lastRow; row += 6) {
    const x = gathered ? gathered + (<usize>row << 2) : base + rowOffset(args, runs, row);
    const place = dw + (<usize>(row * width) << 2);
    const inside = args.spill ? <usize>min(6, args.runCount * args.runLength - row) * wide : 6 * wide;
    const spilled = inside < 6 * wide;
    const to = spilled ? args.spill + <usize>worker * 6 * wide : place;
    if (spilled && !fresh) memory.copy(to, place, inside);
    for (let filter: usize = 0; filter < wide; filter += 32) {
      for (let first = 0; first < count; first += columns) {
        const at = positions + (<usize>first << 3);
        const p = gathered ? x + <usize>first * xStep : x + <usize>load<i32>(at);
        const q = dy + filter + <usize>load<i32>(at, 4);
        if (fresh && first == 0) setOuterProducts6(p, xStep, q, yStep, columns, to + filter, wide);
        else addOuterProducts6(p, xStep, q, yStep, columns, to + filter, wide);
      }
    }
    if (spilled) memory.copy(place, to, inside);
  }
}

/** Bytes from a position's input to that of a row of dw. */
// @ts-ignore: decorator
@inline
function rowOffset(args: FilterGradientArgs, runs: usize, row: i32): usize {
  const run = row / args.runLength;
  return <usize>(load<i32>(runs + (<usize>run << 2)) + ((row % args.runLength) << 2));
}
