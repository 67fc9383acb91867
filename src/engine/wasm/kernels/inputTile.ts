// What the direct convolution and its filter gradient share: the part of a picture that a tile reads, and the tables of
// positions through which any stride, dilation, padding and group comes down to one inner loop.

/** How a tile of output positions looks at the input; the first fields of both kernels' arguments. */
@unmanaged
export class InputTileArgs {
  x: usize;
  /** (row, column) of each run of weights within the window. */
  runs: usize;
  runCount: i32;
  /** Floats in a run: input channels × taps that lie side by side. */
  runLength: i32;
  inHeight: i32;
  inWidth: i32;
  /** Floats from one input pixel to the next. */
  inStride: i32;
  /** Input channels of one group. */
  channels: i32;
  /** Input row and column under the window's corner for output (0, 0), and steps from one output to the next. */
  originRow: i32;
  originColumn: i32;
  stepRow: i32;
  stepColumn: i32;
  /** Rows and columns that a window covers. */
  spanRows: i32;
  spanColumns: i32;
  /** The grid of output positions. */
  gridHeight: i32;
  gridWidth: i32;
  /** Floats: where output (0, 0) of a picture lies, from row to row, from column to column, from picture to picture. */
  outOrigin: i32;
  outRow: i32;
  outColumn: i32;
  outImage: i32;
  /** Grid rows in a tile. */
  rowsPerTile: i32;
  /** Whether windows can leave the picture: then the tile's part of it is copied, with a border of zeros. */
  bordered: i32;
  /** Each worker's own memory: the bordered copy, then the tables. */
  scratch: usize;
  scratchPerWorker: i32;
  tableOffset: i32;
  /** Where sums and gathered windows go; a window of one run is read in place. */
  gatherOffset: i32;
}

/** Positions in a tile, after `openInputTile`: pairs (input byte offset, output byte offset). */
// @ts-ignore: decorator
@inline
export function positionTable(args: InputTileArgs, worker: i32): usize {
  return args.scratch + <usize>(worker * args.scratchPerWorker) + <usize>args.tableOffset;
}

/**
 * Prepares rows [row, row + rows) of the grid of picture `image`, group `group`: fills the table of positions (padded to
 * a multiple of 6 by repeating the last) and the table of run offsets behind it, and gives the address that the input
 * offsets count from.
 */
export function openInputTile(args: InputTileArgs, worker: i32, image: i32, group: i32, row: i32, rows: i32): usize {
  const scratch = args.scratch + <usize>(worker * args.scratchPerWorker);
  const channels = args.channels;
  const top = args.originRow + row * args.stepRow;
  const left = args.originColumn;
  const picture = args.x + (<usize>(image * args.inHeight * args.inWidth * args.inStride + group * channels) << 2);
  let base = picture;
  let pixel = args.inStride;
  let width = args.inWidth;
  if (args.bordered) {
    base = scratch;
    pixel = channels;
    width = (args.gridWidth - 1) * args.stepColumn + args.spanColumns;
    const height = (rows - 1) * args.stepRow + args.spanRows;
    const first = max(0, -left), last = min(width, args.inWidth - left);
    const rowBytes = <usize>(width * channels) << 2;
    for (let r = 0; r < height; r++) {
      const to = scratch + <usize>r * rowBytes;
      const h = top + r;
      if (h < 0 || h >= args.inHeight || last <= first) {
        memory.fill(to, 0, rowBytes);
        continue;
      }
      if (first > 0) memory.fill(to, 0, <usize>(first * channels) << 2);
      if (last < width) memory.fill(to + (<usize>(last * channels) << 2), 0, <usize>((width - last) * channels) << 2);
      const from = picture + (<usize>((h * args.inWidth + left + first) * args.inStride) << 2);
      copyPixels(to + (<usize>(first * channels) << 2), from, last - first, channels, args.inStride);
    }
  } else {
    base = picture + (<usize>((top * width + left) * pixel) << 2);
  }
  writeTables(args, worker, image, row, rows, width, pixel);
  return base;
}

function writeTables(args: InputTileArgs, worker: i32, image: i32, row: i32, rows: i32, width: i32, pixel: i32): void {
  let table = positionTable(args, worker);
  const out = args.outOrigin + image * args.outImage;
  let from = 0, to = 0;
  for (let r = 0; r < rows; r++) {
    from = r * args.stepRow * width * pixel;
    to = out + (row + r) * args.outRow;
    for (let c = 0; c < args.gridWidth; c++) {
      store<i32>(table, from << 2);
      store<i32>(table, to << 2, 4);
      table += 8;
      from += args.stepColumn * pixel;
      to += args.outColumn;
    }
  }
  const count = rows * args.gridWidth;
  for (let i = count; i % 6 != 0; i++) {
    store<i64>(table, load<i64>(table - 8));
    table += 8;
  }
  for (let run = 0; run < args.runCount; run++) {
    const at = args.runs + (<usize>run << 3);
    store<i32>(table, ((load<i32>(at) * width + load<i32>(at, 4)) * pixel) << 2);
    table += 4;
  }
}

function copyPixels(to: usize, from: usize, pixels: i32, channels: i32, stride: i32): void {
  if (stride == channels) {
    memory.copy(to, from, <usize>(pixels * channels) << 2);
    return;
  }
  const bytes = <usize>channels << 2;
  // The channels of small groups are too few for a call of memory.copy.
  const short = channels <= 64 && (channels & 3) == 0;
  for (let i = 0; i < pixels; i++) {
    if (short) for (let o: usize = 0; o < bytes; o += 16) v128.store(to + o, v128.load(from + o));
    else memory.copy(to, from, bytes);
    to += bytes;
    from += <usize>stride << 2;
  }
}

/**
 * Copies the windows of `count` positions from the table into rows of runCount × runLength floats. Whole vectors are
 * copied, so a row's last may run over into the next row, which is written later, or into the padding behind the last.
 */
export function gather(args: InputTileArgs, base: usize, positions: usize, runs: usize, to: usize, count: i32): void {
  const runBytes = <usize>args.runLength << 2;
  const runsEnd = runs + (<usize>args.runCount << 2);
  for (let i = 0; i < count; i++, positions += 8) {
    const window = base + <usize>load<i32>(positions);
    for (let run = runs; run < runsEnd; run += 4) {
      const from = window + <usize>load<i32>(run);
      for (let o: usize = 0; o < runBytes; o += 16) v128.store(to + o, v128.load(from + o));
      to += runBytes;
    }
  }
}
