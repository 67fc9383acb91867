import type { Shape } from '../../../tensor/index.js';
import type { ConvolutionEpilogue } from './convolution.js';
import type { Conv2dAttributes } from '../../../ops/conv2dWindow.js';
import type { Window } from '../../../ops/window.js';
import type { LoweringContext, PooledGradient } from '../lowering.js';
import { Block, type Argument } from '../step.js';

/** A convolution that can go through the Winograd domain. */
export interface WinogradShapes {
  /** [N, H, W, inputs] of the forward convolution. */
  readonly x: Shape;
  /** [N, outH, outW, outputs]. */
  readonly y: Shape;
  readonly window: Window;
}

/**
 * Whether F(4×4, 3×3) applies and pays: 3×3 at stride 1, channels in whole vectors, and tiles full enough that the
 * products saved outweigh the transforms.
 */
export function suitsWinograd(
  context: LoweringContext,
  w: Shape,
  { x, y, window }: WinogradShapes,
  { groups }: Conv2dAttributes,
): boolean {
  const [kh, kw, inputs, outputs] = w;
  const plain = kh === 3 && kw === 3 && groups === 1 && [...window.strides, ...window.dilation].every((n) => n === 1);
  const whole = inputs % 8 === 0 && outputs % 8 === 0 && inputs >= 16 && outputs >= 16;
  const products = 36 * Math.ceil(y[1] / 4) * Math.ceil(y[2] / 4);
  return context.winograd && plain && whole && products * 1.5 < 9 * y[1] * y[2] && x[0] > 0;
}

/** Bytes from one of the 36 matrices to the next: an odd number of cache lines (kernels/winograd.ts). */
const matrixBytes = (rows: number, columns: number): number => 64 * (Math.ceil((rows * columns) / 16) | 1);

/** Picture tiles handled together: few enough that their 36 matrices stay in a 1 MiB cache beside the filters. */
function blockOf(inputs: number, outputs: number, tiles: number): number {
  const bytes = 4 * 36 * (inputs + outputs);
  const fitting = Math.floor((384 * 1024) / bytes / 6) * 6;
  return Math.max(6, Math.min(Math.max(12, Math.min(48, fitting)), Math.ceil(tiles / 6) * 6));
}

function tileArguments(
  context: LoweringContext,
  x: Block,
  y: Block,
  shapes: WinogradShapes,
  tilesPerBlock: number,
  pooled?: { readonly choice: Block | undefined; readonly size: readonly [rows: number, columns: number] },
): Argument[] {
  const [images, height, width, inputs] = shapes.x;
  const [, outHeight, outWidth, outputs] = shapes.y;
  const [tileRows, tileColumns] = [Math.ceil(outHeight / 4), Math.ceil(outWidth / 4)];
  const perWorker =
    640 +
    4 * 36 * Math.max(inputs, outputs) +
    36 * (matrixBytes(tilesPerBlock, inputs) + matrixBytes(tilesPerBlock, outputs));
  const scratchPerWorker = Math.ceil(perWorker / 64) * 64;
  return [
    ...[x, y, height, width, inputs, outHeight, outWidth, outputs],
    ...[shapes.window.margins[0], shapes.window.margins[2], tileRows, tileColumns],
    ...[images * tileRows * tileColumns, tilesPerBlock],
    ...[context.scratch(scratchPerWorker, 'Winograd tiles'), scratchPerWorker],
    ...[pooled?.choice ?? 0, ...(pooled?.size ?? [0, 0])],
  ];
}

/** The arguments of `tileArguments` from y on, for a gradient that is whole or pooled. */
function gradientSource(
  dy: Block | PooledGradient,
  shapes: WinogradShapes,
  tilesPerBlock: number,
): [Block, WinogradShapes, number, { choice: Block; size: readonly [number, number] }?] {
  if (dy instanceof Block) return [dy, shapes, tilesPerBlock];
  return [dy.gradient, shapes, tilesPerBlock, { choice: dy.choice, size: [dy.shape[1], dy.shape[2]] }];
}

