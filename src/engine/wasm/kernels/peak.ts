// The machine's SIMD peak as these kernels can see it: multiply-adds on registers alone.

import { fma } from './simd';

/** Makes `rounds` × 12 vector multiply-adds in 12 independent chains and gives one lane of their sum. */
export function peak(rounds: i32): f32 {
  const x = f32x4.splat(0.999),
    y = f32x4.splat(0.001);
  let c0 = f32x4.splat(1),
    c1 = f32x4.splat(2),
    c2 = f32x4.splat(3),
    c3 = f32x4.splat(4),
    c4 = f32x4.splat(5);
  let c5 = f32x4.splat(6),
    c6 = f32x4.splat(7),
    c7 = f32x4.splat(8),
    c8 = f32x4.splat(9),
    c9 = f32x4.splat(10);
  let c10 = f32x4.splat(11),
    c11 = f32x4.splat(12);
  for (let i = 0; i < rounds; i++) {
    c0 = fma(c0, x, y);
    c1 = fma(c1, x, y);
    c2 = fma(c2, x, y);
    c3 = fma(c3, x, y);
    c4 = fma(c4, x, y);
    c5 = fma(c5, x, y);
    c6 = fma(c6, x, y);
    c7 = fma(c7, x, y);
    c8 = fma(c8, x, y);
    c9 = fma(c9, x, y);
    c10 = fma(c10, x, y);
    c11 = fma(c11, x, y);
  }
  c0 = f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7)));
  return f32x4.extract_lane(f32x4.add(c0, f32x4.add(f32x4.add(c8, c9), f32x4.add(c10, c11))), 0);
}
