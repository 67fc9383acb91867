import type { Node } from '../../../graph/index.js';
import { activationCodes } from '../fusion.js';
import { tilesFor, type LoweringContext } from '../lowering.js';
import type { Block } from '../step.js';
import { packChannels, paddedBias, roundUp, type ChannelEpilogue, type ChannelSweep } from './channelSweep.js';

/** Whether a sweep is one that kernels/depthwiseSlideKernel.ts has loops for: a square window without gaps between its columns. */
export function suitsSlide({ rows, columns }: ChannelSweep): boolean {
  const kernel = columns.taps.length;
  return [3, 5, 7].includes(kernel) && rows.taps.length === kernel && columns.dilation === 1 && columns.step <= 2;
}

/** Bytes of sixteen channels of a tile's picture: with its outputs they should fit a second-level cache of 256 KiB. */
const planesBytes = 96 * 1024;

/** Bytes of sums of a plane that one loop makes, where they lie side by side: short rows cost more around the loop than in it. */
const sumsAtOnce = 4096;

/** Tiles that a step should have, so that up to 16 workers have something to do at batch 1. */
const wantedTiles = 32;

/** Emits y[c] = activation(Σ x · w + bias) for a sweep that suits; the packed filters are `kernelWidth` taps wide. */
export function emitSlide(
  context: LoweringContext,
  x: Block,
  w: Node,
  y: Block,
  { images, channels, rows, columns }: ChannelSweep,
  { height, width, kernelWidth }: { readonly height: number; readonly width: number; readonly kernelWidth: number },
  epilogue: ChannelEpilogue,
): void {
  const kernel = columns.taps.length;
  const lineBytes = 16 * ((columns.grid - 1) * columns.step + kernel);
  const spanRows = (count: number): number => (count - 1) * rows.step + (kernel - 1) * rows.dilation + 1;
  const fitting = Math.floor((planesBytes / 4 / lineBytes - spanRows(1)) / rows.step) + 1;
  const rowTiles = tilesFor(rows.grid, Math.max(2, fitting));
  const rowsPerTile = Math.ceil(rows.grid / rowTiles);
  const lines = Math.ceil(channels / 16);
  const blockLines = Math.max(1, Math.floor((lines * images * rowTiles) / wantedTiles));
  const blockChannels = 16 * Math.min(lines, blockLines);
  // An odd number of cache lines apart, so that the four do not share the cache's sets.
  const planeBytes = 64 * (Math.ceil((spanRows(rowsPerTile) * lineBytes) / 64) | 1);
  const joined = rows.step === 1 && columns.step === 1 ? Math.floor(sumsAtOnce / lineBytes) : 1;
  const rowsAtOnce = Math.max(1, Math.min(joined, rowsPerTile));
  const sumsBytes = 64 * (Math.ceil((rowsAtOnce * lineBytes + 128) / 64) | 1);
  const perWorker = roundUp(4 * (planeBytes + sumsBytes) + 256);
  const vectors = Math.ceil(channels / 4);
  const taps = rows.taps.flatMap((i) => columns.taps.map((j) => (i * kernelWidth + j) * channels));
  const packed = context.derived(w, 16 * vectors * taps.length, 'packed filters', (to) =>
    packChannels(context, context.block(w), to, context.table(taps), taps.length, channels, vectors),
  );
  const row = width * channels;
  context.step(
    'depthwiseSlide',
    [
      [x, packed, paddedBias(context, epilogue.bias, channels, vectors), y, rows.size, columns.size, channels],
      [blockChannels, kernel, rows.dilation, rows.origin, columns.origin, rows.step, columns.step],
      [rows.grid, columns.grid, rowsPerTile, Math.ceil(rows.grid / rowsPerTile), rowsAtOnce],
      [rows.out * row + columns.out * channels, rows.outStep * row, columns.outStep * channels, height * row],
      [activationCodes[epilogue.activation], context.scratch(perWorker, 'planes'), perWorker, sumsBytes, planeBytes],
    ],
    images * Math.ceil(rows.grid / rowsPerTile) * Math.ceil(channels / blockChannels),
  );
}