const tilesPerImage = ({ y }: WinogradShapes): number => Math.ceil(y[1] / 4) * Math.ceil(y[2] / 4);

function transformFilters(
  context: LoweringContext,
  w: Block,
  inputs: number,
  outputs: number,
  transposed: boolean,
): Block {
  const u = context.temporary(36 * matrixBytes(inputs, outputs), 'filters in the Winograd domain');
  const args = [w, u, inputs, outputs, transposed ? 1 : 0, context.scratch(4096, 'filter taps')];
  context.step('winogradFilters', args, (transposed ? inputs : outputs) / 8);
  return u;
}

/** Emits y = activation(conv(x, w) + bias). */
export function emitWinograd(
  context: LoweringContext,
  x: Block,
  w: Block,
  y: Block,
  full: WinogradShapes,
  epilogue: ConvolutionEpilogue,
): void {
  // A pooled output leaves out an odd last row and column, which no window covers.
  const [images, outHeight, outWidth, filters] = full.y;
  const size = [outHeight >> 1, outWidth >> 1] as const;
  const pooled = epilogue.pool && { choice: epilogue.pool.choice, size };
  const shapes = pooled ? { ...full, y: [images, 2 * size[0], 2 * size[1], filters] } : full;
  const [inputs, outputs] = [shapes.x[3], shapes.y[3]];
  const u = transformFilters(context, w, inputs, outputs, false);
  const tiles = shapes.x[0] * tilesPerImage(shapes);
  const perBlock = blockOf(inputs, outputs, Math.ceil(tiles / 8));
  const args = tileArguments(context, x, y, shapes, perBlock, pooled);
  const activation = epilogue.activation === 'relu' ? 1 : 0;
  context.step('winogradForward', [...args, u, epilogue.bias ?? 0, activation], Math.ceil(tiles / perBlock));
}

/** Emits dx from dy; `shapes` are the forward convolution's. */
export function emitWinogradInputGradient(
  context: LoweringContext,
  dy: Block | PooledGradient,
  w: Block,
  dx: Block,
  shapes: WinogradShapes,
): void {
  const [images, , , inputs] = shapes.x;
  const outputs = shapes.y[3];
  const u = transformFilters(context, w, inputs, outputs, true);
  const perImage = tilesPerImage(shapes);
  const wanted = blockOf(inputs, outputs, Math.ceil((images * perImage) / 8));
  const imagesPerTile = Math.max(1, Math.floor(wanted / perImage));
  const perBlock = blockOf(inputs, outputs, imagesPerTile * perImage);
  const args = tileArguments(context, dx, ...gradientSource(dy, shapes, perBlock));
  context.step('winogradInputGradient', [...args, u, images, imagesPerTile], Math.ceil(images / imagesPerTile));
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
  const partCount = Math.max(1, Math.min(inputs * outputs > 128 * 128 ? 2 : 8, Math.floor(tiles / 12)));
  const tilesPerPart = Math.ceil(tiles / partCount);
  const parts = context.temporary(36 * matrixBytes(inputs, outputs) * partCount, 'parts of the filter gradient');
  const args = tileArguments(context, x, ...gradientSource(dy, shapes, blockOf(inputs, outputs, tilesPerPart)));
  context.step('winogradFilterGradient', [...args, parts, tilesPerPart], Math.ceil(tiles / tilesPerPart));
  const inputsPerTile = Math.ceil(inputs / 8);
  const rows = context.scratch(1024 + 36 * 4 * outputs, 'sums of the parts');
  context.step(
    'winogradFilterGradientEnd',
    [...[parts, dw, Math.ceil(tiles / tilesPerPart), inputs, outputs, inputsPerTile], rows],
    Math.ceil(inputs / inputsPerTile),
  );
}
