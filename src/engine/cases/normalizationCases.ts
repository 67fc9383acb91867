import fc from 'fast-check';
import type { LocalResponseNormalizationAttributes } from '../../ops/index.js';
import { drawShape } from '../../ops/drawing.js';
import type { Shape } from '../../tensor/index.js';
import { rounded, summed, type OperatorCase, type OperatorCases, type SomeCases, type Tolerance } from './case.js';

const anyShape = drawShape({ rank: [1, 4], size: [1, 9] });
const large: readonly Shape[] = [[5, 26, 26, 19], [3, 13, 13, 64], [20_001, 3], [40_003], [64, 257]];

const epsilon = fc.constantFrom<number[]>(1e-3, 1e-5, 0.5);

/** x (once or more) followed by so many values of one number per channel. */
function channelwise<A>(pictures: number, channels: number, attributes: A): (shape: Shape) => OperatorCase<A> {
  return (shape) => ({
    shapes: [...new Array<Shape>(pictures).fill(shape), ...new Array<Shape>(channels).fill(shape.slice(-1))],
    attributes,
  });
}

/** Variances are positive. */
const positive = { low: 0.1, high: 3 };

const normalized: Tolerance = {
  ...rounded,
  ofLargest: 4e-6,
  reason: 'the inverse root, and differences from the mean that may cancel',
};

const training = fc.record({ epsilon, batchStatistics: fc.boolean() });

/** Windows wider than the channels too; 0.75 is the exponent that has a path of its own. */
const responses = fc.record({
  size: fc.integer({ min: 1, max: 12 }),
  alpha: fc.constantFrom<number[]>(1e-4, 0, 0.5, 3),
  beta: fc.constantFrom<number[]>(0.75, 0.5, 1, 1.3, 0, -0.5),
  bias: fc.constantFrom<number[]>(1, 2, 0.1),
});

const response: Tolerance = {
  ...rounded,
  relative: 2e-6,
  ofLargest: 1e-6,
  reason: 'a power by logarithm and exponential, each of 1 unit in the last place; in the gradient, terms may cancel',
};

function responseCases(inputs: number): OperatorCases<LocalResponseNormalizationAttributes> {
  const of = (shape: Shape, attributes: LocalResponseNormalizationAttributes) => ({
    shapes: new Array<Shape>(inputs).fill(shape),
    attributes,
  });
  const drawn = drawShape({ rank: [1, 4], size: [1, 19] });
  return {
    draw: fc.tuple(drawn, responses).map(([shape, attributes]) => of(shape, attributes)),
    always: [
      ...large.map((shape) => of(shape, { size: 5, alpha: 1e-4, beta: 0.75, bias: 1 })),
      ...[0.75, 0.6].map((beta) => of([7, 9, 21], { size: 4, alpha: 2, beta, bias: 1 })),
      { ...of([33, 96], { size: 5, alpha: 1, beta: 0.75, bias: 2 }), ranges: [{ low: -1e4, high: 1e4 }] },
    ],
    tolerance: response,
  };
}

export const normalizationCases = {
  channelMean: {
    draw: anyShape.map(channelwise(1, 0, {})),
    always: large.map(channelwise(1, 0, {})),
    tolerance: summed,
  },
  channelVariance: {
    draw: anyShape.map(channelwise(1, 1, {})),
    always: large.map(channelwise(1, 1, {})),
    tolerance: { relative: 1e-5, ofLargest: 2e-6, reason: 'a float32 sum of squares, none of them negative' },
  },
  batchNormalization: {
    draw: fc.tuple(anyShape, training).map(([shape, attributes]) => channelwise(1, 4, attributes)(shape)),
    always: large.map(channelwise(1, 4, { epsilon: 1e-3, batchStatistics: true })),
    ranges: [{}, {}, positive, {}],
    tolerance: normalized,
  },
  batchNormalizationInputGradient: {
    draw: fc.tuple(anyShape, training).map(([shape, attributes]) => channelwise(2, 5, attributes)(shape)),
    always: [true, false].flatMap((batchStatistics) =>
      large.map(channelwise(2, 5, { epsilon: 1e-3, batchStatistics })),
    ),
    ranges: [{}, {}, {}, positive, {}],
    tolerance: normalized,
  },
  batchNormalizationScaleGradient: {
    draw: fc.tuple(anyShape, epsilon).map(([shape, of]) => channelwise(2, 2, { epsilon: of })(shape)),
    always: large.map(channelwise(2, 2, { epsilon: 1e-3 })),
    ranges: [{}, {}, { low: -0.5, high: 0.5 }, positive],
    tolerance: {
      relative: 1e-5,
      ofLargest: 1e-5,
      absolute: 1e-3,
      reason: 'a float32 sum of up to 40,000 terms that cancel, each of size about 1',
    },
  },
  localResponseNormalization: responseCases(1),
  localResponseNormalizationGradient: responseCases(2),
} as const satisfies SomeCases;
