// Pictures turned, moved and distorted, and the gradient of it, vectors along the channels. Compiled by AssemblyScript.
//
// Places are computed in float64 from the float32 transforms, as in ops/affineTransform.ts, so that both read the same pixels.
import { element, fetch, put } from './lanes';
import { fma } from './simd';

/** a: what is read; y: what is written; mode: 0 constant, 1 nearest, 2 reflect, 3 wrap. Tiles are rows, or whole pictures. */
@unmanaged
class AffineTransformArgs {
  a: usize;
  transforms: usize;
  y: usize;
  height: i32;
  width: i32;
  channels: i32;
  mode: i32;
  isBilinear: i32;
  rows: i32;
  rowsPerTile: i32;
  fill: f32;
}

// @ts-ignore: decorator
@inline
function within(at: f64, size: i32): f64 {
  return min(max(at, 0), <f64>(size - 1));
}

/** Where on an axis of so many pixels a place beyond its ends is read. */
function placeWithin(mode: i32, at: f64, size: i32): f64 {
  if (mode == 0) return at;
  if (mode == 1) return within(at, size);
  const whole = <f64>size;
  const last = <f64>(size - 1);
  if (mode == 2) {
    const both = 2 * whole;
    if (at < 0) {
      at += both * trunc(-at / both);
      at = at < -whole ? at + both : -at - 1;
    } else if (at > last) {
      at -= both * trunc(at / both);
      if (at >= whole) at = both - at - 1;
    }
    return within(at, size);
  }
  if (size == 1) return 0;
  if (at < 0) at += whole * (trunc(-at / last) + 1);
  else if (at > last) at -= whole * trunc(at / last);
  return within(at, size);
}

/** Halves go away from 0. */
// @ts-ignore: decorator
@inline
function rounded(at: f64): i32 {
  const half = floor(abs(at) + 0.5);
  return <i32>(at < 0 ? -half : half);
}

/** The address of a pixel of a picture; 0 beyond its edges. */
// @ts-ignore: decorator
@inline
function pixel(args: AffineTransformArgs, picture: usize, row: i32, column: i32): usize {
  if (row < 0 || column < 0 || row >= args.height || column >= args.width) return 0;
  return element(picture, (row * args.width + column) * args.channels);
}

// @ts-ignore: decorator
@inline
function coefficient(args: AffineTransformArgs, n: i32, i: i32): f64 {
  return <f64>load<f32>(element(args.transforms, 8 * n + i));
}

/** Adds a pixel's share to the sums at `y`; what fills counts where there is no pixel. */
// @ts-ignore: decorator
@inline
function addTo(y: usize, x: usize, share: f64, fill: f32, channels: i32): void {
  const factor = f32x4.splat(<f32>share);
  const instead = f32x4.splat(fill);
  let place: usize = 0;
  for (let n = channels; n > 0; n -= 4) {
    const value = x ? fetch(x + place, n) : instead;
    put(y + place, fma(factor, value, fetch(y + place, n)), n);
    place += 16;
  }
}

/** One row of one picture, forwards or, where `isGradient`, back to where it came from. */
// @ts-ignore: decorator
@inline
function transformRow(args: AffineTransformArgs, n: i32, row: i32, isGradient: bool): void {
  const size = args.height * args.width * args.channels;
  const picture = element(isGradient ? args.y : args.a, n * size);
  const first = (n * args.height + row) * args.width * args.channels;
  const a0 = coefficient(args, n, 0);
  const b0 = coefficient(args, n, 3);
  const c0 = coefficient(args, n, 6);
  const y = <f64>row;
  const a1 = coefficient(args, n, 1) * y;
  const b1 = coefficient(args, n, 4) * y;
  const c1 = coefficient(args, n, 7) * y;
  const a2 = coefficient(args, n, 2);
  const b2 = coefficient(args, n, 5);
  for (let column = 0; column < args.width; column++) {
    const x = <f64>column;
    const here = element(isGradient ? args.a : args.y, first + column * args.channels);
    const k = c0 * x + c1 + 1;
    let wantedX = (a0 * x + a1 + a2) / k;
    let wantedY = (b0 * x + b1 + b2) / k;
    // Not greater, rather than less than, so that NaN counts as far away.
    const isFar = !(abs(wantedX) < 1e9 && abs(wantedY) < 1e9);
    if (isFar) {
      if (!isGradient) addTo(here, 0, 1, args.fill, args.channels);
      continue;
    }
    wantedX = placeWithin(args.mode, wantedX, args.width);
    wantedY = placeWithin(args.mode, wantedY, args.height);
    let top: i32;
    let left: i32;
    let below: f64 = 0;
    let behind: f64 = 0;
    if (args.isBilinear) {
      top = <i32>floor(wantedY);
      left = <i32>floor(wantedX);
      below = wantedY - <f64>top;
      behind = wantedX - <f64>left;
    } else {
      top = rounded(wantedY);
      left = rounded(wantedX);
    }
    for (let i = 0; i < 4; i++) {
      const down = i >> 1;
      const right = i & 1;
      const share = (down ? below : 1 - below) * (right ? behind : 1 - behind);
      if (share == 0) continue;
      const there = pixel(args, picture, top + down, left + right);
      if (!isGradient) addTo(here, there, share, args.fill, args.channels);
      else if (there) addTo(there, here, share, 0, args.channels);
    }
  }
}

/** y = the pixels of x that its transform names; a tile is a block of rows of y. */
export function affineTransform(at: usize, tile: i32, worker: i32): void {
  const args = changetype<AffineTransformArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const length = args.width * args.channels;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    memory.fill(element(args.y, row * length), 0, (<usize>length) << 2);
    transformRow(args, row / args.height, row % args.height, false);
  }
}

/** dx = dy where it came from; a tile is a picture, whose pixels may all come from anywhere in it. */
export function affineTransformGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<AffineTransformArgs>(at);
  const size = args.height * args.width * args.channels;
  memory.fill(element(args.y, tile * size), 0, (<usize>size) << 2);
  for (let row = 0; row < args.height; row++) transformRow(args, tile, row, true);
}
