// 3×3 convolution at stride 1 in the Winograd domain (winogradTransforms.ts), in all three passes. A block of tiles is
// transformed, multiplied and transformed back within one worker's scratch memory, so that the 36 intermediate matrices
// stay in the cache. Transforms work on 4 channels at a time: inputs are a multiple of 4, outputs of 8.

import {
  filterGradientTransform, filterTransform, inputGradientTransform, inputTransform, outputGradientTransform,
  outputTransform,
} from './winogradTransforms';
import { storePooled, unpool } from './convPool';
import { outerProduct, tileProduct } from './winogradProducts';

/**
 * Bytes from one of the 36 matrices of rows × columns to the next: an odd number of cache lines. Transforms go through all
 * 36 at a time, and at an even distance (a power of two, say) those would share a few of the cache's 64 sets.
 */
// @ts-ignore: decorator
@inline
function matrixBytes(rows: i32, columns: i32): usize {
  return ((((<usize>(rows * columns) << 2) + 63) >> 6) | 1) << 6;
}

@unmanaged
class FilterArgs {
  w: usize;
  u: usize;
  inputs: i32;
  outputs: i32;
  /** 1: u for the gradient by the input, [36][inputs / 8][output][8]. */
  transposed: i32;
  scratch: usize;
}

/** u = G w Gᵀ, [36][outputs / 8][input][8]. A tile is one block of 8; it has 4 KiB of scratch per worker. */
export function winogradFilters(at: usize, tile: i32, worker: i32): void {
  const args = changetype<FilterArgs>(at);
  const inputs = args.inputs, outputs = args.outputs;
  const rows = args.transposed ? outputs : inputs;
  const taps = args.scratch + (<usize>worker << 12), half = taps + 144, full = half + 288;
  const filterStep = <usize>(inputs * outputs) << 2, uStep = matrixBytes(inputs, outputs);
  for (let row = 0; row < rows; row++) {
    for (let lane = 0; lane < 8; lane += 4) {
      if (args.transposed) {
        const from = args.w + (<usize>((tile * 8 + lane) * outputs + row) << 2);
        const s = <usize>outputs << 2;
        for (let k = 0; k < 9; k++) {
          const p = from + <usize>k * filterStep, q = taps + (<usize>k << 4);
          store<f32>(q, load<f32>(p));
          store<f32>(q, load<f32>(p + s), 4);
          store<f32>(q, load<f32>(p + 2 * s), 8);
          store<f32>(q, load<f32>(p + 3 * s), 12);
        }
      } else {
        const from = args.w + (<usize>(row * outputs + tile * 8 + lane) << 2);
        for (let k = 0; k < 9; k++) v128.store(taps + (<usize>k << 4), v128.load(from + <usize>k * filterStep));
      }
      // Columns first (9 vectors → 6 × 3), then rows (→ 6 × 6).
      for (let j: usize = 0; j < 3; j++) filterTransform(taps + (j << 4), 48, half + (j << 4), 48);
      const to = args.u + (<usize>((tile * rows + row) * 8 + lane) << 2);
      for (let i: usize = 0; i < 6; i++) filterTransform(half + i * 48, 16, full + i * 96, 16);
      for (let k: usize = 0; k < 36; k++) v128.store(to + k * uStep, v128.load(full + (k << 4)));
    }
  }
}

/** Where the tiles of a picture batch lie: the first fields of every argument list below. */
@unmanaged
class TileArgs {
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
  /** Where y is pooled 2×2 (convPool.ts): the winners, as y; 0 where nobody asks for them or y is not pooled. */
  choice: usize;
  /** Rows and columns of the pooled y; 0 where it is not pooled. */
  pooledHeight: i32;
  pooledWidth: i32;
}

/** Bytes of scratch before the 36 matrices: an intermediate 6×6 block of vectors and a 6×6 patch of all channels. */
// @ts-ignore: decorator
@inline
function matricesOffset(args: TileArgs): usize {
  return 640 + (<usize>(36 * max(args.inputs, args.outputs)) << 2);
}

/** v[k][slot][channel] = Bᵀ d B for tiles [first, first + count). */
function transformInputs(args: TileArgs, scratch: usize, v: usize, first: i32, count: i32): void {
  const channels = args.inputs;
  const pixel = <usize>channels << 2;
  const vStep = matrixBytes(args.tilesPerBlock, channels);
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
    const to = v + <usize>(slot * channels) * 4;
    for (let c: usize = 0; c < pixel; c += 16) {
      for (let j: usize = 0; j < 6; j++) inputTransform(from + c + j * pixel, rowStep, scratch + (j << 4), 96);
      for (let i: usize = 0; i < 6; i++) inputTransform(scratch + i * 96, 16, to + c + 6 * i * vStep, vStep);
    }
  }
}

