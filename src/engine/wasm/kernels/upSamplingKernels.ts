// Enlarging pictures by whole factors and its gradient, vectors along the channels. Compiled by AssemblyScript.
import { element, fetch, put } from './lanes';
import { fma } from './simd';

/** a: what the kernel reads; y: what it writes, whose rows the tiles cut up; height and width are the small picture's. */
@unmanaged
class UpSamplingArgs {
  a: usize;
  y: usize;
  height: i32;
  width: i32;
  channels: i32;
  sizeHeight: i32;
  sizeWidth: i32;
  rows: i32;
  rowsPerTile: i32;
}

// Where bilinear interpolation reads: output position o lies at (2o + 1 − s) / 2s of the small picture's axis. Whole
// numbers up to the last division, so that positions that meet a centre do so exactly.

/** The first of the two positions that o lies between; −1 before the first centre. */
// @ts-ignore: decorator
@inline
function positionBefore(o: i32, s: i32): i32 {
  const place = 2 * o + 1 - s;
  return place < 0 ? -1 : place / (2 * s);
}

/** How much of the position behind goes into o. */
// @ts-ignore: decorator
@inline
function shareBehind(o: i32, s: i32, before: i32): f32 {
  const whole: i32 = 2 * s;
  const rest: i32 = 2 * o + 1 - s - whole * before;
  return <f32>rest / <f32>whole;
}

/** How much of position h of `size` goes into o, for o among those that see it. */
// @ts-ignore: decorator
@inline
function shareOf(o: i32, s: i32, h: i32, size: i32): f32 {
  const whole: i32 = 2 * s;
  const distance: i32 = 2 * o + 1 - s - whole * h;
  if ((h == 0 && distance < 0) || (h == size - 1 && distance > 0)) return 1;
  const share: i32 = whole - (distance < 0 ? -distance : distance);
  return <f32>share / <f32>whole;
}

/** The first output position that sees position h. */
// @ts-ignore: decorator
@inline
function firstSeer(h: i32, s: i32): i32 {
  return max(0, (2 * s * h - s + 1) >> 1);
}

/** 1 past the last output position, of `outputs`, that sees position h. */
// @ts-ignore: decorator
@inline
function lastSeer(h: i32, s: i32, outputs: i32): i32 {
  return min(outputs, (2 * s * (h + 1) + s) >> 1);
}

/** y = x with every row and column repeated. */
export function upSampleNearest(at: usize, tile: i32, worker: i32): void {
  const args = changetype<UpSamplingArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const outHeight = args.height * args.sizeHeight;
  const step = (<usize>args.channels) << 2;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const from = (row / outHeight) * args.height + (row % outHeight) / args.sizeHeight;
    let x = element(args.a, from * args.width * args.channels);
    let y = element(args.y, row * args.width * args.sizeWidth * args.channels);
    for (let w = 0; w < args.width; w++) {
      for (let i = 0; i < args.sizeWidth; i++) {
        let place: usize = 0;
        for (let n = args.channels; n > 0; n -= 4) {
          put(y + place, fetch(x + place, n), n);
          place += 16;
        }
        y += step;
      }
      x += step;
    }
  }
}

/** y = x, interpolated between the centres of its pixels. */
export function upSampleBilinear(at: usize, tile: i32, worker: i32): void {
  const args = changetype<UpSamplingArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const outHeight = args.height * args.sizeHeight;
  const outWidth = args.width * args.sizeWidth;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const image = (row / outHeight) * args.height;
    const oh = row % outHeight;
    const h = positionBefore(oh, args.sizeHeight);
    const below = shareBehind(oh, args.sizeHeight, h);
    const upper = (image + max(h, 0)) * args.width;
    const lower = (image + min(h + 1, args.height - 1)) * args.width;
    for (let ow = 0; ow < outWidth; ow++) {
      const w = positionBefore(ow, args.sizeWidth);
      const behind = shareBehind(ow, args.sizeWidth, w);
      const left = max(w, 0);
      const right = min(w + 1, args.width - 1);
      const a = f32x4.splat((1 - below) * (1 - behind));
      const b = f32x4.splat((1 - below) * behind);
      const c = f32x4.splat(below * (1 - behind));
      const d = f32x4.splat(below * behind);
      const xa = element(args.a, (upper + left) * args.channels);
      const xb = element(args.a, (upper + right) * args.channels);
      const xc = element(args.a, (lower + left) * args.channels);
      const xd = element(args.a, (lower + right) * args.channels);
      const y = element(args.y, (row * outWidth + ow) * args.channels);
      let place: usize = 0;
      for (let n = args.channels; n > 0; n -= 4) {
        let sum = f32x4.mul(a, fetch(xa + place, n));
        sum = fma(b, fetch(xb + place, n), sum);
        sum = fma(c, fetch(xc + place, n), sum);
        put(y + place, fma(d, fetch(xd + place, n), sum), n);
        place += 16;
      }
    }
  }
}

/** The gradient of upSampleNearest: a: dy; every element is the sum of its copies' gradients. */
export function upSampleNearestGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<UpSamplingArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const outWidth = args.width * args.sizeWidth;
  const step = (<usize>args.channels) << 2;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    // Images lie one behind the other and their heights are multiples: the block of rows follows from the row alone.
    const first = row * args.sizeHeight * outWidth;
    for (let w = 0; w < args.width; w++) {
      let dx = element(args.y, (row * args.width + w) * args.channels);
      for (let n = args.channels; n > 0; n -= 4) {
        const channel = args.channels - n;
        let sum = f32x4.splat(0);
        for (let i = 0; i < args.sizeHeight; i++) {
          let dy = element(args.a, (first + i * outWidth + w * args.sizeWidth) * args.channels + channel);
          for (let j = 0; j < args.sizeWidth; j++) {
            sum = f32x4.add(sum, fetch(dy, n));
            dy += step;
          }
        }
        put(dx, sum, n);
        dx += 16;
      }
    }
  }
}

/** The gradient of upSampleBilinear: a: dy; every element gathers from the outputs that it has a share in. */
export function upSampleBilinearGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<UpSamplingArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const outHeight = args.height * args.sizeHeight;
  const outWidth = args.width * args.sizeWidth;
  const step = (<usize>args.channels) << 2;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const image = (row / args.height) * outHeight;
    const h = row % args.height;
    const oh = firstSeer(h, args.sizeHeight);
    const ohEnd = lastSeer(h, args.sizeHeight, outHeight);
    for (let w = 0; w < args.width; w++) {
      const ow = firstSeer(w, args.sizeWidth);
      const owEnd = lastSeer(w, args.sizeWidth, outWidth);
      let dx = element(args.y, (row * args.width + w) * args.channels);
      for (let n = args.channels; n > 0; n -= 4) {
        const channel = args.channels - n;
        let sum = f32x4.splat(0);
        for (let i = oh; i < ohEnd; i++) {
          const share = shareOf(i, args.sizeHeight, h, args.height);
          let dy = element(args.a, ((image + i) * outWidth + ow) * args.channels + channel);
          for (let j = ow; j < owEnd; j++) {
            sum = fma(f32x4.splat(share * shareOf(j, args.sizeWidth, w, args.width)), fetch(dy, n), sum);
            dy += step;
          }
        }
        put(dx, sum, n);
        dx += 16;
      }
    }
  }
}
