// The gradients of a 3×3 convolution at stride 1 in the Winograd domain (winogradTransforms.ts). The gradient by the input is the
// adjoint of the forward pass here; winogradForward.ts can make it too, as a convolution, where dy is not pooled.

import { outerProduct, tileProduct } from './winogradProducts';
import {
  matricesOffset, matrixBytes, rowBytes, TileArgs, transformInputs, transformOutputGradients,
} from './winogradTiles';
import { filterGradientTransform, inputGradientTransform } from './winogradTransforms';

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
  const uStep = (<usize>(inputs * outputs) << 2) + 64;
  const perImage = args.tileRows * args.tileColumns;
  const end = min(args.images, (tile + 1) * args.imagesPerTile) * perImage;
  for (let first = tile * args.imagesPerTile * perImage; first < end; first += args.tilesPerBlock) {
    const count = min(args.tilesPerBlock, end - first);
    transformOutputGradients(args, scratch, d, first, count);
    for (let k: usize = 0; k < 36; k++) {
      const mk = m + k * mStep;
      tileProduct(d + k * dStep, rowBytes(outputs), args.u + k * uStep, mk, rowBytes(inputs), count, outputs, inputs);
    }
    for (let slot = 0; slot < count; slot++) addPatch(args, scratch, m + <usize>slot * rowBytes(inputs), mStep, first + slot);
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
  const uStep = (<usize>(inputs * outputs) << 2) + 64;
  const du = args.parts + <usize>(tile * 36) * uStep;
  memory.fill(du, 0, 36 * uStep);
  const end = min(args.tiles, (tile + 1) * args.tilesPerPart);
  for (let first = tile * args.tilesPerPart; first < end; first += args.tilesPerBlock) {
    const count = min(args.tilesPerBlock, end - first);
    transformInputs(args, scratch, v, first, count);
    transformOutputGradients(args, scratch, d, first, count);
    for (let k: usize = 0; k < 36; k++) {
      outerProduct(v + k * vStep, rowBytes(inputs), d + k * dStep, rowBytes(outputs), du + k * uStep, count, 0, inputs, outputs);
    }
  }
}

@unmanaged
class StagedGradientArgs extends TileArgs {
  /** [36][tile][inputs] and [36][tile][outputs]; `tilesPerBlock` is the number of all tiles, rounded up to 6. */
  v: usize;
  d: usize;
  tilesPerTask: i32;
}

/** v = Bᵀ d B and d = A dy Aᵀ of some tiles. */
export function winogradGradientInputs(at: usize, task: i32, worker: i32): void {
  const args = changetype<StagedGradientArgs>(at);
  const scratch = args.scratch + <usize>(worker * args.scratchPerWorker);
  const first = task * args.tilesPerTask;
  const count = min(args.tilesPerTask, args.tiles - first);
  transformInputs(args, scratch, args.v + <usize>first * rowBytes(args.inputs), first, count);
  transformOutputGradients(args, scratch, args.d + <usize>first * rowBytes(args.outputs), first, count);
}

@unmanaged
class OuterArgs {
  v: usize;
  d: usize;
  du: usize;
  tiles: i32;
  /** Rows of v and d, a multiple of 6. */
  paddedTiles: i32;
  inputs: i32;
  outputs: i32;
  /** A multiple of 12. */
  inputsPerTask: i32;
}

/** Tiles whose rows of v and d are taken at a time. */
const tilesTogether = 128;

/** du[k] = v[k]ᵀ · d[k] for one k and some inputs. */
export function winogradOuterProducts(at: usize, task: i32, worker: i32): void {
  const args = changetype<OuterArgs>(at);
  const perMatrix = (args.inputs + args.inputsPerTask - 1) / args.inputsPerTask;
  const k = <usize>(task / perMatrix), first = (task % perMatrix) * args.inputsPerTask;
  const last = min(args.inputs, first + args.inputsPerTask);
  const vRow = rowBytes(args.inputs), dRow = rowBytes(args.outputs);
  const v = args.v + k * matrixBytes(args.paddedTiles, args.inputs), d = args.d + k * matrixBytes(args.paddedTiles, args.outputs);
  const du = args.du + k * ((<usize>(args.inputs * args.outputs) << 2) + 64);
  const row = <usize>args.outputs << 2;
  memory.fill(du + <usize>first * row, 0, <usize>(last - first) * row);
  for (let tile = 0; tile < args.tiles; tile += tilesTogether) {
    const count = min(tilesTogether, args.tiles - tile);
    outerProduct(v + <usize>tile * vRow, vRow, d + <usize>tile * dRow, dRow, du, count, first, last, args.outputs);
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
  const step = (<usize>(args.inputs * args.outputs) << 2) + 64, partStep = 36 * step, tapStep = <usize>args.inputs * row;
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
