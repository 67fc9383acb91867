// max(0, x) and its gradient, element by element.

@unmanaged
class ReluArgs {
  x: usize;
  y: usize;
  count: i32;
  perTile: i32;
}

/** y = max(0, x). */
export function relu(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ReluArgs>(at);
  const start = tile * args.perTile;
  const end = min(args.count, start + args.perTile);
  const zero = f32x4.splat(0);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const offset = <usize>i << 2;
    v128.store(args.y + offset, f32x4.max(v128.load(args.x + offset), zero));
  }
  for (; i < end; i++) {
    const offset = <usize>i << 2;
    store<f32>(args.y + offset, max<f32>(load<f32>(args.x + offset), 0));
  }
}

@unmanaged
class ReluGradientArgs {
  dy: usize;
  y: usize;
  dx: usize;
  count: i32;
  perTile: i32;
}

/** dx = dy where y > 0, else 0. */
export function reluGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ReluGradientArgs>(at);
  const start = tile * args.perTile;
  const end = min(args.count, start + args.perTile);
  const zero = f32x4.splat(0);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const offset = <usize>i << 2;
    v128.store(args.dx + offset, v128.and(v128.load(args.dy + offset), f32x4.gt(v128.load(args.y + offset), zero)));
  }
  for (; i < end; i++) {
    const offset = <usize>i << 2;
    store<f32>(args.dx + offset, load<f32>(args.y + offset) > 0 ? load<f32>(args.dy + offset) : 0);
  }
}
