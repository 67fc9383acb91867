import fc from 'fast-check';
import type { Value } from '../../graph/index.js';
import { reduceMax } from '../../ops/allOperators.js';
import { drawBroadcastShapes, drawShape } from '../../ops/drawing.js';
import { referenceOf } from '../../ops/references.js';
import { broadcastShapes, sizeOf, type Shape } from '../../tensor/index.js';
import { exact, rounded, summed, transcendental, type OperatorCase, type SomeCases } from './case.js';

const anyShape = drawShape({ rank: [1, 4], size: [1, 9] });

/** Every way to fold axes of a shape. */
const reductions = drawShape({ rank: [0, 4], size: [1, 9] }).chain((shape) =>
  fc.record({
    shapes: fc.constant([shape]),
    attributes: fc.record({ axes: fc.subarray(shape.map((_, axis) => axis)), keepDims: fc.boolean() }),
  }),
);

interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

const large: readonly OperatorCase<Reduction>[] = (
  [
    [[70_001], [0]],
    [
      [2, 33, 35, 19],
      [0, 1, 2],
    ],
    [
      [2, 33, 35, 19],
      [1, 2],
    ],
    [[2, 33, 35, 19], [3]],
    [[300, 257], [1]],
    [[300, 257], [0]],
    [
      [5, 40, 3, 67],
      [0, 2],
    ],
  ] as const
).map(([shape, axes]) => ({ shapes: [shape], attributes: { axes, keepDims: false } }));

/** Whole numbers from few: many ties, of which the first must win. */
const ties = [{}, { low: -3, high: 3, integer: true }];

/** dy, x, y of a maximum's gradient from the case of the maximum. */
const withOutput = ({ shapes: [x], attributes }: OperatorCase<Reduction>): OperatorCase<Reduction> => {
  const { shape } = reduceMax.infer([{ shape: x, dtype: 'float32' }], attributes, 'reduceMax');
  return { shapes: [shape, x, shape], attributes };
};

function withMaximum([dy, x]: readonly Value[], attributes: Reduction): readonly Value[] {
  const y = { shape: dy.shape, data: new Float64Array(sizeOf(dy.shape)) };
  referenceOf(reduceMax)([x], attributes, y);
  return [dy, x, y];
}

const rows = (...inputs: readonly (readonly number[])[]) => ({ shapes: inputs, attributes: {} });

