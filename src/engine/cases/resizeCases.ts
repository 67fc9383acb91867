import fc from 'fast-check';
import { coordinateModes, interpolations, nearestRoundings, type Resize2dAttributes } from '../../ops/index.js';
import type { Shape } from '../../tensor/index.js';
import { summed, type OperatorCase, type SomeCases } from './case.js';

type Case = OperatorCase<Resize2dAttributes>;

const side = fc.integer({ min: 1, max: 9 });
const sides = fc.tuple(side, side);

const drawn = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    channels: fc.constantFrom(1, 2, 3, 4, 5, 8, 13),
    from: sides,
    to: sides,
    interpolation: fc.constantFrom(...interpolations),
    coordinates: fc.constantFrom(...coordinateModes),
    rounding: fc.constantFrom(...nearestRoundings),
  })
  .map(({ batch, channels, ...attributes }): Case => ({ shapes: [[batch, ...attributes.from, channels]], attributes }));

/** What segmenters do: maps that grow a bit, scores that grow to the picture's size, several tiles each; and shrinking. */
const networks: readonly Case[] = interpolations.flatMap((interpolation) =>
  (
    [
      [2, 17, 33, 40, 9, 65],
      [1, 65, 65, 21, 260, 261],
      [3, 50, 31, 3, 7, 64],
    ] as const
  ).map(([batch, height, width, channels, outHeight, outWidth]): Case => ({
    shapes: [[batch, height, width, channels]],
    attributes: {
      from: [height, width],
      to: [outHeight, outWidth],
      interpolation,
      coordinates: 'halfPixel',
      rounding: 'roundPreferFloor',
    },
  })),
);

const resized = ({ shapes: [[batch, , , channels]], attributes }: Case): Case => {
  const shape: Shape = [batch, ...attributes.to, channels];
  return { shapes: [shape], attributes };
};

export const resizeCases = {
  resize2d: { draw: drawn, always: networks, tolerance: summed },
  resize2dGradient: { draw: drawn.map(resized), always: networks.map(resized), tolerance: summed },
} as const satisfies SomeCases;
