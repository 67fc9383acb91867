// Gradients of max and average pooling. Every element of dx is written once, by one tile. Compiled by AssemblyScript.
import { maskVector } from './activateVector';
import { element, fetch, put } from './lanes';
import { firstWindow, lastWindow, PoolArgs, windowCount } from './poolArguments';

/**
 * The gradient of max pooling whose windows tile the input (stride = size, no margin): a: dy, b: x, c: y. The first
 * element that is not less than the maximum takes dy. What no window sees, at the lower and right edges, is zero.
 */
export function maxPool2dGradientTiling(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PoolArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const columnStep = (<usize>args.channels) << 2;
  const rowStep = <usize>args.width * columnStep;
  const seen = min(args.width, args.outWidth * args.kernelWidth);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const image = row / args.outHeight;
    const oh = row % args.outHeight;
    const h = oh * args.kernelHeight;
    const rows = min(args.kernelHeight, args.height - h);
    const inputRow = (image * args.height + h) * args.width * args.channels;
    for (let ow = 0; ow < args.outWidth; ow++) {
      const w = ow * args.kernelWidth;
      const columns = min(args.kernelWidth, args.width - w);
      let output: usize = element(0, (row * args.outWidth + ow) * args.channels);
      let input: usize = element(0, inputRow + w * args.channels);
      for (let n = args.channels; n > 0; n -= 4) {
        const y = fetch(args.c + output, n);
        const dy = fetch(args.a + output, n);
        let searching = i32x4.splat(-1);
        for (let i = 0; i < rows; i++) {
          let place = input + <usize>i * rowStep;
          for (let j = 0; j < columns; j++) {
            const x = fetch(args.b + place, n);
            const found = v128.andnot(searching, f32x4.lt(x, y));
            put(args.y + place, v128.and(masked(dy, x, args.maskLimit), found), n);
            searching = v128.andnot(searching, found);
            place += columnStep;
          }
        }
        output += 16;
        input += 16;
      }
    }
    if (seen < args.width) {
      for (let i = 0; i < rows; i++) {
        const rest = element(args.y, inputRow + (i * args.width + seen) * args.channels);
        memory.fill(rest, 0, <usize>(args.width - seen) * columnStep);
      }
    }
    if (oh == args.outHeight - 1 && h + rows < args.height) {
      const rest = element(args.y, inputRow + rows * args.width * args.channels);
      memory.fill(rest, 0, <usize>(args.height - h - rows) * rowStep);
    }
  }
}

/**
 * The gradient of max pooling whose windows may overlap or leave gaps: a: dy, b: x, c: y. A tile is some rows of dx: it goes
 * through all windows that see one of them, in order, and adds dy to the first element that is not less than the maximum,
 * where that lies in its rows. So windows at a tile's edge are searched twice, and no two tiles write to one place.
 */
export function maxPool2dGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PoolArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  let row = tile * args.rowsPerTile;
  while (row < end) {
    const image = row / args.height, first = row % args.height;
    const last = min(args.height, first + end - row);
    addWinners(args, image, first, last);
    row += last - first;
  }
}

/** dx of rows [first, last) of a picture. */
function addWinners(args: PoolArgs, image: i32, first: i32, last: i32): void {
  const pixel = <usize>args.channels << 2, line = <usize>args.width * pixel;
  const picture = <usize>(image * args.height) * line;
  memory.fill(args.y + picture + <usize>first * line, 0, <usize>(last - first) * line);
  const ohEnd = lastWindow(last - 1, args.strideHeight, args.top, args.outHeight);
  for (let oh = firstWindow(first, args.kernelHeight, args.strideHeight, args.top); oh < ohEnd; oh++) {
    const top = oh * args.strideHeight - args.top;
    const h = max(top, 0), hEnd = min(min(top + args.kernelHeight, args.height), last);
    for (let ow = 0; ow < args.outWidth; ow++) {
      const left = ow * args.strideWidth - args.left;
      const w = max(left, 0), columns = min(left + args.kernelWidth, args.width) - w;
      let output = <usize>((image * args.outHeight + oh) * args.outWidth + ow) * pixel;
      let corner = picture + <usize>h * line + <usize>w * pixel;
      for (let n = args.channels; n > 0; n -= 4, output += 16, corner += 16) {
        addWinner(args, n, output, corner, hEnd - h, columns, max(first - h, 0), pixel, line);
      }
    }
  }
}

/** Adds dy of four channels of a window to its winners, where those are in row `from` of the window or below. */
// @ts-ignore: decorator
@inline
function addWinner(
  args: PoolArgs, n: i32, output: usize, corner: usize, rows: i32, columns: i32, from: i32, pixel: usize, line: usize,
): void {
  const y = fetch(args.c + output, n), dy = fetch(args.a + output, n);
  let searching = i32x4.splat(-1);
  for (let i = 0; i < rows; i++) {
    let place = corner + <usize>i * line;
    for (let j = 0; j < columns; j++, place += pixel) {
      const x = fetch(args.b + place, n);
      const found = v128.andnot(searching, f32x4.lt(x, y));
      searching = v128.andnot(searching, found);
      if (i < from) continue;
      const passing = v128.and(masked(dy, x, args.maskLimit), found);
      put(args.y + place, f32x4.add(fetch(args.y + place, n), passing), n);
    }
  }
}

/** dy, or where a rectifier has made x, what that lets through (maskVector); a limit of 0: there is none. */
// @ts-ignore: decorator
@inline
function masked(dy: v128, x: v128, limit: f32): v128 {
  return limit == 0 ? dy : maskVector(dy, x, limit);
}

/** The gradient of average pooling: a: dy. */
export function averagePool2dGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PoolArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const padded = args.countPadding != 0;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const image = row / args.height;
    const h = row % args.height;
    const oh = firstWindow(h, args.kernelHeight, args.strideHeight, args.top);
    const ohEnd = lastWindow(h, args.strideHeight, args.top, args.outHeight);
    for (let w = 0; w < args.width; w++) {
      const ow = firstWindow(w, args.kernelWidth, args.strideWidth, args.left);
      const owEnd = lastWindow(w, args.strideWidth, args.left, args.outWidth);
      const dx = element(args.y, (row * args.width + w) * args.channels);
      if (oh >= ohEnd || ow >= owEnd) {
        memory.fill(dx, 0, (<usize>args.channels) << 2);
        continue;
      }
      for (let i = oh; i < ohEnd; i++) {
        const tall = windowCount(i, args.kernelHeight, args.strideHeight, args.height, args.top, args.bottom, padded);
        for (let j = ow; j < owEnd; j++) {
          const wide = windowCount(j, args.kernelWidth, args.strideWidth, args.width, args.left, args.right, padded);
          const share = f32x4.splat(<f32>1 / <f32>(tall * wide));
          const fresh = i == oh && j == ow;
          let dy = element(args.a, ((image * args.outHeight + i) * args.outWidth + j) * args.channels);
          let to = dx;
          for (let n = args.channels; n > 0; n -= 4) {
            const part = f32x4.mul(fetch(dy, n), share);
            put(to, fresh ? part : f32x4.add(fetch(to, n), part), n);
            dy += 16;
            to += 16;
          }
        }
      }
    }
  }
}
