import type { Shape } from '../../../tensor/index.js';
import type { Node } from '../../../graph/index.js';
import type { Conv2dAttributes } from '../../../ops/conv2d.js';
import type { Window } from '../../../ops/window.js';
import { activationCodes } from '../fusion.js';
import type { LoweringContext, PooledGradient } from '../lowering.js';
import { Block, type Arguments } from '../step.js';
import { emitEnd, endOf, plainEpilogue, type ConvolutionEpilogue } from './emitConvolution.js';

/** A convolution that can go through the Winograd domain. */
export interface WinogradShapes {
  /** [N, H, W, inputs] of the forward convolution. */
  readonly x: Shape;
  /** [N, outH, outW, outputs]. */
  readonly y: Shape;
  /** Margins above and left of x; the rest of the window is known. */
  readonly margins: Window['margins'];
}

/**
 * Whether F(4×4, 3×3) applies and pays: 3×3 at stride 1, channels in whole vectors, and tiles full enough that the
 * products saved outweigh the transforms.
 */
export function suitsWinograd(
  context: LoweringContext,
  w: Shape,
  { x, y, window }: { readonly x: Shape; readonly y: Shape; readonly window: Window },
  { groups }: Conv2dAttributes,
): boolean {
  const [kh, kw, inputs, outputs] = w;
  const plain = kh === 3 && kw === 3 && groups === 1 && [...window.strides, ...window.dilation].every((n) => n === 1);
  const whole = inputs % 8 === 0 && outputs % 8 === 0 && inputs >= 16 && outputs >= 16;
  const tiles = Math.ceil(y[1] / 4) * Math.ceil(y[2] / 4);
  if (!context.winograd || !plain || !whole || 36 * tiles * 1.5 >= 9 * y[1] * y[2] || x[0] === 0) return false;
  // Many filters come from memory, four times as many numbers as the direct kernels read: in the time that takes, this
  // many products could be made for each of them.
  const reading = inputs * outputs >= manyFilters ? 150 : 0;
  return 36 * Math.ceil((x[0] * tiles) / 6) * 6 + reading < 9 * x[0] * y[1] * y[2];
}

/** Bytes from one row of a matrix to the next, and from one of 36 matrices: odd numbers of cache lines (kernels/winogradTiles.ts). */
const rowBytes = (columns: number): number => 64 * (Math.ceil(columns / 16) | 1);
const matrixBytes = (rows: number, columns: number): number => 64 * (((rows * rowBytes(columns)) / 64) | 1);

/** Bytes from one of the 36 matrices of filters to the next. */
const filterBytes = (inputs: number, outputs: number): number => 4 * inputs * outputs + 64;

/** Filters of more numbers than this (9 MiB in the domain at 256 × 256) should be read once, not once per block of tiles. */
const manyFilters = 96 * 128;

/** Tiles that are transformed and multiplied stage by stage at most: more would push each other out of the cache. */
const mostStaged = 512;

/** Scratch for filters in turn, per worker (kernels/winogradFilters.ts). */
const filterScratch = 8192;

/**
 * Picture tiles handled together by one worker: as many as keep the 36 matrices within a 1 MiB cache beside the filters, but
 * at least 48 (where there are as many), because every block reads all filters.
 */
function blockOf(inputs: number, outputs: number, tiles: number): number {
  const bytes = 4 * 36 * (inputs + outputs);
  const fitting = Math.floor((384 * 1024) / bytes / 6) * 6;
  const least = inputs * outputs > manyFilters ? 48 : 12;
  return Math.max(6, Math.min(Math.max(least, Math.min(48, fitting)), Math.ceil(tiles / 6) * 6));
}

const tilesPerImage = ({ y }: WinogradShapes): number => Math.ceil(y[1] / 4) * Math.ceil(y[2] / 4);

/** How tiles are held: in a worker's scratch memory, or all of them outside of it. */
interface TileMemory {
  readonly tilesPerBlock: number;
  readonly staged?: boolean;
}

function tileArguments(
  context: LoweringContext,
  x: Block,
  y: Block,
  shapes: WinogradShapes,
  { tilesPerBlock, staged = false }: TileMemory,
  pooled?: { readonly choice: Block | undefined; readonly size: readonly [rows: number, columns: number] },
): Arguments {
  const [images, height, width, inputs] = shapes.x;
  const [, outHeight, outWidth, outputs] = shapes.y;
  const [tileRows, tileColumns] = [Math.ceil(outHeight / 4), Math.ceil(outWidth / 4)];
  const matrices = staged ? 0 : 36 * (matrixBytes(tilesPerBlock, inputs) + matrixBytes(tilesPerBlock, outputs));
  const perWorker = 640 + 4 * 36 * Math.max(inputs, outputs) + matrices;
  const scratchPerWorker = Math.ceil(perWorker / 64) * 64;
  return [
    [x, y, height, width, inputs, outHeight, outWidth, outputs],
    [shapes.margins[0], shapes.margins[2], tileRows, tileColumns],
    [images * tileRows * tileColumns, tilesPerBlock],
    [context.scratch(scratchPerWorker, 'Winograd tiles'), scratchPerWorker],
    [pooled?.choice ?? 0, ...(pooled?.size ?? [0, 0])],
  ];
}

