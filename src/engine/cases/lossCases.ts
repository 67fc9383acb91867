import type { Value } from '../../graph/index.js';
import { drawShape } from '../../ops/drawing.js';
import type { Shape } from '../../tensor/index.js';
import { transcendental, type OperatorCase, type SomeCases, type Tolerance } from './case.js';

const anyShape = drawShape({ rank: [1, 4], size: [1, 9] });
const large: readonly Shape[] = [
  [64, 10],
  [3001, 10],
  [3, 2001],
  [257, 1],
];

/** Scores as networks give them, and far ones, where a plain exp would overflow. */
const scores = { low: -8, high: 8 };
const far = { low: -150, high: 150 };
const shares = { low: 0, high: 1 };
const labels = { low: 0, high: 100_000, integer: true };

const losses: Tolerance = {
  ...transcendental,
  absolute: 4e-6,
  reason: 'the difference of a logarithm and a score, each about 10, rounded to 5e-7 each',
};

/** Cases from the shape of the scores; `of` gives the inputs' shapes. */
function cases(of: (shape: Shape) => readonly Shape[], extreme: OperatorCase<object>['ranges']) {
  return {
    draw: anyShape.map((shape) => ({ shapes: of(shape), attributes: {} })),
    always: [
      ...large.map((shape) => ({ shapes: of(shape), attributes: {} })),
      { shapes: of([33, 17]), attributes: {}, ranges: extreme },
    ],
  };
}

/** Brings labels below the number of classes; `scored` and `labelled` are the inputs' positions. */
const withClasses =
  (scored: number, labelled: number) =>
  (inputs: readonly Value[]): readonly Value[] => {
    const { shape } = inputs[scored];
    const classes = shape[shape.length - 1];
    const { shape: rows, data } = inputs[labelled];
    return inputs.with(labelled, { shape: rows, data: data.map((label) => label % classes) });
  };

const row = (shape: Shape): Shape => shape.slice(0, -1);

export const lossCases = {
  softmaxCrossentropy: {
    ...cases((shape) => [shape, shape], [far, shares]),
    ranges: [scores, shares],
    tolerance: { ...losses, ofLargest: 4e-6 },
  },
  softmaxCrossentropyGradient: {
    ...cases((shape) => [row(shape), shape, shape], [{}, far, shares]),
    ranges: [{}, scores, shares],
    tolerance: losses,
  },
  sparseSoftmaxCrossentropy: {
    ...cases((shape) => [shape, row(shape)], [far, labels]),
    ranges: [scores, labels],
    int32: [1],
    derive: withClasses(0, 1),
    tolerance: losses,
  },
  sparseSoftmaxCrossentropyGradient: {
    ...cases((shape) => [row(shape), shape, row(shape)], [{}, far, labels]),
    ranges: [{}, scores, labels],
    int32: [2],
    derive: withClasses(1, 2),
    tolerance: losses,
  },
  sigmoidCrossentropy: {
    ...cases((shape) => [shape, shape], [far, shares]),
    ranges: [scores, shares],
    tolerance: losses,
  },
  sigmoidCrossentropyGradient: {
    ...cases((shape) => [shape, shape, shape], [{}, far, shares]),
    ranges: [{}, scores, shares],
    tolerance: losses,
  },
} as const satisfies SomeCases;
