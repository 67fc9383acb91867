import type { Node } from '../../../graph/index.js';
import { activationCodes, type FusedActivation } from '../fusion.js';
import { elementsPerTile, tilesFor, type LoweringContext, type PooledGradient } from '../lowering.js';
import { Block, float, type Arguments } from '../step.js';
import { emitPad } from './movementLowerings.js';

/** One weight of a window: where it looks, in rows and columns from the window's corner, and where its weights lie. */
export interface Tap {
  readonly row: number;
  readonly column: number;
  /** Position of the tap's weights among the packed filters, in floats. */
  readonly weights: number;
}

/** A grid of positions at which a window looks at a picture batch. */
export interface Sweep {
  readonly images: number;
  readonly inHeight: number;
  readonly inWidth: number;
  /** Channels of the whole input. */
  readonly inChannels: number;
  readonly groups: number;
  readonly taps: readonly Tap[];
  readonly origin: readonly [row: number, column: number];
  readonly step: readonly [row: number, column: number];
  readonly grid: readonly [rows: number, columns: number];
  /** Floats in the output: of position (0, 0), between rows, columns and pictures. */
  readonly out: { readonly origin: number; readonly row: number; readonly column: number; readonly image: number };
}

/** How packed filters lie in memory, in floats. */
export interface FilterLayout {
  readonly outputs: number;
  readonly inputStride: number;
  readonly outputStride: number;
  readonly groupStride: number;
  /**
   * Set where outputs are those of several phases side by side, each with taps of its own: for each phase, where each tap's
   * weights begin among the filters, -1 where it does not have the tap.
   */
  readonly phases?: readonly (readonly number[])[];
}

interface InputTile {
  readonly args: Arguments;
  readonly rowTiles: number;
  /** Where in a worker's scratch the extra bytes (so many for each grid row of a tile) begin. */
  readonly extraOffset: number;
  /** Positions of a tile, rounded up to 6. */
  readonly positions: number;
  readonly gathered: boolean;
}

interface InputTileOptions {
  /** Positions that a tile should have at least. */
  readonly wanted?: number;
  /** Grid rows that must stay in one tile. */
  readonly rowsTogether?: number;
  /** A worker's extra scratch memory for each grid row of a tile. */
  readonly extraBytes?: number;
  /** Whether positions are taken six at a time, so that a tile should have a multiple of them; true by default. */
  readonly sixes?: boolean;
  /** How many positions' windows are gathered at a time. */
  readonly gather?: (windows: Windows) => number;
}

/** What decides whether windows are gathered. */
interface Windows {
  /** Runs of floats in a window, and floats in a run. */
  readonly runs: number;
  readonly runLength: number;
}

/** Scratch for a tile's sums: 8 blocks of 8 filters at 18 positions (kernels/conv.ts). */
const sumsBytes = 4 * 8 * 8 * 18;

/** Positions that a tile handles at least, where the picture has them. */
const positionsPerTile = 48;

/** Bytes that a tile's panels of a filter gradient should take at most. */
const panelCache = 384 * 1024;

/** Bytes of packed filters that a tile goes through once for every 18 positions: they should stay in the second cache. */
const cachedFilters = 256 * 1024;

