import fc from 'fast-check';
import type { GradientCase } from './gradientCheck.js';
import type { Pool2dAttributes } from './poolWindow.js';
import type { Padding } from './window.js';

/** A pooling of a small batch with any window, overlap, gap, padding and rounding that fits. */
export function drawPooling(): fc.Arbitrary<GradientCase<Pool2dAttributes>> {
  const pair = (max: number): fc.Arbitrary<[number, number]> =>
    fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
  return pair(3).chain((poolSize) => {
    const [top, left] = poolSize.map((size) => fc.nat(size - 1));
    const padding: fc.Arbitrary<Padding> = fc.oneof(
      fc.constantFrom('valid' as const, 'same' as const),
      fc.tuple(top, top, left, left),
    );
    const height = fc.integer({ min: poolSize[0], max: 6 });
    const width = fc.integer({ min: poolSize[1], max: 6 });
    const others = fc.integer({ min: 1, max: 2 });
    return fc
      .record({ shape: fc.tuple(others, height, width, others), strides: pair(4), padding, ceilMode: fc.boolean() })
      .map(({ shape, ...attributes }) => ({ shapes: [shape], attributes: { poolSize, ...attributes } }));
  });
}
