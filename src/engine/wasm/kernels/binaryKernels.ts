// Operations on two operands with NumPy broadcasting. Compiled by AssemblyScript.
import { element, loadLanes, storeLanes } from './lanes';
import { outerOffset } from './strided';

@unmanaged
class BinaryArgs {
  a: usize;
  b: usize;
  y: usize;
  count: i32;
  perTile: i32;
  inner: i32;
  middle: i32;
  aInner: i32;
  aMiddle: i32;
  bInner: i32;
  bMiddle: i32;
  rank: i32;
}

/** n elements of one row; an operand whose inner stride is 0 is one number for the whole row. */
// @ts-ignore: decorator
@inline
function row<Op>(a: usize, b: usize, y: usize, n: i32, aMoves: bool, bMoves: bool): void {
  const op = changetype<Op>(0);
  const aOne = v128.load_splat<f32>(a);
  const bOne = v128.load_splat<f32>(b);
  if (aMoves && bMoves) {
    for (; n >= 4; n -= 4) {
      v128.store(y, op.apply(v128.load(a), v128.load(b)));
      a += 16;
      b += 16;
      y += 16;
    }
    if (n > 0) storeLanes(y, op.apply(loadLanes(a, n), loadLanes(b, n)), n);
  } else if (aMoves) {
    for (; n >= 4; n -= 4) {
      v128.store(y, op.apply(v128.load(a), bOne));
      a += 16;
      y += 16;
    }
    if (n > 0) storeLanes(y, op.apply(loadLanes(a, n), bOne), n);
  } else if (bMoves) {
    for (; n >= 4; n -= 4) {
      v128.store(y, op.apply(aOne, v128.load(b)));
      b += 16;
      y += 16;
    }
    if (n > 0) storeLanes(y, op.apply(aOne, loadLanes(b, n)), n);
  } else {
    const one = op.apply(aOne, bOne);
    for (; n >= 4; n -= 4) {
      v128.store(y, one);
      y += 16;
    }
    if (n > 0) storeLanes(y, one, n);
  }
}

// @ts-ignore: decorator
@inline
function binary<Op>(at: usize, tile: i32): void {
  const args = changetype<BinaryArgs>(at);
  const axes = at + offsetof<BinaryArgs>();
  const end = min(args.count, (tile + 1) * args.perTile);
  const aMoves = args.aInner != 0;
  const bMoves = args.bInner != 0;
  let i = tile * args.perTile;
  let column = i % args.inner;
  const firstRow = i / args.inner;
  let middle = firstRow % args.middle;
  let outer = firstRow / args.middle;
  while (i < end) {
    const a = args.a + (<usize>outerOffset(axes, args.rank, 2, 0, outer) << 2);
    const b = args.b + (<usize>outerOffset(axes, args.rank, 2, 1, outer) << 2);
    for (; middle < args.middle && i < end; middle++) {
      const n = min(args.inner - column, end - i);
      row<Op>(
        element(a, middle * args.aMiddle + column * args.aInner),
        element(b, middle * args.bMiddle + column * args.bInner),
        element(args.y, i),
        n,
        aMoves,
        bMoves,
      );
      i += n;
      column = 0;
    }
    middle = 0;
    outer++;
  }
}

@unmanaged
class Add {
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
}

@unmanaged
class Sub {
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.sub(a, b);
  }
}

@unmanaged
class Mul {
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }
}

@unmanaged
class Div {
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.div(a, b);
  }
}

@unmanaged
class Maximum {
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
}

@unmanaged
class Minimum {
  @inline apply(a: v128, b: v128): v128 {
    return f32x4.min(a, b);
  }
}

@unmanaged
class Equal {
  @inline apply(a: v128, b: v128): v128 {
    return v128.and(f32x4.eq(a, b), f32x4.splat(1));
  }
}

@unmanaged
class EqualInteger {
  @inline apply(a: v128, b: v128): v128 {
    return v128.and(i32x4.eq(a, b), f32x4.splat(1));
  }
}

/** y = a + b. */
export function add(at: usize, tile: i32, worker: i32): void {
  binary<Add>(at, tile);
}

/** y = a − b. */
export function sub(at: usize, tile: i32, worker: i32): void {
  binary<Sub>(at, tile);
}

/** y = a · b. */
export function mul(at: usize, tile: i32, worker: i32): void {
  binary<Mul>(at, tile);
}

/** y = a / b. */
export function div(at: usize, tile: i32, worker: i32): void {
  binary<Div>(at, tile);
}

/** y = max(a, b); NaN where either is. */
export function maximum(at: usize, tile: i32, worker: i32): void {
  binary<Maximum>(at, tile);
}

/** y = min(a, b); NaN where either is. */
export function minimum(at: usize, tile: i32, worker: i32): void {
  binary<Minimum>(at, tile);
}

/** y = 1 where the floats a and b are equal, else 0. */
export function equal(at: usize, tile: i32, worker: i32): void {
  binary<Equal>(at, tile);
}

/** y = 1 where the integers a and b are equal, else 0. */
export function equalInteger(at: usize, tile: i32, worker: i32): void {
  binary<EqualInteger>(at, tile);
}