/** The arguments that InputTileArgs of kernels/inputTile.ts begins with. */
function inputTileOf(
  context: LoweringContext,
  x: Block,
  sweep: Sweep,
  {
    wanted = positionsPerTile,
    rowsTogether = 1,
    extraBytes = 0,
    sixes = true,
    gather = () => 0,
  }: InputTileOptions = {},
): InputTile {
  const { taps, grid, step, origin } = sweep;
  const channels = sweep.inChannels / sweep.groups;
  const spanRows = taps.length === 0 ? 1 : Math.max(...taps.map((tap) => tap.row)) + 1;
  const spanColumns = taps.length === 0 ? 1 : Math.max(...taps.map((tap) => tap.column)) + 1;
  const bordered =
    taps.length > 0 &&
    (origin[0] < 0 ||
      origin[1] < 0 ||
      origin[0] + (grid[0] - 1) * step[0] + spanRows > sweep.inHeight ||
      origin[1] + (grid[1] - 1) * step[1] + spanColumns > sweep.inWidth);
  const rowsPerTile = chooseRows(grid, wanted, rowsTogether, sixes && rowsTogether === 1);
  const tight = bordered || channels === sweep.inChannels;
  const { starts, tapsPerRun } = joinTaps(taps, tight);
  const runLength = channels * tapsPerRun;
  const width = bordered ? (grid[1] - 1) * step[1] + spanColumns : sweep.inWidth;
  const copiedFloats = bordered ? ((rowsPerTile - 1) * step[0] + spanRows) * width * channels : 0;
  // Kernels read whole vectors: leave space for one beyond the copy's end.
  const tableOffset = roundUp(4 * copiedFloats + 32);
  const positions = Math.ceil((rowsPerTile * grid[1]) / 6) * 6;
  const extraOffset = roundUp(tableOffset + 8 * positions + 4 * starts.length + 64);
  const gatherOffset = extraOffset + roundUp(extraBytes * rowsPerTile);
  const gathered = gather({ runs: starts.length, runLength });
  // Room for a tile's sums, and for a gathered window's last vector, or the last rows of a filter gradient, past the end.
  const perWorker = gatherOffset + roundUp(sumsBytes + 4 * gathered * starts.length * runLength + 64);
  const scratch = context.scratch(perWorker, 'input tile');
  const args: Arguments = [
    x,
    context.table(starts.flat()),
    [starts.length, runLength, sweep.inHeight, sweep.inWidth, sweep.inChannels, channels],
    [...origin, ...step, spanRows, spanColumns, ...grid],
    [sweep.out.origin, sweep.out.row, sweep.out.column, sweep.out.image],
    [rowsPerTile, bordered ? 1 : 0],
    [scratch, perWorker, tableOffset, gatherOffset],
  ];
  return { args, rowTiles: Math.ceil(grid[0] / rowsPerTile), extraOffset, positions, gathered: gathered > 0 };
}

/**
 * Grid rows in a tile: enough for `wanted` positions, up to three times as many where that wastes fewer, since positions
 * are taken six at a time.
 */
function chooseRows(
  [rows, columns]: readonly [number, number],
  wanted: number,
  together: number,
  sixes: boolean,
): number {
  const least = Math.min(rows, Math.max(1, Math.ceil(wanted / columns / together)) * together);
  if (!sixes) return least;
  const taken = (count: number): number => Math.ceil((count * columns) / 6) * 6;
  const cost = (height: number): number => Math.floor(rows / height) * taken(height) + taken(rows % height);
  let best = least;
  for (let height = least + 1; height <= Math.min(rows, 3 * least); height++)
    if (cost(height) < cost(best)) best = height;
  return best;
}

/** Taps side by side on tightly packed pixels make one long run; runs of unequal length are left as single taps. */
function joinTaps(taps: readonly Tap[], tight: boolean): { starts: [number, number][]; tapsPerRun: number } {
  const starts: [number, number][] = [];
  const lengths: number[] = [];
  for (const [i, tap] of taps.entries()) {
    const previous = taps[i - 1];
    if (tight && previous?.row === tap.row && previous.column + 1 === tap.column) lengths[lengths.length - 1]++;
    else {
      starts.push([tap.row, tap.column]);
      lengths.push(1);
    }
  }
  if (lengths.every((length) => length === lengths[0])) return { starts, tapsPerRun: lengths[0] ?? 1 };
  return { starts: taps.map(({ row, column }) => [row, column]), tapsPerRun: 1 };
}

const roundUp = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** What happens to the sums before they are stored. */
export interface ConvolutionEpilogue {
  readonly bias: Block | undefined;
  readonly residual: Block | undefined;
  readonly activation: FusedActivation;
  /** Set where the value is a gradient that a rectifier stops: the rectifier's output, and what passes at most. */
  readonly mask?: { readonly of: Block; readonly limit: number } | undefined;
  /** Set where the value is pooled 2×2: where the winners go, if anywhere. The grid then covers whole windows only. */
  readonly pool?: { readonly choice: Block | undefined };
}

/** What the node's epilogue asks of its kernel. */
export function epilogueOf(context: LoweringContext): ConvolutionEpilogue {
  const { bias, residual, activation = 'none', mask, pool } = context.epilogue ?? {};
  return {
    bias: bias && context.block(bias),
    residual: residual && context.block(residual),
    activation,
    mask: mask && { of: context.block(mask.of), limit: mask.limit },
    pool: pool && { choice: context.choice(pool) },
  };
}

/** The kernels' last arguments: residual, mask and what it lets through. */
export function endOf({ residual, mask }: ConvolutionEpilogue): Arguments {
  return [residual ?? 0, mask?.of ?? 0, float(mask?.limit ?? 0)];
}

