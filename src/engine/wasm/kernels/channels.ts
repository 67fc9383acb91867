// Sums per channel of [rows, channels], in chunks of rows: what batch normalization needs. Compiled by AssemblyScript.
import { element, loadLanes, storeLanes } from './lanes';
import { fma } from './simd';

@unmanaged
class ChannelSumArgs {
  a: usize;
  b: usize;
  mean: usize;
  y: usize;
  rows: i32;
  channels: i32;
  rowsPerTile: i32;
}

@unmanaged
class SquaredDifference {
  @inline apply(sum: v128, a: usize, b: usize, mean: v128): v128 {
    const difference = f32x4.sub(v128.load(a), mean);
    return fma(difference, difference, sum);
  }
  @inline few(sum: v128, a: usize, b: usize, mean: v128, n: i32): v128 {
    const difference = f32x4.sub(loadLanes(a, n), mean);
    return fma(difference, difference, sum);
  }
}

@unmanaged
class ProductWithDifference {
  @inline apply(sum: v128, a: usize, b: usize, mean: v128): v128 {
    return fma(v128.load(b), f32x4.sub(v128.load(a), mean), sum);
  }
  @inline few(sum: v128, a: usize, b: usize, mean: v128, n: i32): v128 {
    return fma(loadLanes(b, n), f32x4.sub(loadLanes(a, n), mean), sum);
  }
}

// @ts-ignore: decorator
@inline
function channelSums<Op>(at: usize, tile: i32): void {
  const args = changetype<ChannelSumArgs>(at);
  const op = changetype<Op>(0);
  const first = tile * args.rowsPerTile;
  const end = min(args.rows, first + args.rowsPerTile);
  const stride = <usize>args.channels << 2;
  let start = element(0, first * args.channels);
  let mean = args.mean;
  let y = element(args.y, tile * args.channels);
  let left = args.channels;
  for (; left >= 16; left -= 16) {
    const meanA = v128.load(mean);
    const meanB = v128.load(mean, 16);
    const meanC = v128.load(mean, 32);
    const meanD = v128.load(mean, 48);
    let sumA = f32x4.splat(0);
    let sumB = sumA;
    let sumC = sumA;
    let sumD = sumA;
    let a = args.a + start;
    let b = args.b + start;
    for (let row = first; row < end; row++) {
      sumA = op.apply(sumA, a, b, meanA);
      sumB = op.apply(sumB, a + 16, b + 16, meanB);
      sumC = op.apply(sumC, a + 32, b + 32, meanC);
      sumD = op.apply(sumD, a + 48, b + 48, meanD);
      a += stride;
      b += stride;
    }
    v128.store(y, sumA);
    v128.store(y, sumB, 16);
    v128.store(y, sumC, 32);
    v128.store(y, sumD, 48);
    start += 64;
    mean += 64;
    y += 64;
  }
  for (; left >= 4; left -= 4) {
    const meanA = v128.load(mean);
    let sum = f32x4.splat(0);
    let a = args.a + start;
    let b = args.b + start;
    for (let row = first; row < end; row++) {
      sum = op.apply(sum, a, b, meanA);
      a += stride;
      b += stride;
    }
    v128.store(y, sum);
    start += 16;
    mean += 16;
    y += 16;
  }
  if (left > 0) {
    const meanA = loadLanes(mean, left);
    let sum = f32x4.splat(0);
    let a = args.a + start;
    let b = args.b + start;
    for (let row = first; row < end; row++) {
      sum = op.few(sum, a, b, meanA, left);
      a += stride;
      b += stride;
    }
    storeLanes(y, sum, left);
  }
}

/** y[chunk] = Σ (a − mean)² over the chunk's rows; b is not read. */
export function channelSquares(at: usize, tile: i32, worker: i32): void {
  channelSums<SquaredDifference>(at, tile);
}

/** y[chunk] = Σ b · (a − mean) over the chunk's rows. */
export function channelProducts(at: usize, tile: i32, worker: i32): void {
  channelSums<ProductWithDifference>(at, tile);
}
