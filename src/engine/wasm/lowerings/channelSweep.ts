import type { Node } from '../../../graph/index.js';
import type { Shape } from '../../../tensor/index.js';
import type { Window } from '../../../ops/window.js';
import { activationCodes, type FusedActivation } from '../fusion.js';
import { tilesFor, type LoweringContext } from '../lowering.js';
import type { Arguments, Block } from '../step.js';

/** The shapes of a forward convolution. */
export interface ConvolutionShapes {
  readonly x: Shape;
  readonly w: Shape;
  readonly y: Shape;
  readonly window: Window;
}

/** Kernels whose vectors run over channels: every channel for itself, or groups of four with four filters. */
export type ChannelKind = 'depthwise' | 'groupsOfFour';

/** What a channel-wise kernel does to its sums before it stores them. */
export interface ChannelEpilogue {
  readonly bias?: Node;
  readonly activation: FusedActivation;
}

/** How a window goes over one axis of a picture. */
export interface Axis {
  /** Rows of the packed filters, in the order in which they lie over the picture, `dilation` apart. */
  readonly taps: readonly number[];
  readonly dilation: number;
  /** Where the first tap of output 0 looks, and from one output to the next. */
  readonly origin: number;
  readonly step: number;
  readonly size: number;
  readonly grid: number;
  /** Where output 0 goes, and from one output to the next. */
  readonly out: number;
  readonly outStep: number;
}

/** One axis (0 rows, 1 columns) of the forward pass. */
export function forwardAxis({ x, w, y, window }: ConvolutionShapes, axis: 0 | 1): Axis {
  return {
    taps: Array.from({ length: w[axis] }, (_, i) => i),
    dilation: window.dilation[axis],
    origin: -window.margins[2 * axis],
    step: window.strides[axis],
    size: x[1 + axis],
    grid: y[1 + axis],
    out: 0,
    outStep: 1,
  };
}

/**
 * One axis of the gradient by the input, phase by phase: inputs of equal remainder by the stride are reached by the same
 * taps, which lie evenly apart over dy, turned around. A phase that no tap reaches has none.
 */
export function gradientAxes({ x, w, y, window }: ConvolutionShapes, axis: 0 | 1): Axis[] {
  const [stride, dilation, margin] = [window.strides[axis], window.dilation[axis], window.margins[2 * axis]];
  const size = x[1 + axis];
  return Array.from({ length: Math.min(stride, size) }, (_, phase) => {
    const taps = Array.from({ length: w[axis] }, (_, i) => ({ i, place: (phase + margin - i * dilation) / stride }))
      .filter(({ place }) => Number.isInteger(place))
      .reverse();
    return {
      taps: taps.map(({ i }) => i),
      dilation: taps.length > 1 ? taps[1].place - taps[0].place : 1,
      origin: taps[0]?.place ?? 0,
      step: 1,
      size: y[1 + axis],
      grid: Math.ceil((size - phase) / stride),
      out: phase,
      outStep: stride,
    };
  });
}

/** A picture batch under a sweep: the axes and the channels, which are as many on both sides. */
export interface ChannelSweep {
  readonly images: number;
  readonly channels: number;
  readonly rows: Axis;
  readonly columns: Axis;
}

interface ChannelTile {
  readonly args: Arguments;
  /** Tiles of rows × blocks of channels. */
  readonly rowTiles: number;
  readonly blocks: number;
  readonly blockChannels: number;
  readonly copied: boolean;
}

/** Bytes of a tile's copy: with its outputs it should fit a second-level cache of 256 KiB. */
const copyBytes = 128 * 1024;

/** Tiles that a step should have, so that up to 16 workers have something to do at batch 1. */
const wantedTiles = 16;

/**
 * The arguments that ChannelTileArgs of kernels/channelTile.ts begins with. `spare` gives the bytes of scratch memory behind
 * the copy for so many rows of a block.
 */
