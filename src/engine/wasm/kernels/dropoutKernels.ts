// Dropout and noise by a hash of the element's number: no state, the same on every engine. Compiled by AssemblyScript.
import { element, fetch, loadLanes, put, storeLanes } from './lanes';
import { fma } from './simd';
import { log } from './vectorMath';

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
class GaussianNoiseArgs {
  x: usize;
  step: usize;
  y: usize;
  count: i32;
  perTile: i32;
  seed: i32;
  scale: f32;
}

/** The inverse error function (Giles 2010), whose coefficients stand in ops/gaussianNoise.ts. */
// @ts-ignore: decorator
@inline
function inverseError(u: v128): v128 {
  const one = f32x4.splat(1);
  const w = f32x4.neg(log(f32x4.mul(f32x4.sub(one, u), f32x4.add(one, u))));
  let x = f32x4.sub(w, f32x4.splat(2.5));
  let middle = fma(f32x4.splat(2.81022636e-8), x, f32x4.splat(3.43273939e-7));
  middle = fma(middle, x, f32x4.splat(-3.5233877e-6));
  middle = fma(middle, x, f32x4.splat(-4.39150654e-6));
  middle = fma(middle, x, f32x4.splat(0.00021858087));
  middle = fma(middle, x, f32x4.splat(-0.00125372503));
  middle = fma(middle, x, f32x4.splat(-0.00417768164));
  middle = fma(middle, x, f32x4.splat(0.246640727));
  middle = fma(middle, x, f32x4.splat(1.50140941));
  x = f32x4.sub(f32x4.sqrt(w), f32x4.splat(3));
  let ends = fma(f32x4.splat(-0.000200214257), x, f32x4.splat(0.000100950558));
  ends = fma(ends, x, f32x4.splat(0.00134934322));
  ends = fma(ends, x, f32x4.splat(-0.00367342844));
  ends = fma(ends, x, f32x4.splat(0.00573950773));
  ends = fma(ends, x, f32x4.splat(-0.0076224613));
  ends = fma(ends, x, f32x4.splat(0.00943887047));
  ends = fma(ends, x, f32x4.splat(1.00167406));
  ends = fma(ends, x, f32x4.splat(2.83297682));
  return f32x4.mul(u, v128.bitselect(middle, ends, f32x4.lt(w, f32x4.splat(5))));
}

/** y[i] = x[i] + scale · erf⁻¹(u), where u is the upper 24 bits of dropout's hash, brought between −1 and 1. */
export function gaussianNoise(at: usize, tile: i32, worker: i32): void {
  const args = changetype<GaussianNoiseArgs>(at);
  const start = tile * args.perTile;
  const base = load<i32>(args.step) * <i32>0x9e3779b9 + args.seed + start;
  let numbers = i32x4.add(i32x4.splat(base), i32x4(0, 1, 2, 3));
  const four = i32x4.splat(4);
  const scale = f32x4.splat(args.scale);
  let x = element(args.x, start);
  let y = element(args.y, start);
  for (let n = min(args.count - start, args.perTile); n > 0; n -= 4) {
    const bits = i32x4.shr_u(mix32(numbers), 8);
    // 2h + 1 − 2²⁴ is odd and below 2²⁴: exact as a float.
    const odd = i32x4.sub(i32x4.shl(bits, 1), i32x4.splat(0xffffff));
    const u = f32x4.mul(f32x4.convert_i32x4_s(odd), f32x4.splat(1 / <f32>16777216));
    put(y, fma(scale, inverseError(u), fetch(x, n)), n);
    numbers = i32x4.add(numbers, four);
    x += 16;
    y += 16;
  }
}

@unmanaged
class RandomUniformArgs {
  step: usize;
  y: usize;
  count: i32;
  perTile: i32;
  seed: i32;
  minval: f32;
  range: f32;
}

/** y[i] = minval + range · h / 2²⁴, where h is the upper 24 bits of dropout's hash. */
export function randomUniform(at: usize, tile: i32, worker: i32): void {
  const args = changetype<RandomUniformArgs>(at);
  const start = tile * args.perTile;
  const base = load<i32>(args.step) * <i32>0x9e3779b9 + args.seed + start;
  let numbers = i32x4.add(i32x4.splat(base), i32x4(0, 1, 2, 3));
  const four = i32x4.splat(4);
  const range = f32x4.splat(args.range);
  const minval = f32x4.splat(args.minval);
  let y = element(args.y, start);
  for (let n = min(args.count - start, args.perTile); n > 0; n -= 4) {
    const h = f32x4.convert_i32x4_s(i32x4.shr_u(mix32(numbers), 8));
    put(y, fma(range, f32x4.mul(h, f32x4.splat(1 / <f32>16777216)), minval), n);
    numbers = i32x4.add(numbers, four);
    y += 16;
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
