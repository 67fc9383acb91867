// Packing filters for the convolution kernels: [block of 8 outputs][tap][input channel][8], so that the inner loop
// reads 8 outputs' weights at a time, one after another, from its first to its last multiply-add. Where the outputs are
// not a multiple of 8 the last block is filled up with zeros.

@unmanaged
class PackArgs {
  w: usize;
  packed: usize;
  /** For each phase and tap, where its weights begin in w, in floats; -1 where a phase does not have the tap. */
  taps: usize;
  tapCount: i32;
  inputs: i32;
  outputs: i32;
  /** Floats from one input channel to the next, and from one output channel to the next, in w. */
  inputStride: i32;
  outputStride: i32;
  /** Groups, and floats from one group's weights to the next's. */
  groups: i32;
  groupStride: i32;
  /** Outputs of one phase (of a strided gradient, emitConvolution.ts); `outputs` where there is one. */
  phaseOutputs: i32;
}

/** packed[group][block][tap][input][8]; a tile is one block of 8 outputs of one group. */
export function packFilters(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PackArgs>(at);
  const blocks = (args.outputs + 7) >> 3;
  const group = tile / blocks,
    block = tile % blocks;
  const inputs = args.inputs;
  const lanes = min(8, args.outputs - block * 8);
  if (args.phaseOutputs != args.outputs) {
    packPhases(args, tile);
    return;
  }
  const inputStep = (<usize>args.inputStride) << 2,
    outputStep = (<usize>args.outputStride) << 2;
  let to = args.packed + ((<usize>(tile * args.tapCount * inputs)) << 5);
  const start = args.w + ((<usize>(group * args.groupStride + block * 8 * args.outputStride)) << 2);
  for (let tap = 0; tap < args.tapCount; tap++) {
    let from = start + ((<usize>load<i32>(args.taps + ((<usize>tap) << 2))) << 2);
    if (lanes == 8 && outputStep == 4) {
      for (let c = 0; c < inputs; c++, from += inputStep, to += 32) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
      continue;
    }
    for (let c = 0; c < inputs; c++, from += inputStep, to += 32) {
      v128.store(to, f32x4.splat(0));
      v128.store(to, f32x4.splat(0), 16);
      for (let lane = 0; lane < lanes; lane++) {
        store<f32>(to + ((<usize>lane) << 2), load<f32>(from + <usize>lane * outputStep));
      }
    }
  }
}

/** As packFilters, for outputs that are those of several phases, one after another; there is one group. */
function packPhases(args: PackArgs, block: i32): void {
  const taps = args.tapCount, inputs = args.inputs;
  const lanes = min(8, args.outputs - block * 8);
  const start = args.packed + (<usize>(block * taps * inputs) << 5);
  memory.fill(start, 0, <usize>(taps * inputs) << 5);
  for (let lane = 0; lane < lanes; lane++) {
    const output = block * 8 + lane;
    const phase = output / args.phaseOutputs;
    const place = (output % args.phaseOutputs) * args.outputStride;
    let to = start + (<usize>lane << 2);
    for (let tap = 0; tap < taps; tap++) {
      const weights = load<i32>(args.taps + (<usize>(phase * taps + tap) << 2));
      let from = args.w + (<usize>(weights + place) << 2);
      for (let c = 0; c < inputs; c++, to += 32, from += <usize>args.inputStride << 2) {
        if (weights >= 0) store<f32>(to, load<f32>(from));
      }
    }
  }
}

@unmanaged
class SumPartsArgs {
  parts: usize;
  y: usize;
  partCount: i32;
  /** Rows in all; rows of a group in y, and in the parts (rounded up). */
  rows: i32;
  groupRows: i32;
  partRows: i32;
  /** A row's length in the parts (a multiple of 8) and in y. */
  partWidth: i32;
  width: i32;
  /** Floats from one part to the next. */
  partStride: i32;
  rowsPerTile: i32;
}

/** y[row][i] = the parts' sum, in the order of the parts. */
export function sumParts(at: usize, tile: i32, worker: i32): void {
  const args = changetype<SumPartsArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const step = (<usize>args.partStride) << 2;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const partRow = (row / args.groupRows) * args.partRows + (row % args.groupRows);
    const from = args.parts + ((<usize>(partRow * args.partWidth)) << 2);
    const to = args.y + ((<usize>(row * args.width)) << 2);
    for (let i = 0; i < args.width; i += 4) {
      let at = from + ((<usize>i) << 2);
      let sum = v128.load(at);
      for (let part = 1; part < args.partCount; part++) {
        at += step;
        sum = f32x4.add(sum, v128.load(at));
      }
      const target = to + ((<usize>i) << 2);
      if (i + 4 <= args.width) v128.store(target, sum);
      else {
        store<f32>(target, f32x4.extract_lane(sum, 0));
        if (i + 1 < args.width) store<f32>(target, f32x4.extract_lane(sum, 1), 4);
        if (i + 2 < args.width) store<f32>(target, f32x4.extract_lane(sum, 2), 8);
      }
    }
  }
}

@unmanaged
class InterleaveGroupsArgs {
  x: usize;
  y: usize;
  groups: i32;
  rows: i32;
  width: i32;
}

/** y[row][group][i] = x[group][row][i]; a tile is a group. */
export function interleaveGroups(at: usize, tile: i32, worker: i32): void {
  const args = changetype<InterleaveGroupsArgs>(at);
  const bytes = (<usize>args.width) << 2;
  for (let row = 0; row < args.rows; row++) {
    const to = args.y + <usize>(row * args.groups + tile) * bytes;
    memory.copy(to, args.x + <usize>(tile * args.rows + row) * bytes, bytes);
  }
}
