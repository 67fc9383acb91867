// Filters into the Winograd domain (winogradTransforms.ts), packed for the products there.

import { filterTransform } from './winogradTransforms';

@unmanaged
class FilterArgs {
  w: usize;
  u: usize;
  inputs: i32;
  outputs: i32;
  /** What u is for: 0 the forward pass; else the gradient by the input, 1 by the adjoint, 2 as a convolution of dy. */
  purpose: i32;
  /** Bytes from one of u's 36 matrices to the next. */
  uStep: i32;
  scratch: usize;
}

/** Rows of w that are turned around together, and bytes of scratch for each worker. */
const rowsTogether = 16, scratchBytes = 8192;

/**
 * u = G w Gᵀ, [36][outputs / 8][input][8], or, for gradients, [36][inputs / 8][output][8]; as a convolution of dy the filter is
 * turned by 180°. A tile is one block of 8.
 */
export function winogradFilters(at: usize, tile: i32, worker: i32): void {
  const args = changetype<FilterArgs>(at);
  const inputs = args.inputs, outputs = args.outputs;
  const rows = args.purpose ? outputs : inputs;
  const scratch = args.scratch + <usize>(worker * scratchBytes), taps = scratch + 1024;
  const tapStep: usize = rowsTogether * 32;
  for (let first = 0; first < rows; first += rowsTogether) {
    const count = min(rowsTogether, rows - first);
    if (args.purpose) turnTaps(args, taps, tile, first, count);
    for (let r = 0; r < count; r++) {
      const row = first + r;
      for (let lane = 0; lane < 8; lane += 4) {
        const to = args.u + (<usize>((tile * rows + row) * 8 + lane) << 2);
        if (args.purpose) transform(taps + (<usize>(r * 8 + lane) << 2), tapStep, scratch, to, <usize>args.uStep);
        else {
          const from = args.w + (<usize>(row * outputs + tile * 8 + lane) << 2);
          transform(from, <usize>(inputs * outputs) << 2, scratch, to, <usize>args.uStep);
        }
      }
    }
  }
}

/** Nine vectors, `tapStep` apart, to 36, `uStep` apart. */
function transform(from: usize, tapStep: usize, half: usize, to: usize, uStep: usize): void {
  // Columns first (9 vectors → 6 × 3), then rows (→ 6 × 6).
  for (let j: usize = 0; j < 3; j++) filterTransform(from + j * tapStep, 3 * tapStep, half + (j << 4), 48);
  for (let i: usize = 0; i < 6; i++) filterTransform(half + i * 48, 16, to + 6 * i * uStep, uStep);
}

/** taps[tap][row][8] = w[tap][8 inputs of the tile][row]: w is read along its lines, not across them. */
function turnTaps(args: FilterArgs, taps: usize, tile: i32, first: i32, count: i32): void {
  const inputs = args.inputs, outputs = args.outputs;
  for (let tap = 0; tap < 9; tap++) {
    const place = args.purpose == 2 ? 8 - tap : tap;
    for (let lane = 0; lane < 8; lane++) {
      let from = args.w + (<usize>((tap * inputs + tile * 8 + lane) * outputs + first) << 2);
      let to = taps + (<usize>(place * rowsTogether * 8 + lane) << 2);
      for (let r = 0; r < count; r++, from += 4, to += 32) store<f32>(to, load<f32>(from));
    }
  }
}