function channelTileOf(
  context: LoweringContext,
  x: Block,
  { images, channels, rows, columns }: ChannelSweep,
  spare: (rows: number, blockChannels: number) => number,
): ChannelTile {
  const span = (axis: Axis, count: number): number =>
    (count - 1) * axis.step + Math.max(0, axis.taps.length - 1) * axis.dilation + 1;
  const leaves = (axis: Axis): boolean => axis.origin < 0 || axis.origin + span(axis, axis.grid) > axis.size;
  const tapped = rows.taps.length * columns.taps.length > 0;
  const copied = tapped && (channels % 4 !== 0 || leaves(rows) || leaves(columns));
  const width = span(columns, columns.grid);
  const blockChannels = blockOf(channels, 4 * width);
  const blocks = channels / blockChannels;
  const lineBytes = 4 * width * blockChannels;
  // Rows around a tile are copied again for the next one.
  const fitting = Math.floor((copyBytes / lineBytes - span(rows, 1)) / rows.step) + 1;
  const forAll = Math.ceil((rows.grid * images * blocks) / wantedTiles);
  const most = Math.max(2, Math.min(fitting, Math.max(forAll, 4)));
  // Even heights, because two rows are computed at a time; tiles of about the same height.
  const rowTiles = tilesFor(rows.grid, most);
  const height = Math.ceil(rows.grid / rowTiles);
  const rowsPerTile = Math.min(rows.grid, height + (height & 1));
  const offset = copied ? roundUp(span(rows, rowsPerTile) * lineBytes + 64) : 0;
  const perWorker = offset + roundUp(spare(rowsPerTile, blockChannels) + 64);
  const args = [
    [x, rows.size, columns.size, channels, blockChannels, blocks],
    [rows.origin, columns.origin, rows.step, columns.step, rows.taps.length, columns.taps.length],
    [rows.dilation, columns.dilation, rows.grid, columns.grid, rowsPerTile, Math.ceil(rows.grid / rowsPerTile)],
    [copied ? 1 : 0, context.scratch(perWorker, 'input tile'), perWorker, offset],
  ];
  return { args, rowTiles: Math.ceil(rows.grid / rowsPerTile), blocks, blockChannels, copied };
}

/** Channels of a block: all of them where they are few; else a whole share in multiples of 4, less where rows are long. */
function blockOf(channels: number, columnBytes: number): number {
  if (channels % 4 !== 0 || channels <= 64) return channels;
  const wanted = Math.max(32, Math.min(128, (16 * 1024) / columnBytes));
  let best = channels;
  for (let block = 4; block < channels; block += 4) {
    if (channels % block !== 0) continue;
    // Blocks that end within a cache line share it with the next.
    const cost = (of: number): number => Math.abs(Math.log(of / wanted)) + (of % 16 === 0 ? 0 : 0.5);
    if (cost(block) < cost(best)) best = block;
  }
  return best;
}

/** Rounds up to whole cache lines. */
export const roundUp = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Floats that a run should have at least: shorter loops cost more around them than within. */
const shortRun = 64;

/** Packs `vectors` vectors of weights for the taps at these places of the packed filters. */
export type Packing = (to: Block, taps: Block, tapCount: number, vectors: number) => void;

