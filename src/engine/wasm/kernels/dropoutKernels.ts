// Dropout by a hash of the element's number: no state, the same mask on every engine. Compiled by AssemblyScript.
import { element, fetch, loadLanes, put, storeLanes } from './lanes';

@unmanaged
class DropoutArgs {
  x: usize;
  step: usize;
  y: usize;
  count: i32;
  perTile: i32;
  seed: i32;
  threshold: i32;
  scale: f32;
}

/** Wellons' lowbias32, as in tensor/random.ts, four at a time. */
// @ts-ignore: decorator
@inline
function mix32(x: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(<i32>0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** y[i] = mix32(i + step · 0x9E3779B9 + seed) ≥ threshold ? x[i] · scale : 0; the seed comes already multiplied. */
export function dropout(at: usize, tile: i32, worker: i32): void {
  const args = changetype<DropoutArgs>(at);
  const start = tile * args.perTile;
  const base = load<i32>(args.step) * <i32>0x9e3779b9 + args.seed + start;
  let numbers = i32x4.add(i32x4.splat(base), i32x4(0, 1, 2, 3));
  const four = i32x4.splat(4);
  const threshold = i32x4.splat(args.threshold);
  const scale = f32x4.splat(args.scale);
  let x = element(args.x, start);
  let y = element(args.y, start);
  let n = min(args.count - start, args.perTile);
  for (; n >= 4; n -= 4) {
    const kept = i32x4.ge_u(mix32(numbers), threshold);
    v128.store(y, v128.and(f32x4.mul(v128.load(x), scale), kept));
    numbers = i32x4.add(numbers, four);
    x += 16;
    y += 16;
  }
  if (n > 0) {
    const kept = i32x4.ge_u(mix32(numbers), threshold);
    storeLanes(y, v128.and(f32x4.mul(loadLanes(x, n), scale), kept), n);
  }
}

@unmanaged
class StochasticDepthArgs {
  x: usize;
  step: usize;
  y: usize;
  perExample: i32;
  perTile: i32;
  tilesPerExample: i32;
  seed: i32;
  threshold: i32;
  scale: f32;
}

/** Dropout of whole examples, numbered along the first axis; a tile lies within one. */
export function stochasticDepth(at: usize, tile: i32, worker: i32): void {
  const args = changetype<StochasticDepthArgs>(at);
  const example = tile / args.tilesPerExample;
  const first = (tile - example * args.tilesPerExample) * args.perTile;
  const start = example * args.perExample + first;
  const number = load<i32>(args.step) * <i32>0x9e3779b9 + args.seed + example;
  const hash = i32x4.extract_lane(mix32(i32x4.splat(number)), 0);
  let x = element(args.x, start);
  let y = element(args.y, start);
  let n = min(args.perExample - first, args.perTile);
  if (<u32>hash < <u32>args.threshold) {
    memory.fill(y, 0, (<usize>n) << 2);
    return;
  }
  const scale = f32x4.splat(args.scale);
  for (; n > 0; n -= 4) {
    put(y, f32x4.mul(fetch(x, n), scale), n);
    x += 16;
    y += 16;
  }
}
