// Loads and stores of a few lanes, and sums and maxima across lanes. Compiled by AssemblyScript.

/** The address of a 32-bit element. */
// @ts-ignore: decorator
@inline
export function element(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2);
}

/** The first `n` (1 to 3) elements at an address; the other lanes hold `fill`. */
// @ts-ignore: decorator
@inline
export function loadLanes(at: usize, n: i32, fill: f32 = 0): v128 {
  let v = v128.load_lane<f32>(at, f32x4.splat(fill), 0);
  if (n > 1) v = v128.load_lane<f32>(at, v, 1, 4);
  if (n > 2) v = v128.load_lane<f32>(at, v, 2, 8);
  return v;
}

/** Stores the first `n` (1 to 3) lanes. */
// @ts-ignore: decorator
@inline
export function storeLanes(at: usize, v: v128, n: i32): void {
  v128.store_lane<f32>(at, v, 0);
  if (n > 1) v128.store_lane<f32>(at, v, 1, 4);
  if (n > 2) v128.store_lane<f32>(at, v, 2, 8);
}

/** The elements at an address: four, or the first `n` where fewer are left. */
// @ts-ignore: decorator
@inline
export function fetch(at: usize, n: i32): v128 {
  return n >= 4 ? v128.load(at) : loadLanes(at, n);
}

/** Stores four lanes, or the first `n` where fewer are left. */
// @ts-ignore: decorator
@inline
export function put(at: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(at, v);
  else storeLanes(at, v, n);
}

/** (lane 0 + lane 2) + (lane 1 + lane 3). */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  const half = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(half, 0) + f32x4.extract_lane(half, 1);
}

/** The largest lane; NaN when there is one. */
// @ts-ignore: decorator
@inline
export function maxLanes(v: v128): f32 {
  const half = f32x4.max(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1));
}

/** Zero where |v| is too small to stay clear of denormals, which WebAssembly cannot flush and cost a hundredfold. */
// @ts-ignore: decorator
@inline
export function flushTiny(v: v128): v128 {
  // Less than, rather than not greater, so that NaN stays NaN.
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), f32x4.splat(1e-37)));
}
