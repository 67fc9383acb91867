import fc from 'fast-check';
import type { Interpolation, UpSampling2dAttributes } from '../../ops/index.js';
import type { Shape } from '../../tensor/index.js';
import { summed, type OperatorCase, type SomeCases } from './case.js';

type Case = OperatorCase<UpSampling2dAttributes>;

const small = fc.integer({ min: 1, max: 6 });
const factor = fc.integer({ min: 1, max: 4 });

const drawn = (interpolation: fc.Arbitrary<Interpolation>): fc.Arbitrary<Case> =>
  fc
    .record({
      shape: fc.tuple(fc.integer({ min: 1, max: 3 }), small, small, fc.constantFrom(1, 2, 3, 4, 5, 8, 13)),
      size: fc.tuple(factor, factor),
      interpolation,
    })
    .map(({ shape, ...attributes }) => ({ shapes: [shape], attributes }));

const any = drawn(fc.constantFrom('nearest', 'bilinear'));

/** Several tiles; few and many channels; one row alone, which is first and last at once. */
const networks: readonly Case[] = (['nearest', 'bilinear'] as const).flatMap((interpolation) =>
  (
    [
      [
        [2, 14, 15, 40],
        [2, 2],
      ],
      [
        [1, 56, 57, 3],
        [4, 3],
      ],
      [
        [3, 1, 31, 5],
        [7, 2],
      ],
    ] as const
  ).map(([shape, size]): Case => ({ shapes: [shape], attributes: { size, interpolation } })),
);

const enlarged = ({ shapes: [[batch, height, width, channels]], attributes }: Case): Case => {
  const shape: Shape = [batch, height * attributes.size[0], width * attributes.size[1], channels];
  return { shapes: [shape], attributes };
};

export const upSamplingCases = {
  upSampling2d: { draw: any, always: networks, tolerance: summed },
  upSampling2dGradient: { draw: any.map(enlarged), always: networks.map(enlarged), tolerance: summed },
} as const satisfies SomeCases;
