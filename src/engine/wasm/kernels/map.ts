// Element-by-element kernels from an operation on four lanes. Compiled by AssemblyScript.
//
// The operation is a class without fields whose `apply` is inlined into the loop: a type parameter is the one way in
// which AssemblyScript hands code to code at no cost. Tails go through the same operation with idle lanes, so that an
// element's result does not depend on where it stands.
import { element, loadLanes, storeLanes } from './lanes';

@unmanaged
class MapArgs {
  x: usize;
  y: usize;
  count: i32;
  perTile: i32;
  p: f32;
  q: f32;
}

/** y = op(x). */
// @ts-ignore: decorator
@inline
export function map<Op>(at: usize, tile: i32): void {
  const args = changetype<MapArgs>(at);
  const op = changetype<Op>(0);
  const start = tile * args.perTile;
  const end = min(args.count, start + args.perTile);
  const p = f32x4.splat(args.p);
  const q = f32x4.splat(args.q);
  let x = element(args.x, start);
  let y = element(args.y, start);
  let n = end - start;
  for (; n >= 4; n -= 4) {
    v128.store(y, op.apply(v128.load(x), p, q));
    x += 16;
    y += 16;
  }
  if (n > 0) storeLanes(y, op.apply(loadLanes(x, n), p, q), n);
}

@unmanaged
class Map2Args {
  a: usize;
  b: usize;
  y: usize;
  count: i32;
  perTile: i32;
  p: f32;
  q: f32;
}

/** y = op(a, b). */
// @ts-ignore: decorator
@inline
export function map2<Op>(at: usize, tile: i32): void {
  const args = changetype<Map2Args>(at);
  const op = changetype<Op>(0);
  const start = tile * args.perTile;
  const end = min(args.count, start + args.perTile);
  const p = f32x4.splat(args.p);
  const q = f32x4.splat(args.q);
  let a = element(args.a, start);
  let b = element(args.b, start);
  let y = element(args.y, start);
  let n = end - start;
  for (; n >= 4; n -= 4) {
    v128.store(y, op.apply(v128.load(a), v128.load(b), p, q));
    a += 16;
    b += 16;
    y += 16;
  }
  if (n > 0) storeLanes(y, op.apply(loadLanes(a, n), loadLanes(b, n), p, q), n);
}

@unmanaged
class Map3Args {
  a: usize;
  b: usize;
  c: usize;
  y: usize;
  count: i32;
  perTile: i32;
}

/** y = op(a, b, c). */
// @ts-ignore: decorator
@inline
export function map3<Op>(at: usize, tile: i32): void {
  const args = changetype<Map3Args>(at);
  const op = changetype<Op>(0);
  const start = tile * args.perTile;
  const end = min(args.count, start + args.perTile);
  let a = element(args.a, start);
  let b = element(args.b, start);
  let c = element(args.c, start);
  let y = element(args.y, start);
  let n = end - start;
  for (; n >= 4; n -= 4) {
    v128.store(y, op.apply(v128.load(a), v128.load(b), v128.load(c)));
    a += 16;
    b += 16;
    c += 16;
    y += 16;
  }
  if (n > 0) storeLanes(y, op.apply(loadLanes(a, n), loadLanes(b, n), loadLanes(c, n)), n);
}
