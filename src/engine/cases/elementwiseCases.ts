import fc from 'fast-check';
import type { ClipAttributes } from '../../ops/index.js';
import { drawBroadcastShapes, drawShape, type ValueRange } from '../../ops/drawing.js';
import type { Shape } from '../../tensor/index.js';
import { exact, rounded, transcendental, type OperatorCases, type SomeCases, type Tolerance } from './case.js';

const anyShape = drawShape({ rank: [0, 4], size: [1, 9] });

/** Several tiles, with a rest that fills no vector; and sizes around one and two vectors. */
const sizes: readonly Shape[] = [[40_003], [1], [3], [4], [5], [7], [8], [2, 67, 131]];

/** Cases of an operator whose inputs, so many, all have one shape. */
function elementwise<A>(
  inputs: number,
  attributes: fc.Arbitrary<A>,
  tolerance: Tolerance,
  ranges: readonly ValueRange[] = [{}],
  extreme?: ValueRange,
): OperatorCases<A> {
  const [sample] = fc.sample(attributes, { numRuns: 1, seed: 1 });
  const shapesOf = (shape: Shape): Shape[] => new Array<Shape>(inputs).fill(shape);
  return {
    draw: fc.record({ shapes: anyShape.map(shapesOf), attributes }),
    always: [
      ...sizes.map((shape) => ({ shapes: shapesOf(shape), attributes: sample })),
      ...(extreme ? [{ shapes: shapesOf([1001]), attributes: sample, ranges: [extreme] }] : []),
    ],
    ranges,
    tolerance,
  };
}

const none = fc.constant({});
const slope = fc.record({ negativeSlope: fc.constantFrom<number[]>(0.01, 0.2, 0.3, -0.5, 1.5) });
const bounds = fc.constantFrom<ClipAttributes[]>(
  { min: -1, max: 1 },
  { min: 0, max: 0.5 },
  { min: -Infinity, max: 1 },
  { min: -2, max: -2 },
);
const line = fc.record({
  scale: fc.constantFrom<number[]>(2, -1, 1 / 255, 0, 1e-3),
  offset: fc.constantFrom<number[]>(0, 1, -0.5, 1e3),
});

/** Whole numbers from −1 to 7: they hit every edge of relu, relu6 and clip. */
const onEdges: ValueRange = { low: -1, high: 8, integer: true };
const far: ValueRange = { low: -120, high: 120 };

function broadcast(tolerance: Tolerance, ranges: readonly ValueRange[] = [{}]): OperatorCases<object> {
  const of = (...shapes: readonly Shape[]) => ({ shapes, attributes: {} });
  return {
    draw: drawBroadcastShapes({ size: [1, 7] }).map((shapes) => ({ shapes, attributes: {} })),
    always: [
      of([40_003], [40_003]),
      of([40_003], []),
      of([1], [20_001]),
      of([2, 33, 35, 13], [13]),
      of([2, 33, 35, 13], [2, 1, 1, 13]),
      of([64, 1], [1, 301]),
      of([5, 7, 3], [5, 1, 3]),
    ],
    ranges,
    tolerance,
  };
}

/** Divisors keep away from 0. */
const positive: ValueRange = { low: 0.1, high: 3 };

