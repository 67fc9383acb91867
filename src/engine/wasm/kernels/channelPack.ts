// Weights and biases for the kernels whose vectors run over channels, and what a channel multiplier needs around them.

@unmanaged
class PackChannelsArgs {
  w: usize;
  packed: usize;
  /** For each tap, where its weights begin in w, in floats. */
  taps: usize;
  tapCount: i32;
  channels: i32;
  vectors: i32;
  vectorsPerTile: i32;
}

/** packed[vector][tap][lane] = w[tap][channel], where vectors go round and round the channels. */
export function packChannels(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PackChannelsArgs>(at);
  const first = tile * args.vectorsPerTile, end = min(args.vectors, first + args.vectorsPerTile);
  let to = args.packed + (<usize>(first * args.tapCount) << 4);
  for (let vector = first; vector < end; vector++) {
    const channel = (vector << 2) % args.channels;
    for (let tap = 0; tap < args.tapCount; tap++, to += 16) {
      const from = args.w + (<usize>load<i32>(args.taps + (<usize>tap << 2)) << 2);
      if (channel + 4 <= args.channels) {
        v128.store(to, v128.load(from + (<usize>channel << 2)));
        continue;
      }
      for (let lane = 0; lane < 4; lane++) {
        const at = (channel + lane) % args.channels;
        store<f32>(to + (<usize>lane << 2), load<f32>(from + (<usize>at << 2)));
      }
    }
  }
}

@unmanaged
class PackGroupsOfFourArgs {
  w: usize;
  packed: usize;
  taps: usize;
  tapCount: i32;
  groups: i32;
  vectors: i32;
  vectorsPerTile: i32;
  /** Floats in w from one input to the next of a group, and from one output to the next. */
  inputStride: i32;
  outputStride: i32;
}

/** packed[vector][tap][turn][lane] = the weight from input (lane + turn) mod 4 to output `lane` of a group (groupRuns.ts). */
export function packGroupsOfFour(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PackGroupsOfFourArgs>(at);
  const first = tile * args.vectorsPerTile, end = min(args.vectors, first + args.vectorsPerTile);
  let to = args.packed + (<usize>(first * args.tapCount) << 6);
  for (let vector = first; vector < end; vector++) {
    const group = vector % args.groups;
    for (let tap = 0; tap < args.tapCount; tap++) {
      const from = load<i32>(args.taps + (<usize>tap << 2)) + (group << 2);
      for (let turn = 0; turn < 4; turn++)
        for (let lane = 0; lane < 4; lane++, to += 4) {
          const place = from + ((lane + turn) & 3) * args.inputStride + lane * args.outputStride;
          store<f32>(to, load<f32>(args.w + (<usize>place << 2)));
        }
    }
  }
}

@unmanaged
class ChannelCopiesArgs {
  x: usize;
  y: usize;
  /** Elements without copies, and how many of them a tile handles. */
  count: i32;
  perTile: i32;
  copies: i32;
}

/** y[i · copies + j] = x[i]. */
export function repeatElements(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ChannelCopiesArgs>(at);
  const first = tile * args.perTile, end = min(args.count, first + args.perTile);
  let to = args.y + (<usize>(first * args.copies) << 2);
  for (let i = first; i < end; i++) {
    const value = load<f32>(args.x + (<usize>i << 2));
    for (let copy = 0; copy < args.copies; copy++, to += 4) store<f32>(to, value);
  }
}

/** y[i] = Σ over j x[i · copies + j]. */
export function sumRepeated(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ChannelCopiesArgs>(at);
  const first = tile * args.perTile, end = min(args.count, first + args.perTile);
  let from = args.x + (<usize>(first * args.copies) << 2);
  for (let i = first; i < end; i++) {
    let sum: f32 = 0;
    for (let copy = 0; copy < args.copies; copy++, from += 4) sum += load<f32>(from);
    store<f32>(args.y + (<usize>i << 2), sum);
  }
}
