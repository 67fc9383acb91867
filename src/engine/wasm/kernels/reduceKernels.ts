// Sums and maxima along one axis of x: [before, length, after]. Compiled by AssemblyScript.
//
// The axis is cut into chunks, and every unit (before, chunk, block of columns) gives partial results of its own; the
// lowering adds a second step over the chunks. How it is cut follows from the shape alone, so that sums do not depend on
// the number of threads.
import { element, loadLanes, maxLanes, storeLanes, sumLanes } from './lanes';

@unmanaged
class ReduceArgs {
  x: usize;
  y: usize;
  length: i32;
  after: i32;
  chunk: i32;
  chunks: i32;
  columns: i32;
  columnBlocks: i32;
  units: i32;
  unitsPerTile: i32;
  scale: f32;
}

@unmanaged
class Sum {
  @inline start(): f32 {
    return 0;
  }
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
  @inline across(v: v128): f32 {
    return sumLanes(v);
  }
}

@unmanaged
class Max {
  @inline start(): f32 {
    return -Infinity;
  }
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
  @inline across(v: v128): f32 {
    return maxLanes(v);
  }
}

/** One result from n elements side by side. */
// @ts-ignore: decorator
@inline
function reduceRow<Op>(x: usize, n: i32): f32 {
  const op = changetype<Op>(0);
  let a = f32x4.splat(op.start());
  let b = a;
  let c = a;
  let d = a;
  for (; n >= 16; n -= 16) {
    a = op.apply(a, v128.load(x));
    b = op.apply(b, v128.load(x, 16));
    c = op.apply(c, v128.load(x, 32));
    d = op.apply(d, v128.load(x, 48));
    x += 64;
  }
  for (; n >= 4; n -= 4) {
    a = op.apply(a, v128.load(x));
    x += 16;
  }
  if (n > 0) b = op.apply(b, loadLanes(x, n, op.start()));
  return op.across(op.apply(op.apply(a, b), op.apply(c, d)));
}

/** `columns` results from n rows, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function reduceColumns<Op>(x: usize, y: usize, n: i32, columns: i32, stride: usize, scale: v128): void {
  const op = changetype<Op>(0);
  const start = f32x4.splat(op.start());
  for (; columns >= 16; columns -= 16) {
    let a = start;
    let b = start;
    let c = start;
    let d = start;
    let from = x;
    for (let row = 0; row < n; row++) {
      a = op.apply(a, v128.load(from));
      b = op.apply(b, v128.load(from, 16));
      c = op.apply(c, v128.load(from, 32));
      d = op.apply(d, v128.load(from, 48));
      from += stride;
    }
    v128.store(y, f32x4.mul(a, scale));
    v128.store(y, f32x4.mul(b, scale), 16);
    v128.store(y, f32x4.mul(c, scale), 32);
    v128.store(y, f32x4.mul(d, scale), 48);
    x += 64;
    y += 64;
  }
  for (; columns >= 4; columns -= 4) {
    let a = start;
    let from = x;
    for (let row = 0; row < n; row++) {
      a = op.apply(a, v128.load(from));
      from += stride;
    }
    v128.store(y, f32x4.mul(a, scale));
    x += 16;
    y += 16;
  }
  if (columns > 0) {
    let a = start;
    for (let row = 0; row < n; row++) {
      a = op.apply(a, loadLanes(x, columns));
      x += stride;
    }
    storeLanes(y, f32x4.mul(a, scale), columns);
  }
}

// @ts-ignore: decorator
@inline
function reduce<Op>(at: usize, tile: i32): void {
  const args = changetype<ReduceArgs>(at);
  const end = min(args.units, (tile + 1) * args.unitsPerTile);
  const scale = f32x4.splat(args.scale);
  for (let unit = tile * args.unitsPerTile; unit < end; unit++) {
    const block = unit % args.columnBlocks;
    const result = unit / args.columnBlocks;
    const first = (result % args.chunks) * args.chunk;
    const before = result / args.chunks;
    const n = min(args.chunk, args.length - first);
    const column = block * args.columns;
    const x = element(args.x, (before * args.length + first) * args.after + column);
    const y = element(args.y, result * args.after + column);
    if (args.after == 1) store<f32>(y, reduceRow<Op>(x, n) * args.scale);
    else reduceColumns<Op>(x, y, n, min(args.columns, args.after - column), <usize>args.after << 2, scale);
  }
}

/** y = scale · Σ x along the axis. */
export function reduceSum(at: usize, tile: i32, worker: i32): void {
  reduce<Sum>(at, tile);
}

/** y = scale · max x along the axis; NaN where there is one. */
export function reduceMax(at: usize, tile: i32, worker: i32): void {
  reduce<Max>(at, tile);
}

@unmanaged
class ReduceMaxGradientArgs {
  dy: usize;
  x: usize;
  y: usize;
  dx: usize;
  length: i32;
  after: i32;
  columns: i32;
  columnBlocks: i32;
  units: i32;
  unitsPerTile: i32;
}

/** dx = dy at the first element that is not less than the maximum y, else 0. */
export function reduceMaxGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ReduceMaxGradientArgs>(at);
  const end = min(args.units, (tile + 1) * args.unitsPerTile);
  const stride = <usize>args.after << 2;
  for (let unit = tile * args.unitsPerTile; unit < end; unit++) {
    const before = unit / args.columnBlocks;
    let column = (unit % args.columnBlocks) * args.columns;
    const columnEnd = min(args.after, column + args.columns);
    for (; column < columnEnd; column += 4) {
      const n = columnEnd - column;
      const result = before * args.after + column;
      const y = n >= 4 ? v128.load(element(args.y, result)) : loadLanes(element(args.y, result), n);
      const dy = n >= 4 ? v128.load(element(args.dy, result)) : loadLanes(element(args.dy, result), n);
      let x = element(args.x, before * args.length * args.after + column);
      let dx = element(args.dx, before * args.length * args.after + column);
      // All bits set where the maximum is still to come.
      let searching = i32x4.splat(-1);
      for (let i = 0; i < args.length; i++) {
        if (n >= 4) {
          const found = v128.andnot(searching, f32x4.lt(v128.load(x), y));
          v128.store(dx, v128.and(dy, found));
          searching = v128.andnot(searching, found);
        } else {
          const found = v128.andnot(searching, f32x4.lt(loadLanes(x, n), y));
          storeLanes(dx, v128.and(dy, found), n);
          searching = v128.andnot(searching, found);
        }
        x += stride;
        dx += stride;
      }
    }
  }
}