/** The arguments of `tileArguments` from y on, for a gradient that is whole or pooled. */
function gradientSource(
  dy: Block | PooledGradient,
  shapes: WinogradShapes,
  memory: TileMemory,
): [Block, WinogradShapes, TileMemory, { choice: Block; size: readonly [number, number] }?] {
  if (dy instanceof Block) return [dy, shapes, memory];
  return [dy.gradient, shapes, memory, { choice: dy.choice, size: [dy.shape[1], dy.shape[2]] }];
}

/** What transformed filters are for: kernels/winogradFilters.ts. */
const purposes = { forward: 0, adjoint: 1, turned: 2 } as const;

/** `inputs` and `outputs` are the packed filters'. */
function transformFilters(
  context: LoweringContext,
  w: Node,
  [inputs, outputs]: readonly [number, number],
  purpose: keyof typeof purposes,
): Block {
  return context.derived(w, 36 * filterBytes(inputs, outputs), 'filters in the Winograd domain', (u) => {
    const scratch = context.scratch(filterScratch, 'filter taps');
    const args = [context.block(w), u, inputs, outputs, purposes[purpose], filterBytes(inputs, outputs), scratch];
    context.step('winogradFilters', args, (purpose === 'forward' ? outputs : inputs) / 8);
  });
}

/** Emits y = activation(conv(x, w) + bias + residual). */
export function emitWinograd(
  context: LoweringContext,
  x: Block,
  w: Node,
  y: Block,
  full: WinogradShapes,
  epilogue: ConvolutionEpilogue,
  purpose: 'forward' | 'turned' = 'forward',
): void {
  // A pooled output leaves out an odd last row and column, which no window covers.
  const [images, outHeight, outWidth, filters] = full.y;
  const size = [outHeight >> 1, outWidth >> 1] as const;
  const pooled = epilogue.pool && { choice: epilogue.pool.choice, size };
  const shapes = pooled ? { ...full, y: [images, 2 * size[0], 2 * size[1], filters] } : full;
  const [inputs, outputs] = [shapes.x[3], shapes.y[3]];
  const u = transformFilters(context, w, purpose === 'forward' ? [inputs, outputs] : [outputs, inputs], purpose);
  const tiles = shapes.x[0] * tilesPerImage(shapes);
  const ending = [u, epilogue.bias ?? 0, activationCodes[epilogue.activation], endOf(epilogue)];
  if (inputs * outputs < manyFilters || tiles > mostStaged) {
    const tilesPerBlock = blockOf(inputs, outputs, Math.ceil(tiles / 8));
    const args = tileArguments(context, x, y, shapes, { tilesPerBlock }, pooled);
    context.step('winogradForward', [...args, ...ending], Math.ceil(tiles / tilesPerBlock));
    return;
  }
  const rows = Math.ceil(tiles / 6) * 6;
  const v = context.temporary(36 * matrixBytes(rows, inputs), 'inputs in the Winograd domain');
  const m = context.temporary(36 * matrixBytes(rows, outputs), 'products in the Winograd domain');
  const tilesPerTask = Math.max(1, Math.ceil(tiles / 16));
  const tasks = Math.ceil(tiles / tilesPerTask);
  const staged = { tilesPerBlock: rows, staged: true };
  const args = [...tileArguments(context, x, y, shapes, staged, pooled), ...ending, v, m, tilesPerTask];
  const outputsPerTask = Math.min(outputs, 64);
  context.step('winogradInputs', args, tasks);
  context.step(
    'winogradProducts',
    [v, u, m, rows, inputs, outputs, outputsPerTask],
    36 * Math.ceil(outputs / outputsPerTask),
  );
  context.step('winogradOutputs', args, tasks);
}