/** Emits y[c] = activation(Σ x · w + bias) for one sweep; `width` and `height` are those of y. */
export function emitSweep(
  context: LoweringContext,
  kind: ChannelKind,
  x: Block,
  w: Node,
  y: Block,
  sweep: ChannelSweep,
  { height, width, kernelWidth }: { readonly height: number; readonly width: number; readonly kernelWidth: number },
  weightsPerTap: number,
  pack: Packing,
  epilogue: ChannelEpilogue,
): void {
  const { images, channels, rows, columns } = sweep;
  const taps = rows.taps.flatMap((i) => columns.taps.map((j) => (i * kernelWidth + j) * weightsPerTap));
  const tile = channelTileOf(context, x, sweep, (_, block) => 8 * (4 * block + shortRun));
  const whole = tile.blocks === 1;
  const tight = tile.copied || whole;
  // Outputs side by side whose inputs lie side by side make one run; two at a time are better where runs are long enough.
  const paired = channels % 4 === 0 && channels >= 16 && columns.step === columns.dilation;
  const flat = whole && tight && columns.step === 1 && columns.outStep === 1 && !paired;
  let period = tile.blockChannels;
  while (flat && (period < shortRun || period % 4 !== 0)) period += channels;
  const runs = flat ? Math.ceil((columns.grid * channels) / period) : columns.grid;
  const last = flat ? columns.grid * channels - (runs - 1) * period : period;
  const pixel = tile.copied ? tile.blockChannels : channels;
  const runStep = 4 * (flat ? period : columns.step * pixel);
  const outRunStep = 4 * (flat ? period : columns.outStep * channels);
  const vectors = Math.ceil((whole ? period : channels) / 4);
  const turns = kind === 'groupsOfFour' ? 4 : 1;
  const packed = context.derived(w, Math.max(16, 16 * turns * vectors * taps.length), 'packed filters', (to) => {
    if (taps.length > 0) pack(to, context.table(taps), taps.length, vectors);
  });
  const bias = paddedBias(context, epilogue.bias, channels, vectors);
  const row = width * channels;
  context.step(
    kind === 'groupsOfFour' ? 'convolveGroupsOfFour' : 'depthwise',
    [
      [tile.args, packed, bias, y],
      [rows.out * row + columns.out * channels, rows.outStep * row, columns.outStep * channels, height * row],
      [runs, period, last, runStep, outRunStep, activationCodes[epilogue.activation]],
    ],
    images * tile.rowTiles * tile.blocks,
  );
}

/** Vectors of weights that a tile packs. */
const vectorsPerTile = 64;

/** Emits the packing of weights that lie channel by channel behind each tap. */
export function packChannels(
  context: LoweringContext,
  w: Block,
  to: Block,
  taps: Block,
  tapCount: number,
  channels: number,
  vectors: number,
): void {
  const args = [w, to, taps, tapCount, channels, vectors, vectorsPerTile];
  context.step('packChannels', args, tilesFor(vectors, vectorsPerTile));
}

/** The bias in whole vectors, repeated where there are more of them than channels; zeros where there is none. */
export function paddedBias(context: LoweringContext, bias: Node | undefined, channels: number, vectors: number): Block {
  if (!bias) return context.table(new Array<number>(4 * vectors).fill(0));
  return context.derived(bias, 16 * vectors, 'bias in vectors', (to) =>
    packChannels(context, context.block(bias), to, context.table([0]), 1, channels, vectors),
  );
}

/** Emits the gradient by the filters; the number of parts is fixed by the shapes. */
export function emitChannelFilterGradient(
  context: LoweringContext,
  kind: ChannelKind,
  x: Block,
  dy: Block,
  dw: Block,
  shapes: ConvolutionShapes,
): void {
  const [images, , , channels] = shapes.y;
  const sweep = { images, channels, rows: forwardAxis(shapes, 0), columns: forwardAxis(shapes, 1) };
  const tile = channelTileOf(context, x, sweep, (rows) => (channels % 4 === 0 ? 0 : 4 * rows * shapes.y[2] * channels));
  const units = images * tile.rowTiles;
  const unitsPerPart = Math.ceil(units / Math.min(units, Math.ceil((2 * wantedTiles) / tile.blocks)));
  const partCount = Math.ceil(units / unitsPerPart);
  const vectors = Math.ceil(channels / 4);
  const taps = shapes.w[0] * shapes.w[1];
  const bytes = 16 * (kind === 'groupsOfFour' ? 4 : 1) * vectors * taps;
  const parts = context.temporary(bytes * partCount, 'parts of the filter gradient');
  const args = [tile.args, dy, parts, units, unitsPerPart];
  context.step(
    kind === 'groupsOfFour' ? 'groupsOfFourFilterGradient' : 'depthwiseFilterGradient',
    args,
    partCount * tile.blocks,
  );
  context.step(
    kind === 'groupsOfFour' ? 'groupsOfFourFilterGradientEnd' : 'depthwiseFilterGradientEnd',
    [parts, dw, partCount, channels, taps, vectorsPerTile / 4],
    tilesFor(vectors, vectorsPerTile / 4),
  );
}
