// Where the tiles of a 3×3 convolution in the Winograd domain (winogradTransforms.ts) lie, and how pictures and gradients are
// brought into it. Transforms work on 4 channels at a time: inputs are a multiple of 4, outputs of 8.

import { inputTransform, outputGradientTransform } from './winogradTransforms';
import { unpool } from './convPool';

/**
 * Bytes from one row of a matrix in the Winograd domain to the next: an odd number of cache lines, because products read down
 * columns, and rows at an even distance (a power of two, say) would share a few of the cache's 64 sets.
 */
// @ts-ignore: decorator
@inline
export function rowBytes(columns: i32): usize {
  return ((((<usize>columns << 2) + 63) >> 6) | 1) << 6;
}

/** Bytes from one of the 36 matrices to the next; odd as well, because transforms go through all 36 at a time. */
// @ts-ignore: decorator
@inline
export function matrixBytes(rows: i32, columns: i32): usize {
  return ((<usize>rows * (rowBytes(columns) >> 6)) | 1) << 6;
}

/** Where the tiles of a picture batch lie: the first fields of every argument list. */
@unmanaged
export class TileArgs {
  x: usize;
  y: usize;
  height: i32;
  width: i32;
  inputs: i32;
  outHeight: i32;
  outWidth: i32;
  outputs: i32;
  /** Rows and columns of zeros above and left of the picture. */
  top: i32;
  left: i32;
  tileRows: i32;
  tileColumns: i32;
  /** Tiles in all, and in one block of the scratch memory, a multiple of 6. */
  tiles: i32;
  tilesPerBlock: i32;
  scratch: usize;
  scratchPerWorker: i32;
  /** Where y is pooled 2×2 (convPool.ts): the winners, as y, but bytes; 0 where nobody asks for them or y is not pooled. */
  choice: usize;
  /** Rows and columns of the pooled y; 0 where it is not pooled. */
  pooledHeight: i32;
  pooledWidth: i32;
}

/** Bytes of scratch before the 36 matrices: an intermediate 6×6 block of vectors and a 6×6 patch of all channels. */
// @ts-ignore: decorator
@inline
export function matricesOffset(args: TileArgs): usize {
  return 640 + (<usize>(36 * max(args.inputs, args.outputs)) << 2);
}

/** v[k][slot][channel] = Bᵀ d B for tiles [first, first + count). */
export function transformInputs(args: TileArgs, scratch: usize, v: usize, first: i32, count: i32): void {
  const channels = args.inputs;
  const pixel = <usize>channels << 2;
  const vStep = matrixBytes(args.tilesPerBlock, channels), vRow = rowBytes(channels);
  const perImage = args.tileRows * args.tileColumns;
  const patch = scratch + 640;
  for (let slot = 0; slot < count; slot++) {
    const index = first + slot;
    const image = index / perImage, rest = index % perImage;
    const h = (rest / args.tileColumns) * 4 - args.top, w = (rest % args.tileColumns) * 4 - args.left;
    const picture = args.x + <usize>(image * args.height * args.width) * pixel;
    let from = picture + <usize>(h * args.width + w) * pixel;
    let rowStep = <usize>args.width * pixel;
    if (h < 0 || w < 0 || h + 6 > args.height || w + 6 > args.width) {
      copyPatch(patch, picture, args.height, args.width, h, w, 6, pixel);
      from = patch;
      rowStep = 6 * pixel;
    }
    const to = v + <usize>slot * vRow;
    for (let c: usize = 0; c < pixel; c += 16) {
      for (let j: usize = 0; j < 6; j++) inputTransform(from + c + j * pixel, rowStep, scratch + (j << 4), 96);
      for (let i: usize = 0; i < 6; i++) inputTransform(scratch + i * 96, 16, to + c + 6 * i * vStep, vStep);
    }
  }
}

/** d[k][slot][channel] = A dy Aᵀ; dy is y of the arguments. */
export function transformOutputGradients(args: TileArgs, scratch: usize, d: usize, first: i32, count: i32): void {
  const channels = args.outputs;
  const pixel = <usize>channels << 2;
  const dStep = matrixBytes(args.tilesPerBlock, channels), dRow = rowBytes(channels);
  const perImage = args.tileRows * args.tileColumns;
  const patch = scratch + 640;
  for (let slot = 0; slot < count; slot++) {
    const index = first + slot;
    const image = index / perImage, rest = index % perImage;
    const h = (rest / args.tileColumns) * 4, w = (rest % args.tileColumns) * 4;
    const picture = args.y + <usize>(image * args.outHeight * args.outWidth) * pixel;
    let from = picture + <usize>(h * args.outWidth + w) * pixel;
    let rowStep = <usize>args.outWidth * pixel;
    if (args.pooledHeight) {
      unpoolPatch(args, patch, image, h >> 1, w >> 1, pixel);
      from = patch;
      rowStep = 4 * pixel;
    } else if (h + 4 > args.outHeight || w + 4 > args.outWidth) {
      copyPatch(patch, picture, args.outHeight, args.outWidth, h, w, 4, pixel);
      from = patch;
      rowStep = 4 * pixel;
    }
    const to = d + <usize>slot * dRow;
    for (let c: usize = 0; c < pixel; c += 16) {
      for (let j: usize = 0; j < 4; j++) outputGradientTransform(from + c + j * pixel, rowStep, scratch + (j << 4), 64);
      for (let i: usize = 0; i < 6; i++) outputGradientTransform(scratch + i * 64, 16, to + c + 6 * i * dStep, dStep);
    }
  }
}

/** Makes a 4×4 patch of the gradient from 2×2 pooled ones, with zeros where those end. */
function unpoolPatch(args: TileArgs, patch: usize, image: i32, row: i32, column: i32, pixel: usize): void {
  const rows = min(2, args.pooledHeight - row), columns = min(2, args.pooledWidth - column);
  if (rows < 2 || columns < 2) memory.fill(patch, 0, 16 * pixel);
  for (let r = 0; r < rows; r++) {
    let from = <usize>((image * args.pooledHeight + row + r) * args.pooledWidth + column) * pixel;
    for (let c = 0; c < columns; c++, from += pixel) {
      unpool(args.y + from, args.choice + (from >> 2), patch + <usize>(r * 8 + c * 2) * pixel, args.outputs, pixel, 4 * pixel);
    }
  }
}

/** Copies a size × size patch whose corner is at (h, w), with zeros where it leaves the picture. */
function copyPatch(to: usize, picture: usize, height: i32, width: i32, h: i32, w: i32, size: i32, pixel: usize): void {
  memory.fill(to, 0, <usize>(size * size) * pixel);
  const first = max(0, -w), last = min(size, width - w);
  if (last <= first) return;
  for (let r = max(0, -h); r < min(size, height - h); r++) {
    const from = picture + <usize>((h + r) * width + w + first) * pixel;
    memory.copy(to + <usize>(r * size + first) * pixel, from, <usize>(last - first) * pixel);
  }
}