/** Emits dx from dy, with the end of an epilogue (residual and mask); `shapes` are the forward convolution's. */
export function emitWinogradInputGradient(
  context: LoweringContext,
  dy: Node,
  w: Node,
  dx: Block,
  shapes: WinogradShapes,
  epilogue: ConvolutionEpilogue = plainEpilogue,
): void {
  const [images, height, width, inputs] = shapes.x;
  const [, outHeight, outWidth, outputs] = shapes.y;
  const perImage = tilesPerImage(shapes);
  // As a convolution of dy it can be cut into tiles of any kind, but dy must not be pooled, nor tiles become more.
  const sameTiles = Math.ceil(height / 4) * Math.ceil(width / 4) === perImage;
  if (sameTiles && (inputs * outputs >= manyFilters || !context.pooledGradient(dy))) {
    const [top, left] = [2 - shapes.margins[0], 2 - shapes.margins[2]];
    const margins = [top, height + 2 - outHeight - top, left, width + 2 - outWidth - left] as const;
    const turned = { x: shapes.y, y: shapes.x, margins };
    emitWinograd(context, context.block(dy), w, dx, turned, epilogue, 'turned');
    return;
  }
  const u = transformFilters(context, w, [inputs, outputs], 'adjoint');
  const wanted = blockOf(inputs, outputs, Math.ceil((images * perImage) / 8));
  const imagesPerTile = Math.max(1, Math.floor(wanted / perImage));
  const tilesPerBlock = blockOf(inputs, outputs, imagesPerTile * perImage);
  const source = context.pooledGradient(dy) ?? context.block(dy);
  const args = tileArguments(context, dx, ...gradientSource(source, shapes, { tilesPerBlock }));
  context.step('winogradInputGradient', [...args, u, images, imagesPerTile], Math.ceil(images / imagesPerTile));
  emitEnd(context, dx, epilogue);
}

/** Emits dw from x and dy; the number of parts is fixed by the shapes. */
export function emitWinogradFilterGradient(
  context: LoweringContext,
  x: Block,
  dy: Block | PooledGradient,
  dw: Block,
  shapes: WinogradShapes,
): void {
  const [inputs, outputs] = [shapes.x[3], shapes.y[3]];
  const tiles = shapes.x[0] * tilesPerImage(shapes);
  const emit = inputs * outputs > 128 * 128 ? emitStagedProducts : emitParts;
  const { parts, partCount } = emit(context, x, dy, shapes, tiles);
  const inputsPerTile = Math.ceil(inputs / 16);
  const rows = context.scratch(1024 + 36 * 4 * outputs, 'sums of the parts');
  const args = [parts, dw, partCount, inputs, outputs, inputsPerTile, rows];
  context.step('winogradFilterGradientEnd', args, Math.ceil(inputs / inputsPerTile));
}

interface Parts {
  readonly parts: Block;
  readonly partCount: number;
}

/** Each part adds up its own tiles' products. */
function emitParts(
  context: LoweringContext,
  x: Block,
  dy: Block | PooledGradient,
  shapes: WinogradShapes,
  tiles: number,
): Parts {
  const [inputs, outputs] = [shapes.x[3], shapes.y[3]];
  const wanted = Math.max(1, Math.min(inputs * outputs > 96 * 96 ? 2 : 8, Math.floor(tiles / 12)));
  const tilesPerPart = Math.ceil(tiles / wanted);
  const partCount = Math.ceil(tiles / tilesPerPart);
  const parts = context.temporary(36 * filterBytes(inputs, outputs) * partCount, 'parts of the filter gradient');
  const memory = { tilesPerBlock: blockOf(inputs, outputs, tilesPerPart) };
  const args = tileArguments(context, x, ...gradientSource(dy, shapes, memory));
  context.step('winogradFilterGradient', [...args, parts, tilesPerPart], partCount);
  return { parts, partCount };
}

/** All tiles are transformed first, so that each of the 36 products, as large as the filters, is written once. */
function emitStagedProducts(
  context: LoweringContext,
  x: Block,
  dy: Block | PooledGradient,
  shapes: WinogradShapes,
  tiles: number,
): Parts {
  const [inputs, outputs] = [shapes.x[3], shapes.y[3]];
  const rows = Math.ceil(tiles / 6) * 6;
  const v = context.temporary(36 * matrixBytes(rows, inputs), 'inputs in the Winograd domain');
  const d = context.temporary(36 * matrixBytes(rows, outputs), 'gradients in the Winograd domain');
  const parts = context.temporary(36 * filterBytes(inputs, outputs), 'gradient in the Winograd domain');
  const tilesPerTask = Math.max(1, Math.ceil(tiles / 32));
  const source = gradientSource(dy, shapes, { tilesPerBlock: rows, staged: true });
  const args = [...tileArguments(context, x, ...source), v, d, tilesPerTask];
  context.step('winogradGradientInputs', args, Math.ceil(tiles / tilesPerTask));
  const inputsPerTask = Math.ceil(inputs / 48) * 12;
  const products = [v, d, parts, tiles, rows, inputs, outputs, inputsPerTask];
  context.step('winogradOuterProducts', products, 36 * Math.ceil(inputs / inputsPerTask));
  return { parts, partCount: 1 };
}
