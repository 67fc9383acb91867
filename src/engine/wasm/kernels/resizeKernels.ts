// Pictures of another size and the gradient, vectors along the channels. What a new position is made of comes in tables, as
// it follows from the sizes alone. Compiled by AssemblyScript.
import { element, fetch, put } from './lanes';
import { fma } from './simd';

/** a: what the kernel reads; y: what it writes, whose rows the tiles cut up. Heights and widths are those of a and y. */
@unmanaged
class ResizeArgs {
  a: usize;
  y: usize;
  rowTable: usize;
  columnTable: usize;
  height: i32;
  width: i32;
  outHeight: i32;
  outWidth: i32;
  channels: i32;
  rows: i32;
  rowsPerTile: i32;
}

/** What a new position is made of: two old positions, and the second's share. */
@unmanaged
class Between {
  first: i32;
  second: i32;
  share: f32;
}

const betweenBytes: i32 = 12;

/** y = x at the nearest position of every new one. */
export function resizeNearest(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ResizeArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const channels = args.channels;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const line = changetype<Between>(args.rowTable + <usize>((row % args.outHeight) * betweenBytes));
    const from = ((row / args.outHeight) * args.height + line.first) * args.width;
    let y = element(args.y, row * args.outWidth * channels);
    for (let ow = 0; ow < args.outWidth; ow++) {
      const column = changetype<Between>(args.columnTable + <usize>(ow * betweenBytes));
      const x = element(args.a, (from + column.first) * channels);
      let place: usize = 0;
      for (let n = channels; n > 0; n -= 4) {
        put(y + place, fetch(x + place, n), n);
        place += 16;
      }
      y += (<usize>channels) << 2;
    }
  }
}

/** y = x, interpolated between two rows and two columns. */
export function resizeBilinear(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ResizeArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const channels = args.channels;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const image = (row / args.outHeight) * args.height;
    const line = changetype<Between>(args.rowTable + <usize>((row % args.outHeight) * betweenBytes));
    const upper = (image + line.first) * args.width;
    const lower = (image + line.second) * args.width;
    const below = line.share;
    let y = element(args.y, row * args.outWidth * channels);
    for (let ow = 0; ow < args.outWidth; ow++) {
      const column = changetype<Between>(args.columnTable + <usize>(ow * betweenBytes));
      const behind = column.share;
      const a = f32x4.splat((1 - below) * (1 - behind));
      const b = f32x4.splat((1 - below) * behind);
      const c = f32x4.splat(below * (1 - behind));
      const d = f32x4.splat(below * behind);
      const xa = element(args.a, (upper + column.first) * channels);
      const xb = element(args.a, (upper + column.second) * channels);
      const xc = element(args.a, (lower + column.first) * channels);
      const xd = element(args.a, (lower + column.second) * channels);
      let place: usize = 0;
      for (let n = channels; n > 0; n -= 4) {
        let sum = f32x4.mul(a, fetch(xa + place, n));
        sum = fma(b, fetch(xb + place, n), sum);
        sum = fma(c, fetch(xc + place, n), sum);
        put(y + place, fma(d, fetch(xd + place, n), sum), n);
        place += 16;
      }
      y += (<usize>channels) << 2;
    }
  }
}

/** A new position that an old one has a share in. */
@unmanaged
class Seer {
  position: i32;
  share: f32;
}

const seerBytes: i32 = 8;

/**
 * The gradient of both: a: dy; every element gathers from the outputs that it has a share in. A table begins with where each
 * position's part starts, in bytes, and where the last one's ends.
 */
export function resizeGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ResizeArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const channels = args.channels;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const image = (row / args.outHeight) * args.height;
    const starts = element(args.rowTable, row % args.outHeight);
    const lineStart = args.rowTable + <usize>load<i32>(starts);
    const lineEnd = args.rowTable + <usize>load<i32>(starts, 4);
    for (let w = 0; w < args.outWidth; w++) {
      const places = element(args.columnTable, w);
      const columnStart = args.columnTable + <usize>load<i32>(places);
      const columnEnd = args.columnTable + <usize>load<i32>(places, 4);
      let dx = element(args.y, (row * args.outWidth + w) * channels);
      for (let n = channels; n > 0; n -= 4) {
        const channel = channels - n;
        let sum = f32x4.splat(0);
        for (let i = lineStart; i < lineEnd; i += seerBytes) {
          const line = changetype<Seer>(i);
          const from = (image + line.position) * args.width;
          for (let j = columnStart; j < columnEnd; j += seerBytes) {
            const column = changetype<Seer>(j);
            const dy = element(args.a, (from + column.position) * channels + channel);
            sum = fma(f32x4.splat(line.share * column.share), fetch(dy, n), sum);
          }
        }
        put(dx, sum, n);
        dx += 16;
      }
    }
  }
}
