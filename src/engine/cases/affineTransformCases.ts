import fc from 'fast-check';
import { fillModes, type AffineTransformAttributes } from '../../ops/affineTransform.js';
import type { Value } from '../../graph/index.js';
import type { OperatorCase, OperatorCases, SomeCases, Tolerance } from './case.js';

type Case = OperatorCase<AffineTransformAttributes>;

const small = fc.integer({ min: 1, max: 6 });
const attributes = fc.record({
  interpolation: fc.constantFrom('nearest', 'bilinear'),
  fillMode: fc.constantFrom(...fillModes),
  fillValue: fc.constantFrom(0, 0.5, -2),
});

/** Many pixels may be added up in one, where the edge is repeated. */
const gathered: Tolerance = {
  ofLargest: 5e-6,
  reason: 'shares are rounded to float32, and sums of many of them err by a few roundings of the largest',
};

const cases = (draw: fc.Arbitrary<Case>): OperatorCases<AffineTransformAttributes> => ({
  draw,
  always: fillModes.flatMap((fillMode) =>
    (['nearest', 'bilinear'] as const).map((interpolation) => ({
      shapes: [
        [3, 33, 40, 5],
        [3, 8],
      ],
      attributes: { interpolation, fillMode, fillValue: 0.25 },
    })),
  ),
  // Near what leaves a picture as it is: turned, moved by a few pixels, a little in perspective.
  derive: ([x, transforms]): readonly Value[] => {
    const near = [1, 0, 0, 0, 1, 0, 0, 0];
    const far = [0.5, 0.5, 3, 0.5, 0.5, 3, 0.01, 0.01];
    const data = transforms.data.map((value, i) => Math.fround(near[i % 8] + far[i % 8] * value));
    return [x, { ...transforms, data }];
  },
  tolerance: gathered,
});

const any = fc
  .record({
    shape: fc.tuple(fc.integer({ min: 1, max: 3 }), small, small, fc.constantFrom(1, 2, 3, 4, 5, 8)),
    attributes,
  })
  .map(({ shape, attributes: own }): Case => ({ shapes: [shape, [shape[0], 8]], attributes: own }));

export const affineTransformCases = {
  affineTransform: cases(any),
  affineTransformGradient: cases(any),
} as const satisfies SomeCases;
