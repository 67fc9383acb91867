// The gradient of a convolution by its filters, NHWC: dw[row][filter] = Σ over positions x[position + row] · dy[position],
// where a row is one weight of a window. It is the same outer product as the convolution, the other way around: a tile of
// 6 rows × 8 filters stays in 12 registers while the positions of a tile go by. So that they go by side by side, a tile's
// windows are copied into panels of 6 rows, and its gradients into panels of 8 filters: left where they lie, positions are a
// pixel apart, often a power of two, and those fall into a few of the cache's sets. Strips are some rows of one picture,
// whose panels lie in the second-level cache. Pictures are dealt to a fixed number of parts, whatever the number of workers;
// sumParts adds the parts in order. Rows past the last weight hold numbers of no meaning.

import { unpool } from './convPool';
import { addOuterProducts6, setOuterProducts6 } from './outerProducts';
import { gather, openInputTile, positionTable, InputTileArgs } from './inputTile';

@unmanaged
class FilterGradientArgs extends InputTileArgs {
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
  /** Where dy is pooled 2×2 (convPool.ts): the winners, a byte each; else 0. The grid then covers whole windows only. */
  choice: usize;
  /** Where in a worker's scratch the tile's gradient is recreated. */
  expandOffset: i32;
  /**
   * Set where there is one part and one group, and filters are a multiple of 8, so that the only part is the result: six rows
   * for each worker, for the last group of rows, which may reach beyond the result's end.
   */
  spill: usize;
  /** Memory for the panels of each worker. */
  panels: usize;
  panelBytes: i32;
}

/** Bytes of a position in a panel of rows and in one of filters. */
const rowPiece: usize = 24, filterPiece: usize = 32;

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
  const panels = args.panels + <usize>worker * <usize>args.panelBytes;
  let fresh = true;
  const lastImage = min(args.images, (part + 1) * args.imagesPerPart);
  for (let image = part * args.imagesPerPart; image < lastImage; image++) {
    for (let row = 0; row < args.gridHeight; row += args.rowsPerTile) {
      const rows = min(args.rowsPerTile, args.gridHeight - row);
      const count = rows * args.gridWidth;
      const base = openInputTile(args, worker, image, group, row, rows);
      const dy = args.choice ? expandTile(args, worker, image, row, rows) : args.dy + (<usize>(group * args.filters) << 2);
      const filters = panels + <usize>(((lastRow - firstRow) / 6) * count) * rowPiece;
      copyRowPanels(args, worker, base, count, panels, firstRow, lastRow);
      copyFilterPanels(positionTable(args, worker), dy, count, filters, width);
      addPanels(args, worker, panels, filters, count, dw, width, firstRow, lastRow, fresh);
      fresh = false;
    }
  }
}

/** Makes a tile's gradient again from the pooled one; gives the address that the table of positions counts from. */
function expandTile(args: FilterGradientArgs, worker: i32, image: i32, row: i32, rows: i32): usize {
  const to = args.scratch + <usize>(worker * args.scratchPerWorker + args.expandOffset);
  const pixel = <usize>args.filters << 2, line = <usize>args.gridWidth * pixel;
  let from = <usize>((image * (args.gridHeight >> 1) + (row >> 1)) * (args.gridWidth >> 1)) * pixel;
  for (let r = 0; r < rows; r += 2) {
    let target = to + <usize>r * line;
    for (let c = 0; c < args.gridWidth; c += 2, from += pixel, target += 2 * pixel) {
      unpool(args.dy + from, args.choice + (from >> 2), target, args.filters, pixel, line);
    }
  }
  return to - <usize>row * line;
}

/** panels[six rows][position][6]: rows [firstRow, lastRow) of the windows of a tile's positions. */
function copyRowPanels(
  args: FilterGradientArgs, worker: i32, base: usize, count: i32, panels: usize, firstRow: i32, lastRow: i32,
): void {
  const positions = positionTable(args, worker);
  const runs = positions + (<usize>(((count + 5) / 6) * 6) << 3);
  const window = args.scratch + <usize>(worker * args.scratchPerWorker + args.gatherOffset);
  const step = <usize>count * rowPiece, skipped = <usize>firstRow << 2, pieces = (lastRow - firstRow) / 6;
  const single = args.runCount == 1;
  let to = panels;
  for (let p = positions, end = positions + (<usize>count << 3); p < end; p += 8, to += rowPiece) {
    if (!single) gather(args, base, p, runs, window, 1);
    const from = single ? base + <usize>load<i32>(p) + <usize>load<i32>(runs) : window;
    copyPieces6(from + skipped, to, step, pieces);
  }
}

/** Copies six floats at a time to places `step` apart. */
export function copyPieces6(from: usize, to: usize, step: usize, pieces: i32): void {
  const end = from + <usize>pieces * rowPiece;
  while (from < end) {
    v128.store(to, v128.load(from));
    store<u64>(to, load<u64>(from, 16), 16);
    from += rowPiece;
    to += step;
  }
}

/** panels[eight filters][position][8] of a tile's gradients; lanes past the last filter hold numbers of no meaning. */
function copyFilterPanels(positions: usize, dy: usize, count: i32, panels: usize, width: i32): void {
  const step = <usize>count * filterPiece;
  let to = panels;
  for (let p = positions, end = positions + (<usize>count << 3); p < end; p += 8, to += filterPiece) {
    copyPieces8(dy + <usize>load<i32>(p, 4), to, step, width >> 3);
  }
}

/** Copies eight floats at a time to places `step` apart. */
export function copyPieces8(from: usize, to: usize, step: usize, pieces: i32): void {
  const end = from + <usize>pieces * filterPiece;
  while (from < end) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    from += filterPiece;
    to += step;
  }
}

/**
 * Adds a tile's positions to rows [firstRow, lastRow) of dw, six rows at a time; where nothing was added yet, dw holds
 * nothing that counts.
 */
function addPanels(
  args: FilterGradientArgs, worker: i32, rowPanels: usize, filterPanels: usize, count: i32, dw: usize, width: i32,
  firstRow: i32, lastRow: i32, fresh: bool,
): void {
  const wide = <usize>width << 2;
  const rowStep = <usize>count * rowPiece, filterStep = <usize>count * filterPiece;
  for (let row = firstRow, x = rowPanels; row < lastRow; row += 6, x += rowStep) {
    const place = dw + (<usize>(row * width) << 2);
    const inside = args.spill ? <usize>min(6, args.runCount * args.runLength - row) * wide : 6 * wide;
    const spilled = inside < 6 * wide;
    const to = spilled ? args.spill + <usize>worker * 6 * wide : place;
    if (spilled && !fresh) memory.copy(to, place, inside);
    for (let filter: usize = 0, y = filterPanels; filter < wide; filter += 32, y += filterStep) {
      if (fresh) setOuterProducts6(x, rowPiece, y, filterPiece, count, to + filter, wide);
      else addOuterProducts6(x, rowPiece, y, filterPiece, count, to + filter, wide);
    }
    if (spilled) memory.copy(place, to, inside);
  }
}