/** d[k][slot][channel] = A dy Aᵀ; dy is y of the arguments. */
function transformOutputGradients(args: TileArgs, scratch: usize, d: usize, first: i32, count: i32): void {
  const channels = args.outputs;
  const pixel = <usize>channels << 2;
  const dStep = matrixBytes(args.tilesPerBlock, channels);
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
    const to = d + <usize>(slot * channels) * 4;
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
      unpool(args.y + from, args.choice + from, patch + <usize>(r * 8 + c * 2) * pixel, args.outputs, pixel, 4 * pixel);
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

@unmanaged
class ForwardArgs extends TileArgs {
  u: usize;
  /** [outputs], or 0. */
  bias: usize;
  /** 0 none, 1 ReLU. */
  activation: i32;
}

/** y = activation(conv(x, w) + bias). A tile of the step is one block of picture tiles. */
export function winogradForward(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ForwardArgs>(at);
  const scratch = args.scratch + <usize>(worker * args.scratchPerWorker);
  const first = tile * args.tilesPerBlock;
  const count = min(args.tilesPerBlock, args.tiles - first);
  const inputs = args.inputs, outputs = args.outputs;
  const v = scratch + matricesOffset(args);
  const vStep = matrixBytes(args.tilesPerBlock, inputs), mStep = matrixBytes(args.tilesPerBlock, outputs);
  const m = v + 36 * vStep;
  const uStep = matrixBytes(inputs, outputs);
  transformInputs(args, scratch, v, first, count);
  for (let k: usize = 0; k < 36; k++) tileProduct(v + k * vStep, args.u + k * uStep, m + k * mStep, count, inputs, outputs);
  const pixel = <usize>outputs << 2;
  const perImage = args.tileRows * args.tileColumns;
  const zero = f32x4.splat(0);
  for (let slot = 0; slot < count; slot++) {
    const index = first + slot;
    const image = index / perImage, rest = index % perImage;
    const h = (rest / args.tileColumns) * 4, w = (rest % args.tileColumns) * 4;
    const rows = min(4, args.outHeight - h), columns = min(4, args.outWidth - w);
    const to = args.y + <usize>((image * args.outHeight + h) * args.outWidth + w) * pixel;
    const from = m + <usize>slot * pixel;
    for (let c: usize = 0; c < pixel; c += 16) {
      for (let j: usize = 0; j < 6; j++) outputTransform(from + c + j * mStep, 6 * mStep, scratch + (j << 4), 96);
      for (let i: usize = 0; i < 4; i++) outputTransform(scratch + i * 96, 16, scratch + i * 96, 16);
      const bias = args.bias ? v128.load(args.bias + c) : zero;
      if (args.pooledHeight) {
        storePooledTile(args, scratch, bias, image, h >> 1, w >> 1, c, pixel);
        continue;
      }
      for (let i = 0; i < rows; i++) {
        let target = to + <usize>(i * args.outWidth) * pixel + c, source = scratch + <usize>i * 96;
        for (let j = 0; j < columns; j++, target += pixel, source += 16) {
          const sum = f32x4.add(v128.load(source), bias);
          v128.store(target, args.activation ? f32x4.pmax(sum, zero) : sum);
        }
      }
    }
  }
}

/** Pools a 4×4 tile of sums (one vector of channels, rows 96 bytes apart) to 2×2. */
function storePooledTile(
  args: TileArgs, sums: usize, bias: v128, image: i32, row: i32, column: i32, channel: usize, pixel: usize,
): void {
  const rows = min(2, args.pooledHeight - row), columns = min(2, args.pooledWidth - column);
  for (let r = 0; r < rows; r++) {
    let out = <usize>((image * args.pooledHeight + row + r) * args.pooledWidth + column) * pixel + channel;
    let s = sums + <usize>r * 192;
    for (let c = 0; c < columns; c++, out += pixel, s += 32) {
      const choice = args.choice ? args.choice + out : 0;
      storePooled(
        v128.load(s), v128.load(s, 16), v128.load(s, 96), v128.load(s, 112), bias, args.y + out, choice, 4,
      );
    }
  }
}

@unmanaged
class InputGradientArgs extends TileArgs {
  /** From winogradFilters, transposed. */
  u: usize;
  images: i32;
  imagesPerTile: i32;
}

/**
 * dx (the arguments' x) from dy (their y). Patches of neighbouring tiles overlap by two rows and columns, so a tile of
 * the step is whole pictures, whose patches are added in order.
 */
export function winogradInputGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<InputGradientArgs>(at);
  const scratch = args.scratch + <usize>(worker * args.scratchPerWorker);
  const inputs = args.inputs, outputs = args.outputs;
  const d = scratch + matricesOffset(args);
  const dStep = matrixBytes(args.tilesPerBlock, outputs), mStep = matrixBytes(args.tilesPerBlock, inputs);
  const m = d + 36 * dStep;
  const uStep = matrixBytes(inputs, outputs);
  const perImage = args.tileRows * args.tileColumns;
  const end = min(args.images, (tile + 1) * args.imagesPerTile) * perImage;
  for (let first = tile * args.imagesPerTile * perImage; first < end; first += args.tilesPerBlock) {
    const count = min(args.tilesPerBlock, end - first);
    transformOutputGradients(args, scratch, d, first, count);
    for (let k: usize = 0; k < 36; k++) tileProduct(d + k * dStep, args.u + k * uStep, m + k * mStep, count, outputs, inputs);
    for (let slot = 0; slot < count; slot++) addPatch(args, scratch, m + (<usize>(slot * inputs) << 2), mStep, first + slot);
  }
}

