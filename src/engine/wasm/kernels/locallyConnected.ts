// A convolution whose every output position has weights of its own. Compiled by AssemblyScript.
//
// w: [positions, taps, filters], taps = kernel height · kernel width · channels. A row of the kernel is one run of
// kernelWidth · channels elements in x too.
import { element, fetch, put, sumLanes } from './lanes';
import { fma } from './simd';

@unmanaged
class LocalArgs {
  x: usize;
  w: usize;
  y: usize;
  batch: i32;
  height: i32;
  width: i32;
  channels: i32;
  outWidth: i32;
  positions: i32;
  filters: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  perTile: i32;
}

/** Where a position's window begins in the first picture, in elements. */
// @ts-ignore: decorator
@inline
function corner(args: LocalArgs, position: i32): i32 {
  const h = (position / args.outWidth) * args.strideHeight;
  const w = (position % args.outWidth) * args.strideWidth;
  return (h * args.width + w) * args.channels;
}

/** y = the product of each window with its own weights. Tiles are blocks of positions, so that weights are read once. */
export function locallyConnected2d(at: usize, tile: i32, worker: i32): void {
  const args = changetype<LocalArgs>(at);
  const end = min(args.positions, (tile + 1) * args.perTile);
  const run = args.kernelWidth * args.channels;
  const filters = args.filters;
  const filterStep = <usize>filters << 2;
  const picture = args.height * args.width * args.channels;
  for (let position = tile * args.perTile; position < end; position++) {
    const first = corner(args, position);
    const weights = element(args.w, position * args.kernelHeight * run * filters);
    for (let image = 0; image < args.batch; image++) {
      const x = element(args.x, image * picture + first);
      let y = element(args.y, (image * args.positions + position) * filters);
      for (let f = 0; f < filters; f += 8) {
        const n = filters - f;
        let a = f32x4.splat(0);
        let b = a;
        let w = element(weights, f);
        for (let i = 0; i < args.kernelHeight; i++) {
          const row = element(x, i * args.width * args.channels);
          for (let k = 0; k < run; k++) {
            const v = v128.load_splat<f32>(element(row, k));
            a = fma(v, fetch(w, n), a);
            if (n > 4) b = fma(v, fetch(w + 16, n - 4), b);
            w += filterStep;
          }
        }
        put(y, a, n);
        if (n > 4) put(y + 16, b, n - 4);
        y += 32;
      }
    }
  }
}

/** The gradient by x; args.x: dy, args.y: dx. Tiles are blocks of pictures, whose windows overlap in nobody else's dx. */
export function locallyConnected2dInputGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<LocalArgs>(at);
  const firstImage = tile * args.perTile;
  const end = min(args.batch, firstImage + args.perTile);
  const run = args.kernelWidth * args.channels;
  const filters = args.filters;
  const picture = args.height * args.width * args.channels;
  memory.fill(element(args.y, firstImage * picture), 0, <usize>((end - firstImage) * picture) << 2);
  for (let position = 0; position < args.positions; position++) {
    const first = corner(args, position);
    const weights = element(args.w, position * args.kernelHeight * run * filters);
    for (let image = firstImage; image < end; image++) {
      const dx = element(args.y, image * picture + first);
      const dy = element(args.x, (image * args.positions + position) * filters);
      let w = weights;
      for (let i = 0; i < args.kernelHeight; i++) {
        let to = element(dx, i * args.width * args.channels);
        for (let k = 0; k < run; k++) {
          let sum = f32x4.splat(0);
          let g = dy;
          for (let n = filters; n > 0; n -= 4) {
            sum = fma(fetch(g, n), fetch(w, n), sum);
            g += 16;
            w += 16;
          }
          // The last step may have gone past the row's end.
          w -= <usize>(((filters + 3) & ~3) - filters) << 2;
          store<f32>(to, load<f32>(to) + sumLanes(sum));
          to += 4;
        }
      }
    }
  }
}

/** The gradient by w; args.w: dy, args.y: dw. Tiles are blocks of positions. */
export function locallyConnected2dFilterGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<LocalArgs>(at);
  const end = min(args.positions, (tile + 1) * args.perTile);
  const run = args.kernelWidth * args.channels;
  const filters = args.filters;
  const filterStep = <usize>filters << 2;
  const picture = <usize>(args.height * args.width * args.channels) << 2;
  const output = <usize>(args.positions * filters) << 2;
  for (let position = tile * args.perTile; position < end; position++) {
    const first = corner(args, position);
    let dw = element(args.y, position * args.kernelHeight * run * filters);
    for (let i = 0; i < args.kernelHeight; i++) {
      const row = element(args.x, first + i * args.width * args.channels);
      for (let k = 0; k < run; k++) {
        for (let f = 0; f < filters; f += 4) {
          const n = filters - f;
          let sum = f32x4.splat(0);
          let x = element(row, k);
          let dy = element(args.w, position * filters + f);
          for (let image = 0; image < args.batch; image++) {
            sum = fma(v128.load_splat<f32>(x), fetch(dy, n), sum);
            x += picture;
            dy += output;
          }
          put(element(dw, f), sum, n);
        }
        dw += filterStep;
      }
    }
  }
}
