// Max and average pooling over NHWC, vectors along the channels. Compiled by AssemblyScript.
import { element, loadLanes, storeLanes } from './lanes';
import { PoolArgs, windowCount } from './poolArguments';

@unmanaged
class Max {
  @inline start(): f32 {
    return -Infinity;
  }
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
  @inline averages(): bool {
    return false;
  }
}

@unmanaged
class Average {
  @inline start(): f32 {
    return 0;
  }
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
  @inline averages(): bool {
    return true;
  }
}

/** All channels of one window of `rows` × `columns` positions from `x`; steps are in bytes. */
// @ts-ignore: decorator
@inline
function poolWindow<Op>(
  x: usize,
  y: usize,
  rows: i32,
  columns: i32,
  channels: i32,
  rowStep: usize,
  columnStep: usize,
  scale: v128,
): void {
  const op = changetype<Op>(0);
  const start = f32x4.splat(op.start());
  for (; channels >= 16; channels -= 16) {
    let a = start;
    let b = start;
    let c = start;
    let d = start;
    for (let i = 0; i < rows; i++) {
      let from = x + <usize>i * rowStep;
      for (let j = 0; j < columns; j++) {
        a = op.apply(a, v128.load(from));
        b = op.apply(b, v128.load(from, 16));
        c = op.apply(c, v128.load(from, 32));
        d = op.apply(d, v128.load(from, 48));
        from += columnStep;
      }
    }
    v128.store(y, f32x4.mul(a, scale));
    v128.store(y, f32x4.mul(b, scale), 16);
    v128.store(y, f32x4.mul(c, scale), 32);
    v128.store(y, f32x4.mul(d, scale), 48);
    x += 64;
    y += 64;
  }
  for (; channels > 0; channels -= 4) {
    let a = start;
    for (let i = 0; i < rows; i++) {
      let from = x + <usize>i * rowStep;
      for (let j = 0; j < columns; j++) {
        a = op.apply(a, channels >= 4 ? v128.load(from) : loadLanes(from, channels));
        from += columnStep;
      }
    }
    if (channels >= 4) v128.store(y, f32x4.mul(a, scale));
    else storeLanes(y, f32x4.mul(a, scale), channels);
    x += 16;
    y += 16;
  }
}

// @ts-ignore: decorator
@inline
function pool<Op>(at: usize, tile: i32): void {
  const args = changetype<PoolArgs>(at);
  const op = changetype<Op>(0);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  const padded = args.countPadding != 0;
  const columnStep = <usize>args.channels << 2;
  const rowStep = <usize>args.width * columnStep;
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const image = row / args.outHeight;
    const oh = row % args.outHeight;
    const firstRow = oh * args.strideHeight - args.top;
    const h = max(firstRow, 0);
    const rows = min(firstRow + args.kernelHeight, args.height) - h;
    const tall = windowCount(oh, args.kernelHeight, args.strideHeight, args.height, args.top, args.bottom, padded);
    for (let ow = 0; ow < args.outWidth; ow++) {
      const firstColumn = ow * args.strideWidth - args.left;
      const w = max(firstColumn, 0);
      const columns = min(firstColumn + args.kernelWidth, args.width) - w;
      const wide = windowCount(ow, args.kernelWidth, args.strideWidth, args.width, args.left, args.right, padded);
      const scale: f32 = op.averages() ? <f32>1 / <f32>(tall * wide) : 1;
      poolWindow<Op>(
        element(args.a, ((image * args.height + h) * args.width + w) * args.channels),
        element(args.y, (row * args.outWidth + ow) * args.channels),
        rows,
        columns,
        args.channels,
        rowStep,
        columnStep,
        f32x4.splat(scale),
      );
    }
  }
}

/** y = the largest element under each window; NaN where there is one. */
export function maxPool2d(at: usize, tile: i32, worker: i32): void {
  pool<Max>(at, tile);
}

/** y = the mean of the elements under each window. */
export function averagePool2d(at: usize, tile: i32, worker: i32): void {
  pool<Average>(at, tile);
}