export const elementwiseCases = {
  relu: elementwise(1, none, exact, [onEdges], {}),
  reluGradient: elementwise(2, none, exact, [{}, onEdges]),
  relu6: elementwise(1, none, exact, [onEdges], far),
  relu6Gradient: elementwise(2, none, exact, [{}, onEdges]),
  leakyRelu: elementwise(1, slope, rounded),
  leakyReluGradient: elementwise(2, slope, rounded, [{}, onEdges]),
  sigmoid: elementwise(1, none, transcendental, [{}], far),
  sigmoidGradient: elementwise(2, none, rounded, [{}, { low: 0, high: 1 }]),
  tanh: elementwise(1, none, transcendental, [{}], far),
  tanhGradient: elementwise(2, none, rounded, [{}, { low: -1, high: 1 }]),
  swish: elementwise(1, none, transcendental, [{}], far),
  swishGradient: elementwise(2, none, transcendental, [{}], far),
  mish: elementwise(1, none, transcendental, [{}], far),
  mishGradient: elementwise(2, none, transcendental, [{}], far),
  hardSigmoid: elementwise(1, none, rounded, [{ low: -4, high: 4 }], far),
  hardSigmoidGradient: elementwise(2, none, rounded, [{}, { low: 0, high: 1 }], { low: 0, high: 2, integer: true }),
  hardSwish: elementwise(1, none, rounded, [{ low: -4, high: 4 }], far),
  hardSwishGradient: elementwise(2, none, rounded, [{}, { low: -4, high: 4 }], { low: -4, high: 5, integer: true }),
  exp: elementwise(1, none, { ...transcendental, ofLargest: 0 }, [{}], far),
  log: elementwise(1, none, transcendental, [{ low: 1e-3, high: 3 }], { low: 1e-30, high: 1e30 }),
  sin: elementwise(1, none, { ...transcendental, absolute: 1e-6 }, [{ low: -7, high: 7 }], { low: -300, high: 300 }),
  sqrt: elementwise(1, none, rounded, [{ low: 0, high: 4 }]),
  square: elementwise(1, none, rounded),
  abs: elementwise(1, none, exact, [{}], far),
  absGradient: elementwise(2, none, exact, [{}, { low: -2, high: 3, integer: true }]),
  affine: elementwise(1, line, rounded),
  clip: elementwise(1, bounds, exact, [onEdges], {}),
  clipGradient: elementwise(2, bounds, exact, [{}, onEdges]),
  add: broadcast(rounded),
  sub: broadcast(rounded),
  mul: broadcast(rounded),
  div: broadcast(rounded, [{}, positive]),
  maximum: broadcast(exact, [{ low: -2, high: 3, integer: true }]),
  minimum: broadcast(exact, [{ low: -2, high: 3, integer: true }]),
  dropout: {
    draw: fc.record({
      shapes: anyShape.map((shape) => [shape, []]),
      attributes: fc.record({ rate: fc.constantFrom(0, 0.1, 0.25, 0.5, 0.9), seed: fc.integer() }),
    }),
    always: sizes.map((shape) => ({ shapes: [shape, []], attributes: { rate: 0.3, seed: 12345 } })),
    ranges: [{}, { low: 0, high: 100_000, integer: true }],
    int32: [1],
    tolerance: rounded,
  },
  gaussianNoise: {
    draw: fc.record({
      shapes: anyShape.map((shape) => [shape, []]),
      attributes: fc.record({ stddev: fc.constantFrom(0, 0.1, 1, 30), seed: fc.integer() }),
    }),
    always: sizes.map((shape) => ({ shapes: [shape, []], attributes: { stddev: 0.3, seed: 12345 } })),
    ranges: [{}, { low: 0, high: 100_000, integer: true }],
    int32: [1],
    tolerance: transcendental,
  },
  randomUniform: {
    draw: fc.record({
      shapes: fc.constant([[]]),
      attributes: fc.record({
        shape: anyShape,
        minval: fc.constantFrom(-2, 0, 0.5),
        maxval: fc.constantFrom(0.5, 1, 30),
        seed: fc.integer(),
      }),
    }),
    always: sizes.map((shape) => ({ shapes: [[]], attributes: { shape, minval: -1, maxval: 1, seed: 12345 } })),
    ranges: [{ low: 0, high: 100_000, integer: true }],
    int32: [0],
    tolerance: rounded,
  },
  stochasticDepth: {
    draw: fc.record({
      shapes: drawShape({ rank: [1, 4], size: [1, 9] }).map((shape) => [shape, []]),
      attributes: fc.record({ rate: fc.constantFrom(0, 0.1, 0.25, 0.5, 0.9), seed: fc.integer() }),
    }),
    always: [[40_003], [64, 1, 1, 7], [3, 20_001], [9, 13, 13, 64]].map((shape) => ({
      shapes: [shape, []],
      attributes: { rate: 0.4, seed: 12345 },
    })),
    ranges: [{}, { low: 0, high: 100_000, integer: true }],
    int32: [1],
    tolerance: rounded,
  },
} as const satisfies SomeCases;