/** A residual sum and a mask in steps of their own, behind kernels that do not know them. */
export function emitEnd(context: LoweringContext, y: Block, { residual, mask }: ConvolutionEpilogue): void {
  const count = y.bytes / 4;
  const tiles = tilesFor(count, elementsPerTile);
  if (!residual && !mask) return;
  context.step('endGradient', [y, count, elementsPerTile, endOf({ ...plainEpilogue, residual, mask })], tiles);
}

/** Sums that are stored as they are. */
export const plainEpilogue: ConvolutionEpilogue = { bias: undefined, activation: 'none', residual: undefined };

/** A sweep over x with its border of zeros in memory, for tiles that would otherwise each make the same part of it. */
function withBorder(context: LoweringContext, x: Block, sweep: Sweep): { x: Block; sweep: Sweep } {
  const { images, inHeight, inWidth, inChannels, origin, step, grid, taps } = sweep;
  const sizes = [inHeight, inWidth] as const;
  const span = [Math.max(...taps.map((tap) => tap.row)) + 1, Math.max(...taps.map((tap) => tap.column)) + 1] as const;
  const [top, left] = [Math.max(0, -origin[0]), Math.max(0, -origin[1])];
  const [bottom, right] = [0, 1].map((axis) =>
    Math.max(0, origin[axis] + (grid[axis] - 1) * step[axis] + span[axis] - sizes[axis]),
  );
  if (top + left + bottom + right === 0) return { x, sweep };
  const [height, width] = [top + inHeight + bottom, left + inWidth + right];
  const padded = context.temporary(4 * images * height * width * inChannels, 'input with a border');
  const margins = { before: [0, top, left, 0], after: [0, bottom, right, 0] };
  emitPad(context, x, padded, [images, inHeight, inWidth, inChannels], margins, float(0));
  return {
    x: padded,
    sweep: { ...sweep, inHeight: height, inWidth: width, origin: [origin[0] + top, origin[1] + left] },
  };
}

/** Whether nothing is made of the sums: what kernels without an epilogue give. */
export const isPlain = ({ bias, residual, activation, mask, pool }: ConvolutionEpilogue): boolean =>
  !bias && !residual && !mask && !pool && activation === 'none';

/** Emits y = sweep(x) · w where y has three channels and x a multiple of four (kernels/convThree.ts). */
export function emitThree(
  context: LoweringContext,
  x: Block,
  w: Node,
  y: Block,
  sweep: Sweep,
  { inputStride, outputStride }: FilterLayout,
): void {
  const { taps, inChannels } = sweep;
  const packed = context.derived(w, 12 * taps.length * inChannels, 'packed filters', (to) => {
    const starts = context.table(taps.map((tap) => tap.weights));
    context.step('packThree', [context.block(w), to, starts, taps.length, inChannels, inputStride, outputStride], 3);
  });
  // Windows are tall beside a row, and each tile copies what its own see where they leave dy: several rows to a tile.
  const tile = inputTileOf(context, x, sweep, { wanted: 8 * positionsPerTile });
  context.step('convolveThree', [tile.args, packed, y], sweep.images * tile.rowTiles);
}

