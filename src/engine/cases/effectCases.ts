import fc from 'fast-check';
import type { AdamAttributes } from '../../ops/adam.js';
import type { RmspropAttributes, RmspropMomentumAttributes } from '../../ops/rmsprop.js';
import type { SgdMomentumAttributes } from '../../ops/sgd.js';
import { drawShape, type ValueRange } from '../../ops/drawing.js';
import type { Shape } from '../../tensor/index.js';
import { exact, rounded, type OperatorCases, type SomeCases, type Tolerance } from './case.js';

const anyShape = drawShape({ rank: [0, 4], size: [1, 9] });
const large: readonly Shape[] = [[40_003], [3, 3, 33, 65], [1], [3], [5]];

const share = fc.constantFrom<number[]>(0.9, 0.99, 0.5, 0);
const epsilon = fc.constantFrom<number[]>(1e-7, 1e-3);
const weightDecay = fc.constantFrom<number[]>(0, 0, 0.01);

const rate: ValueRange = { low: 1e-3, high: 0.1 };
/** Running means of squares: positive, and away from 0, where a rounding error would be magnified. */
const squares: ValueRange = { low: 0.01, high: 4 };
const steps: ValueRange = { low: 1, high: 50, integer: true };

const updated: Tolerance = {
  relative: 2e-6,
  ofLargest: 1e-6,
  reason: 'two steps of a dozen float32 roundings; 1 − betaᵗ and 1 − rho cancel',
};

/** Cases of an effect operator: `slots` inputs of the variable's shape, then so many scalars. */
function effect<A>(
  slots: number,
  scalars: number,
  attributes: fc.Arbitrary<A>,
  ranges: readonly ValueRange[],
  tolerance: Tolerance,
): OperatorCases<A> {
  const of = (shape: Shape): Shape[] => [...new Array<Shape>(slots).fill(shape), ...new Array<Shape>(scalars).fill([])];
  return {
    draw: fc.record({ shapes: anyShape.map(of), attributes }),
    always: fc
      .sample(attributes, { numRuns: large.length, seed: 1 })
      .map((given, i) => ({ shapes: of(large[i]), attributes: given })),
    ranges,
    tolerance,
  };
}

export const effectCases = {
  sgd: effect(2, 1, fc.record({ weightDecay }), [{}, {}, rate], updated),
  sgdMomentum: effect<SgdMomentumAttributes>(
    3,
    1,
    fc.record({ momentum: share, nesterov: fc.boolean(), rateOutside: fc.boolean(), weightDecay }),
    [{}, {}, {}, rate],
    updated,
  ),
  adam: {
    ...effect<AdamAttributes>(
      4,
      2,
      fc.record({
        beta1: share,
        beta2: fc.constantFrom<number[]>(0.999, 0.9),
        epsilon,
        epsilonAfterCorrection: fc.boolean(),
        weightDecay,
      }),
      [{}, {}, {}, squares, rate, steps],
      { ...updated, relative: 1e-5, ofLargest: 5e-6 },
    ),
    int32: [5],
  },
  rmsprop: effect<RmspropAttributes>(
    3,
    1,
    fc.record({ rho: share, epsilon, epsilonOutside: fc.boolean(), weightDecay }),
    [{}, {}, squares, rate],
    { ...updated, relative: 1e-5, ofLargest: 5e-6 },
  ),
  rmspropMomentum: effect<RmspropMomentumAttributes>(
    4,
    1,
    fc.record({
      rho: share,
      epsilon,
      epsilonOutside: fc.boolean(),
      momentum: share,
      rateOutside: fc.boolean(),
      weightDecay,
    }),
    [{}, {}, squares, {}, rate],
    { ...updated, relative: 1e-5, ofLargest: 5e-6 },
  ),
  movingAverage: effect(2, 0, fc.record({ momentum: share }), [{}], rounded),
  assign: effect(2, 0, fc.constant({}), [{}], exact),
} as const satisfies SomeCases;
