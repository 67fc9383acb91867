// 3×3 convolution at stride 1 in the Winograd domain: y = activation(conv(x, w) + bias + residual); also the gradient by the
// input, as the convolution of dy with filters turned around, whose mask is the gradient of the rectifier before the input. Where filters are few, one kernel does it all for a block of
// tiles within a worker's scratch memory, so that the 36 intermediate matrices stay in the cache (winogradForward). Where the
// filters are larger than the cache, they should be read once: then all tiles are transformed first, the 36 products are
// made one by one over all of them, and transformed back (winogradInputs, winogradProducts, winogradOutputs).

import { storePooled } from './convPool';
import { activateVector, maskVector } from './activateVector';
import { tileProduct } from './winogradProducts';
import { matricesOffset, matrixBytes, rowBytes, TileArgs, transformInputs } from './winogradTiles';
import { outputTransform } from './winogradTransforms';

@unmanaged
class ForwardArgs extends TileArgs {
  u: usize;
  /** [outputs], or 0. */
  bias: usize;
  /** A code of activateVector.ts. */
  activation: i32;
  /** Added before the activation, laid out as y; 0 where there is none. */
  residual: usize;
  /** As in maskVector (activateVector.ts), laid out as y; 0 where there is none. */
  mask: usize;
  maskLimit: f32;
}

/** Everything for one block of picture tiles. */
export function winogradForward(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ForwardArgs>(at);
  const scratch = args.scratch + <usize>(worker * args.scratchPerWorker);
  const first = tile * args.tilesPerBlock;
  const count = min(args.tilesPerBlock, args.tiles - first);
  const inputs = args.inputs, outputs = args.outputs;
  const v = scratch + matricesOffset(args);
  const vStep = matrixBytes(args.tilesPerBlock, inputs), mStep = matrixBytes(args.tilesPerBlock, outputs);
  const m = v + 36 * vStep;
  const uStep = (<usize>(inputs * outputs) << 2) + 64;
  transformInputs(args, scratch, v, first, count);
  for (let k: usize = 0; k < 36; k++) {
    tileProduct(v + k * vStep, rowBytes(inputs), args.u + k * uStep, m + k * mStep, rowBytes(outputs), count, inputs, outputs);
  }
  for (let slot = 0; slot < count; slot++) storeTile(args, scratch, m + <usize>slot * rowBytes(outputs), mStep, first + slot);
}

/** Transforms one tile's 36 × outputs products back and stores its 4×4 positions, or 2×2 where they are pooled. */
function storeTile(args: ForwardArgs, scratch: usize, from: usize, mStep: usize, index: i32): void {
  const pixel = <usize>args.outputs << 2;
  const perImage = args.tileRows * args.tileColumns;
  const image = index / perImage, rest = index % perImage;
  const h = (rest / args.tileColumns) * 4, w = (rest % args.tileColumns) * 4;
  const rows = min(4, args.outHeight - h), columns = min(4, args.outWidth - w);
  const corner = <usize>((image * args.outHeight + h) * args.outWidth + w) * pixel;
  const activation = args.activation;
  for (let c: usize = 0; c < pixel; c += 16) {
    for (let j: usize = 0; j < 6; j++) outputTransform(from + c + j * mStep, 6 * mStep, scratch + (j << 4), 96);
    for (let i: usize = 0; i < 4; i++) outputTransform(scratch + i * 96, 16, scratch + i * 96, 16);
    const bias = args.bias ? v128.load(args.bias + c) : f32x4.splat(0);
    if (args.pooledHeight) {
      storePooledTile(args, scratch, bias, image, h >> 1, w >> 1, c, pixel);
      continue;
    }
    for (let i = 0; i < rows; i++) {
      let offset = corner + <usize>(i * args.outWidth) * pixel + c, source = scratch + <usize>i * 96;
      for (let j = 0; j < columns; j++, offset += pixel, source += 16) {
        let sum = f32x4.add(v128.load(source), bias);
        if (args.residual) sum = f32x4.add(sum, v128.load(args.residual + offset));
        sum = activateVector(sum, activation);
        if (args.mask) sum = maskVector(sum, v128.load(args.mask + offset), args.maskLimit);
        v128.store(args.y + offset, sum);
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
      const choice = args.choice ? args.choice + (out >> 2) : 0;
      storePooled(
        v128.load(s), v128.load(s, 16), v128.load(s, 96), v128.load(s, 112), bias, args.y + out, choice, 4,
      );
    }
  }
}

@unmanaged
class StagedArgs extends ForwardArgs {
  /** [36][tile][inputs] and [36][tile][outputs]; `tilesPerBlock` is the number of all tiles, rounded up to 6. */
  v: usize;
  m: usize;
  tilesPerTask: i32;
}

/** v = Bᵀ d B of some tiles. */
export function winogradInputs(at: usize, task: i32, worker: i32): void {
  const args = changetype<StagedArgs>(at);
  const scratch = args.scratch + <usize>(worker * args.scratchPerWorker);
  const first = task * args.tilesPerTask;
  const count = min(args.tilesPerTask, args.tiles - first);
  transformInputs(args, scratch, args.v + <usize>first * rowBytes(args.inputs), first, count);
}

/** y of some tiles, from m. */
export function winogradOutputs(at: usize, task: i32, worker: i32): void {
  const args = changetype<StagedArgs>(at);
  const scratch = args.scratch + <usize>(worker * args.scratchPerWorker);
  const mStep = matrixBytes(args.tilesPerBlock, args.outputs), mRow = rowBytes(args.outputs);
  const end = min(args.tiles, (task + 1) * args.tilesPerTask);
  for (let index = task * args.tilesPerTask; index < end; index++) {
    storeTile(args, scratch, args.m + <usize>index * mRow, mStep, index);
  }
}

@unmanaged
class ProductArgs {
  v: usize;
  u: usize;
  m: usize;
  /** Rows of v and m, a multiple of 6. */
  tiles: i32;
  inputs: i32;
  outputs: i32;
  outputsPerTask: i32;
}

/** Tiles whose rows of v lie in the first two caches together. */
const tilesTogether = 96;

/** m[k] = v[k] · u[k] for one k and some outputs. */
export function winogradProducts(at: usize, task: i32, worker: i32): void {
  const args = changetype<ProductArgs>(at);
  const perMatrix = (args.outputs + args.outputsPerTask - 1) / args.outputsPerTask;
  const k = <usize>(task / perMatrix), first = (task % perMatrix) * args.outputsPerTask;
  const count = min(args.outputsPerTask, args.outputs - first);
  const inputs = args.inputs;
  const vRow = rowBytes(inputs), mRow = rowBytes(args.outputs);
  const u = args.u + k * ((<usize>(inputs * args.outputs) << 2) + 64) + (<usize>(first * inputs) << 2);
  const v = args.v + k * matrixBytes(args.tiles, inputs);
  const m = args.m + k * matrixBytes(args.tiles, args.outputs) + (<usize>first << 2);
  for (let tile = 0; tile < args.tiles; tile += tilesTogether) {
    const tiles = min(tilesTogether, args.tiles - tile);
    tileProduct(v + <usize>tile * vRow, vRow, u, m + <usize>tile * mRow, mRow, tiles, inputs, count);
  }
}