/** Emits y = activation(sweep(x) · w + bias + residual): packs the filters, then one tile of positions and some filters each. */
export function emitConvolution(
  context: LoweringContext,
  input: Block,
  w: Node,
  y: Block,
  given: Sweep,
  layout: FilterLayout,
  epilogue: ConvolutionEpilogue,
): void {
  const { groups, taps } = given;
  const channels = given.inChannels / groups;
  const blocks = Math.ceil(layout.outputs / 8);
  const bytes = Math.max(4, 32 * groups * blocks * taps.length * channels);
  const packed = context.derived(w, bytes, 'packed filters', (to) => {
    const { phases = [taps.map((tap) => tap.weights)] } = layout;
    context.step(
      'packFilters',
      [
        [context.block(w), to, context.table(phases.flat()), taps.length, channels, layout.outputs],
        [layout.inputStride, layout.outputStride, groups, layout.groupStride, layout.outputs / phases.length],
      ],
      groups * blocks,
    );
  });
  const perBlock = 32 * taps.length * channels;
  // Filters that fill the cache are cut, and each part goes over more positions.
  const fitting = Math.max(1, Math.floor(cachedFilters / perBlock / 8) * 8 || Math.floor(cachedFilters / perBlock));
  const cut = !epilogue.pool && groups === 1 && blocks > fitting;
  const { x, sweep } = cut ? withBorder(context, input, given) : { x: input, sweep: given };
  const tile = inputTileOf(context, x, sweep, {
    wanted: epilogue.pool || cut ? 4 * positionsPerTile : positionsPerTile,
    rowsTogether: epilogue.pool ? 2 : 1,
    // Windows of long runs are read where they lie.
    gather: ({ runs, runLength }) => (runs > 1 && (epilogue.pool || runLength < 48) ? (epilogue.pool ? 4 : 18) : 0),
  });
  if (epilogue.pool) {
    const args = [tile.args, packed, epilogue.bias ?? 0, y, epilogue.pool.choice ?? 0, layout.outputs];
    context.step('convolvePooled', args, sweep.images * tile.rowTiles);
    return;
  }
  const positionTiles = sweep.images * groups * tile.rowTiles;
  // With few positions (dense layers), cut the filters too, so that every worker has something to do.
  const wantedTiles = Math.max(1, Math.ceil(16 / positionTiles));
  const blocksPerTile = Math.max(1, Math.min(cut ? fitting : blocks, Math.ceil(blocks / wantedTiles)));
  context.step(
    'convolve',
    [
      [tile.args, packed, epilogue.bias ?? 0, y, groups, layout.outputs, blocksPerTile],
      [activationCodes[epilogue.activation], tile.gathered ? 1 : 0, endOf(epilogue)],
    ],
    positionTiles * Math.ceil(blocks / blocksPerTile),
  );
}

/**
 * Emits dw = Σ x · dy over the sweep, as [groups × rows, filters] where rows are taps × channels. The number of parts is
 * fixed by the shapes, so that the sum does not depend on the number of workers.
 */
export function emitFilterGradient(
  context: LoweringContext,
  x: Block,
  dy: Block | PooledGradient,
  dw: Block,
  sweep: Sweep,
  filters: number,
): void {
  const { groups, taps, images } = sweep;
  const rows = taps.length * (sweep.inChannels / groups);
  const width = Math.ceil(filters / 8) * 8;
  const paddedRows = Math.ceil(rows / 6) * 6;
  const bytes = 4 * groups * paddedRows * width;
  const wantedParts = bytes > 2 ** 20 ? 2 : bytes > 2 ** 16 ? 8 : 16;
  const imagesPerPart = Math.ceil(images / Math.min(images, wantedParts));
  const partCount = Math.ceil(images / imagesPerPart);
  // Few parts: cut the rows of dw too.
  const wantedRowTiles = Math.max(1, Math.ceil(8 / (partCount * groups)));
  const rowsPerTile = Math.ceil(Math.ceil(rows / wantedRowTiles) / 6) * 6;
  const rowTiles = Math.ceil(paddedRows / rowsPerTile);
  // A single part of the result's own form is the result.
  const whole = partCount === 1 && groups === 1 && width === filters;
  const parts = whole ? dw : context.temporary(bytes * partCount, 'parts of the filter gradient');
  const pooled = dy instanceof Block ? undefined : dy;
  // A position's numbers in the panels of rows and of filters; the panels of a tile share the second-level cache.
  const positionBytes = 4 * (rowsPerTile + width);
  const tile = inputTileOf(context, x, sweep, {
    wanted: Math.max(16, Math.min(128, Math.floor(panelCache / positionBytes))),
    rowsTogether: pooled ? 2 : 1,
    extraBytes: pooled ? 4 * sweep.grid[1] * filters + 64 : 0,
    sixes: false,
    gather: ({ runs }) => (runs > 1 ? 1 : 0),
  });
  const panelBytes = tile.positions * positionBytes + 64;
  context.step(
    'convolveFilterGradient',
    [
      [tile.args, pooled?.gradient ?? (dy as Block), parts, groups, filters, images, imagesPerPart],
      [rowsPerTile, rowTiles, pooled?.choice ?? 0, tile.extraOffset],
      [whole ? context.scratch(24 * width, 'last rows') : 0, context.scratch(panelBytes, 'panels'), panelBytes],
    ],
    partCount * groups * rowTiles,
  );
  if (whole) return;
  const sumRows = Math.max(1, Math.ceil(8192 / width));
  context.step(
    'sumParts',
    [parts, dw, partCount, groups * rows, rows, paddedRows, width, filters, groups * paddedRows * width, sumRows],
    Math.ceil((groups * rows) / sumRows),
  );
}
