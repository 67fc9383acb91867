// What ends a convolution's gradient by its input where the kernel before has only stored sums: the sum with another branch's
// gradient, and the gradient of the rectifier before the convolution. In place, in one pass.

import { maskVector } from './activateVector';
import { element, fetch, put } from './lanes';

@unmanaged
class EndArgs {
  y: usize;
  count: i32;
  perTile: i32;
  /** As in ConvArgs (conv.ts). */
  residual: usize;
  mask: usize;
  maskLimit: f32;
}

/** y = y + residual, where the mask lets it through, else 0. */
export function endGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<EndArgs>(at);
  const start = tile * args.perTile;
  let y = element(args.y, start), residual = element(args.residual, start), mask = element(args.mask, start);
  for (let n = min(args.count - start, args.perTile); n > 0; n -= 4, y += 16, residual += 16, mask += 16) {
    let sum = fetch(y, n);
    if (args.residual) sum = f32x4.add(sum, fetch(residual, n));
    if (args.mask) sum = maskVector(sum, fetch(mask, n), args.maskLimit);
    put(y, sum, n);
  }
}
