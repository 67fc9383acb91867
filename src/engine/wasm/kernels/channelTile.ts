// What the kernels share whose vectors run over channels (depthwise.ts, groupedConv.ts and their filter gradients): the part
// of a picture that a tile reads. Where windows leave the picture, or channels are not a multiple of 4, the tile's rows and
// channels are copied with a border of zeros first, so that the loops know neither borders nor ends; elsewhere they are
// read where they lie.

/** A sweep of windows over a picture, channel by channel; the first fields of all these kernels' arguments. */
@unmanaged
export class ChannelTileArgs {
  x: usize;
  inHeight: i32;
  inWidth: i32;
  channels: i32;
  /** Channels of one tile, and how many such blocks there are. More than one: all alike, multiples of 4. */
  blockChannels: i32;
  blocks: i32;
  /** Input row and column under the window's first tap for output (0, 0), and steps from one output to the next. */
  originRow: i32;
  originColumn: i32;
  stepRow: i32;
  stepColumn: i32;
  kernelRows: i32;
  kernelColumns: i32;
  /** Rows and columns from one tap to the next. */
  dilationRow: i32;
  dilationColumn: i32;
  gridHeight: i32;
  gridWidth: i32;
  rowsPerTile: i32;
  rowTiles: i32;
  /** Whether the tile's part of the picture is copied, with a border of zeros. */
  copied: i32;
  /** Each worker's own memory: the copy, then what else the kernel needs. */
  scratch: usize;
  scratchPerWorker: i32;
  spareOffset: i32;
}

/** Columns of the copy. */
// @ts-ignore: decorator
@inline
function copiedColumns(args: ChannelTileArgs): i32 {
  return (args.gridWidth - 1) * args.stepColumn + (args.kernelColumns - 1) * args.dilationColumn + 1;
}

/** Bytes from one pixel to the next where the tile is read. */
// @ts-ignore: decorator
@inline
export function pixelBytes(args: ChannelTileArgs): usize {
  return <usize>(args.copied ? args.blockChannels : args.channels) << 2;
}

/** Bytes from one row to the next where the tile is read. */
// @ts-ignore: decorator
@inline
export function rowBytes(args: ChannelTileArgs): usize {
  return <usize>(args.copied ? copiedColumns(args) : args.inWidth) * pixelBytes(args);
}

/** This worker's memory behind the copy. */
// @ts-ignore: decorator
@inline
export function spareMemory(args: ChannelTileArgs, worker: i32): usize {
  return args.scratch + <usize>(worker * args.scratchPerWorker + args.spareOffset);
}

/** Whole vectors from pieces `fromStep` bytes apart to one row without gaps. */
function copyPieces(to: usize, from: usize, fromStep: usize, bytes: usize, count: i32): void {
  for (let i = 0; i < count; i++, from += fromStep) {
    for (let o: usize = 0; o < bytes; o += 16, to += 16) v128.store(to, v128.load(from + o));
  }
}

/** Prepares rows [row, row + rows) of the grid; gives the address of the first tap of the first output. */
export function openChannelTile(
  args: ChannelTileArgs, worker: i32, image: i32, row: i32, rows: i32, channel: i32,
): usize {
  const pixel = <usize>args.channels << 2;
  const picture = args.x + <usize>(image * args.inHeight * args.inWidth) * pixel + (<usize>channel << 2);
  const top = args.originRow + row * args.stepRow, left = args.originColumn;
  if (!args.copied) return picture + <usize>(top * args.inWidth + left) * pixel;
  const scratch = args.scratch + <usize>(worker * args.scratchPerWorker);
  const width = copiedColumns(args), pieceBytes = <usize>args.blockChannels << 2, lineBytes = <usize>width * pieceBytes;
  const height = (rows - 1) * args.stepRow + (args.kernelRows - 1) * args.dilationRow + 1;
  const first = max(0, -left), last = min(width, args.inWidth - left);
  for (let r = 0; r < height; r++) {
    const to = scratch + <usize>r * lineBytes;
    const h = top + r;
    if (h < 0 || h >= args.inHeight || last <= first) {
      memory.fill(to, 0, lineBytes);
      continue;
    }
    if (first > 0) memory.fill(to, 0, <usize>first * pieceBytes);
    if (last < width) memory.fill(to + <usize>last * pieceBytes, 0, <usize>(width - last) * pieceBytes);
    const from = picture + <usize>(h * args.inWidth + left + first) * pixel;
    const target = to + <usize>first * pieceBytes;
    if (args.blocks == 1) memory.copy(target, from, <usize>(last - first) * pieceBytes);
    else copyPieces(target, from, pixel, pieceBytes, last - first);
  }
  return scratch;
}
