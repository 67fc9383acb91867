// Gradients of max and average pooling. Every element of dx is written once, by one tile. Compiled by AssemblyScript.
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
            const found = v128.andnot(searching, f32x4.lt(fetch(args.b + place, n), y));
            put(args.y + place, v128.and(dy, found), n);
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

/** y = which tap (row · kernel width + column) of each window is the first that holds the maximum: b: x, c: pooled x. */
export function maxPool2dChoice(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PoolArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const columnStep = (<usize>args.channels) << 2;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const image = row / args.outHeight;
    const firstRow = (row % args.outHeight) * args.strideHeight - args.top;
    const hEnd = min(firstRow + args.kernelHeight, args.height);
    for (let ow = 0; ow < args.outWidth; ow++) {
      const firstColumn = ow * args.strideWidth - args.left;
      const w = max(firstColumn, 0);
      const wEnd = min(firstColumn + args.kernelWidth, args.width);
      let output: usize = element(0, (row * args.outWidth + ow) * args.channels);
      for (let n = args.channels; n > 0; n -= 4) {
        const channel = args.channels - n;
        const y = fetch(args.c + output, n);
        let searching = i32x4.splat(-1);
        let choice = searching;
        for (let h = max(firstRow, 0); h < hEnd; h++) {
          let x = element(args.b, ((image * args.height + h) * args.width + w) * args.channels + channel);
          let tap = (h - firstRow) * args.kernelWidth + w - firstColumn;
          for (let j = w; j < wEnd; j++) {
            const found = v128.andnot(searching, f32x4.lt(fetch(x, n), y));
            choice = v128.bitselect(i32x4.splat(tap), choice, found);
            searching = v128.andnot(searching, found);
            x += columnStep;
            tap++;
          }
        }
        put(args.y + output, choice, n);
        output += 16;
      }
    }
  }
}

/** The gradient of max pooling whose windows may overlap or leave gaps: a: dy, b: the choice of each window. */
export function maxPool2dGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<PoolArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const image = row / args.height;
    const h = row % args.height;
    const oh = firstWindow(h, args.kernelHeight, args.strideHeight, args.top);
    const ohEnd = lastWindow(h, args.strideHeight, args.top, args.outHeight);
    for (let w = 0; w < args.width; w++) {
      const ow = firstWindow(w, args.kernelWidth, args.strideWidth, args.left);
      const owEnd = lastWindow(w, args.strideWidth, args.left, args.outWidth);
      let dx = element(args.y, (row * args.width + w) * args.channels);
      for (let n = args.channels; n > 0; n -= 4) {
        const channel = args.channels - n;
        let sum = f32x4.splat(0);
        for (let i = oh; i < ohEnd; i++) {
          const tapRow = (h + args.top - i * args.strideHeight) * args.kernelWidth + w + args.left;
          const outputRow = (image * args.outHeight + i) * args.outWidth;
          for (let j = ow; j < owEnd; j++) {
            const output: usize = element(0, (outputRow + j) * args.channels + channel);
            const mine = i32x4.eq(fetch(args.b + output, n), i32x4.splat(tapRow - j * args.strideWidth));
            sum = f32x4.add(sum, v128.and(fetch(args.a + output, n), mine));
          }
        }
        put(dx, sum, n);
        dx += 16;
      }
    }
  }
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