/** Adds (or, where nothing was yet, stores) B m Bᵀ of one tile into dx. */
function addPatch(args: InputGradientArgs, scratch: usize, from: usize, mStep: usize, index: i32): void {
  const pixel = <usize>args.inputs << 2;
  const perImage = args.tileRows * args.tileColumns;
  const image = index / perImage, rest = index % perImage;
  const tileRow = rest / args.tileColumns, tileColumn = rest % args.tileColumns;
  const h = tileRow * 4 - args.top, w = tileColumn * 4 - args.left;
  const firstRow = max(0, -h), lastRow = min(6, args.height - h);
  const firstColumn = max(0, -w), lastColumn = min(6, args.width - w);
  const picture = args.x + <usize>(image * args.height * args.width) * pixel;
  for (let c: usize = 0; c < pixel; c += 16) {
    for (let j: usize = 0; j < 6; j++) inputGradientTransform(from + c + j * mStep, 6 * mStep, scratch + (j << 4), 96);
    for (let i = firstRow; i < lastRow; i++) {
      const row = scratch + <usize>i * 96;
      inputGradientTransform(row, 16, row, 16);
      const seen = i < 2 && tileRow > 0 ? 6 : tileColumn > 0 ? 2 : 0;
      let target = picture + <usize>((h + i) * args.width + w + firstColumn) * pixel + c;
      for (let j = firstColumn; j < lastColumn; j++, target += pixel) {
        const value = v128.load(row + (<usize>j << 4));
        v128.store(target, j < seen ? f32x4.add(v128.load(target), value) : value);
      }
    }
  }
}

@unmanaged
class FilterGradientArgs extends TileArgs {
  /** [part][36][input][output]. */
  parts: usize;
  tilesPerPart: i32;
}

/** Adds up a part's (Bᵀ d B) · (A dy Aᵀ); a tile of the step is a part. */
export function winogradFilterGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<FilterGradientArgs>(at);
  const scratch = args.scratch + <usize>(worker * args.scratchPerWorker);
  const inputs = args.inputs, outputs = args.outputs;
  const v = scratch + matricesOffset(args);
  const vStep = matrixBytes(args.tilesPerBlock, inputs), dStep = matrixBytes(args.tilesPerBlock, outputs);
  const d = v + 36 * vStep;
  const uStep = matrixBytes(inputs, outputs);
  const du = args.parts + <usize>(tile * 36) * uStep;
  memory.fill(du, 0, 36 * uStep);
  const end = min(args.tiles, (tile + 1) * args.tilesPerPart);
  for (let first = tile * args.tilesPerPart; first < end; first += args.tilesPerBlock) {
    const count = min(args.tilesPerBlock, end - first);
    transformInputs(args, scratch, v, first, count);
    transformOutputGradients(args, scratch, d, first, count);
    for (let k: usize = 0; k < 36; k++) outerProduct(v + k * vStep, d + k * dStep, du + k * uStep, count, inputs, outputs);
  }
}

@unmanaged
class FilterGradientEndArgs {
  parts: usize;
  dw: usize;
  partCount: i32;
  inputs: i32;
  outputs: i32;
  inputsPerTile: i32;
  scratch: usize;
}

/** dw = Gᵀ (Σ parts, in order) G. A tile is some input channels; a worker's scratch holds 36 rows of outputs and 1 KiB. */
export function winogradFilterGradientEnd(at: usize, tile: i32, worker: i32): void {
  const args = changetype<FilterGradientEndArgs>(at);
  const row = <usize>args.outputs << 2;
  const half = args.scratch + <usize>worker * (1024 + 36 * row), taps = half + 288, full = half + 1024;
  const step = matrixBytes(args.inputs, args.outputs), partStep = 36 * step, tapStep = <usize>args.inputs * row;
  const end = min(args.inputs, (tile + 1) * args.inputsPerTile);
  for (let input = tile * args.inputsPerTile; input < end; input++) {
    for (let k: usize = 0; k < 36; k++) {
      const from = args.parts + k * step + <usize>input * row, to = full + k * row;
      for (let c: usize = 0; c < row; c += 16) {
        let at = from + c;
        let sum = v128.load(at);
        for (let part = 1; part < args.partCount; part++) {
          at += partStep;
          sum = f32x4.add(sum, v128.load(at));
        }
        v128.store(to + c, sum);
      }
    }
    for (let c: usize = 0; c < row; c += 16) {
      for (let j: usize = 0; j < 6; j++) filterGradientTransform(full + c + j * row, 6 * row, half + (j << 4), 96);
      for (let i: usize = 0; i < 3; i++) filterGradientTransform(half + i * 96, 16, taps + i * 48, 16);
      const to = args.dw + <usize>input * row + c;
      for (let k: usize = 0; k < 9; k++) v128.store(to + k * tapStep, v128.load(taps + (k << 4)));
    }
  }
}