export const shapeCases = {
  reshape: {
    draw: anyShape.chain((shape) =>
      fc.record({
        shapes: fc.constant([shape]),
        attributes: fc
          .constantFrom<Shape>([sizeOf(shape)], [1, ...shape], [...shape, 1], shape.toReversed())
          .map((to) => ({ shape: to })),
      }),
    ),
    always: [{ shapes: [[40_003]], attributes: { shape: [1, 40_003, 1] } }],
    tolerance: exact,
  },
  stopGradient: {
    draw: anyShape.map((shape) => ({ shapes: [shape], attributes: {} })),
    always: [{ shapes: [[3, 5]], attributes: {} }],
    tolerance: exact,
  },
  transpose: {
    draw: anyShape.chain((shape) =>
      fc.record({
        shapes: fc.constant([shape]),
        attributes: fc
          .shuffledSubarray(
            shape.map((_, axis) => axis),
            { minLength: shape.length },
          )
          .map((permutation) => ({ permutation })),
      }),
    ),
    always: [
      { shapes: [[301, 257]], attributes: { permutation: [1, 0] } },
      { shapes: [[3, 17, 19, 33]], attributes: { permutation: [0, 3, 1, 2] } },
      { shapes: [[3, 33, 17, 19]], attributes: { permutation: [0, 2, 3, 1] } },
      { shapes: [[]], attributes: { permutation: [] } },
    ],
    tolerance: exact,
  },
  concat: {
    draw: anyShape.chain((shape) =>
      fc
        .nat(shape.length - 1)
        .chain((axis) =>
          fc.record({
            shapes: fc
              .array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })
              .map((lengths) => lengths.map((n) => shape.with(axis, n))),
            attributes: fc.constant({ axis }),
          }),
        ),
    ),
    always: [
      {
        shapes: [
          [2, 30, 31, 16],
          [2, 30, 31, 7],
        ],
        attributes: { axis: 3 },
      },
      { shapes: [[20_001], [5], [30_000]], attributes: { axis: 0 } },
    ],
    tolerance: exact,
  },
  slice: {
    draw: anyShape.chain((shape) =>
      fc
        .tuple(
          ...shape.map((n) =>
            fc.nat(n - 1).chain((begin) => fc.tuple(fc.constant(begin), fc.integer({ min: 1, max: n - begin }))),
          ),
        )
        .map((ranges) => ({
          shapes: [shape],
          attributes: { begin: ranges.map(([begin]) => begin), size: ranges.map(([, size]) => size) },
        })),
    ),
    always: [
      { shapes: [[50_001]], attributes: { begin: [7], size: [40_003] } },
      { shapes: [[2, 30, 31, 23]], attributes: { begin: [0, 1, 2, 3], size: [2, 28, 29, 17] } },
    ],
    tolerance: exact,
  },
  pad: {
    draw: anyShape.chain((shape) => {
      const counts = fc.array(fc.nat(4), { minLength: shape.length, maxLength: shape.length });
      return fc.record({
        shapes: fc.constant([shape]),
        attributes: fc.record({ before: counts, after: counts, value: fc.constantFrom(0, -1.5, -Infinity) }),
      });
    }),
    always: [{ shapes: [[2, 30, 31, 23]], attributes: { before: [0, 3, 2, 0], after: [0, 1, 2, 0], value: 0 } }],
    tolerance: exact,
  },
  broadcastTo: {
    draw: drawBroadcastShapes({ size: [1, 7] }).map(([a, b]) => ({
      shapes: [a],
      attributes: { shape: broadcastShapes(a, b)! },
    })),
    always: [
      { shapes: [[]], attributes: { shape: [40_003] } },
      { shapes: [[2, 1, 1, 23]], attributes: { shape: [2, 30, 31, 23] } },
      { shapes: [[300, 1]], attributes: { shape: [300, 257] } },
    ],
    tolerance: exact,
  },
  reduceSum: { draw: reductions, always: large, tolerance: summed },
  reduceMean: { draw: reductions, always: large, tolerance: summed },
  reduceMax: { draw: reductions, always: large, tolerance: exact },
  reduceMaxGradient: {
    draw: reductions.map(withOutput),
    always: large.map(withOutput),
    ranges: ties,
    derive: withMaximum,
    tolerance: exact,
  },
  softmax: {
    draw: anyShape.map((shape) => rows(shape)),
    always: [rows([3001, 10]), rows([3, 20_001]), { ...rows([33, 17]), ranges: [{ low: -300, high: 300 }] }],
    tolerance: transcendental,
  },
  softmaxGradient: {
    draw: anyShape.map((shape) => rows(shape, shape)),
    always: [rows([3001, 10], [3001, 10]), rows([3, 2001], [3, 2001])],
    ranges: [{}, { low: 0, high: 0.5 }],
    tolerance: {
      ...rounded,
      ofLargest: 1e-5,
      reason: 'the rounding errors of a row’s sum appear in each of its elements',
    },
  },
  argMax: {
    draw: anyShape.map((shape) => rows(shape)),
    always: [rows([3001, 10]), rows([3, 20_001]), rows([1])],
    ranges: [{ low: -3, high: 3, integer: true }],
    tolerance: exact,
  },
  equal: {
    draw: anyShape.map((shape) => rows(shape, shape)),
    always: [rows([40_003], [40_003]), rows([], [])],
    ranges: [{ low: -2, high: 2, integer: true }],
    tolerance: exact,
  },
  oneHot: {
    draw: fc.record({
      shapes: drawShape({ rank: [0, 3], size: [1, 9] }).map((shape) => [shape]),
      attributes: fc.record({ depth: fc.integer({ min: 1, max: 12 }) }),
    }),
    always: [{ shapes: [[5001]], attributes: { depth: 10 } }],
    ranges: [{ low: -1, high: 13, integer: true }],
    int32: [0],
    tolerance: exact,
  },
} as const satisfies SomeCases;
