import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder, type OperatorFunction, type Value } from '../graph/index.js';
import { sizeOf, StriateError } from '../tensor/index.js';
import { abs } from './abs.js';
import { add } from './add.js';
import { affine } from './affine.js';
import { clip } from './clip.js';
import { div } from './div.js';
import { exp } from './exp.js';
import { checkGradients, drawBroadcastShapes, drawShape, type ValueRange } from './gradientCheck.js';
import { hardSigmoid } from './hardSigmoid.js';
import { hardSwish } from './hardSwish.js';
import { leakyRelu } from './leakyRelu.js';
import { log } from './log.js';
import { maximum, minimum } from './maximum.js';
import { mish } from './mish.js';
import { mul } from './mul.js';
import { relu6 } from './relu6.js';
import { sigmoid } from './sigmoid.js';
import { sqrt } from './sqrt.js';
import { square } from './square.js';
import { sub } from './sub.js';
import { swish } from './swish.js';
import { tanh } from './tanh.js';
import { referenceOf } from './references.js';

/** Applies an operator to lists of numbers, each [shape, …elements]. */
function apply<A>(operator: OperatorFunction<A>, attributes: A, ...inputs: Value[]): number[] {
  const { shape } = operator.infer(
    inputs.map((input) => ({ shape: input.shape, dtype: 'float32' })),
    attributes,
    operator.name,
  );
  const y = { shape, data: new Float64Array(sizeOf(shape)) };
  referenceOf(operator)(inputs, attributes, y);
  return [...y.data];
}

const list = (...values: number[]): Value => ({ shape: [values.length], data: Float64Array.from(values) });

const unary: readonly [OperatorFunction<object>, at: number[], values: number[], ValueRange][] = [
  [relu6, [-1, 0, 3, 6, 9], [0, 0, 3, 6, 6], { low: -3, high: 9, kinks: [0, 6] }],
  [sigmoid, [0, 1, -1000], [0.5, 0.7310585786300049, 0], {}],
  [tanh, [0, 1, -1000], [0, Math.tanh(1), -1], {}],
  [swish, [0, 1, 2], [0, 0.7310585786300049, 2 * 0.8807970779778823], {}],
  [hardSigmoid, [-4, -3, -1.5, 0, 1, 3, 5], [0, 0, 0.25, 0.5, 2 / 3, 1, 1], { low: -5, high: 5, kinks: [-3, 3] }],
  [hardSwish, [-4, -3, -1.5, 0, 1, 3, 5], [0, 0, -0.375, 0, 2 / 3, 3, 5], { low: -5, high: 5, kinks: [-3, 3] }],
  // PyTorch's values.
  [mish, [0, 1, -1, 3, -1000, 1000], [0, 0.8650983882673103, -0.3034014613741089, 2.9865350049679575, 0, 1000], {}],
  [exp, [0, 1], [1, Math.E], {}],
  [log, [1, Math.E, 0], [0, 1, -Infinity], { low: 0.2, high: 3 }],
  [sqrt, [0, 2.25], [0, 1.5], { low: 0.2, high: 3 }],
  [square, [-3, 0.5], [9, 0.25], {}],
  [abs, [-3, 0, 0.5], [3, 0, 0.5], { kinks: [0] }],
];

describe.each(unary.map((row) => [row[0].name, ...row] as const))('%s', (_, operator, at, values, range) => {
  test('has the values of its definition', () => {
    apply(operator, {}, list(...at)).forEach((value, i) => expect(value).toBeCloseTo(values[i], 12));
  });

  test('its gradient agrees with central differences', () => {
    const cases = drawShape({ rank: [0, 4] }).map((shape) => ({ shapes: [shape], attributes: {} }));
    checkGradients(operator, cases, { ranges: [range] });
  });

  test('refuses whole numbers and more than one input', () => {
    const graph = new GraphBuilder('test');
    const labels = graph.input('labels', [2], 'int32');
    const x = graph.input('x', [2]);
    expect(() => graph.scope('a', () => operator(labels))).toThrow(
      `${operator.name} 'a': the input must be float32; received int32 [2]`,
    );
    expect(() => operator(x, x)).toThrow(`${operator.name}: takes 1 input; received 2`);
  });
});

test('leakyRelu and its gradient', () => {
  expect(apply(leakyRelu, { negativeSlope: 0.25 }, list(-4, 0, 3))).toEqual([-1, 0, 3]);
  const cases = fc.record({
    shapes: drawShape().map((shape) => [shape]),
    attributes: fc.record({ negativeSlope: fc.constantFrom<number[]>(0.01, 0.3, -0.5, 2) }),
  });
  checkGradients(leakyRelu, cases, { ranges: [{ kinks: [0] }] });
  expect(() => apply(leakyRelu, { negativeSlope: NaN }, list(1))).toThrow(StriateError);
});

test('affine and its gradient', () => {
  expect(apply(affine, { scale: 2, offset: -1 }, list(3, 0))).toEqual([5, -1]);
  const number = fc.constantFrom<number[]>(-1, 0, 1, 0.5, 3);
  const cases = fc.record({
    shapes: drawShape().map((shape) => [shape]),
    attributes: fc.record({ scale: number, offset: number }),
  });
  checkGradients(affine, cases);
  expect(() => apply(affine, { scale: 1, offset: Infinity }, list(1))).toThrow(
    'affine: offset must be a finite number; received Infinity',
  );
});

test('clip and its gradient, which passes at both bounds', () => {
  expect(apply(clip, { min: -1, max: 2 }, list(-3, -1, 0, 2, 5))).toEqual([-1, -1, 0, 2, 2]);
  const cases = drawShape().map((shape) => ({ shapes: [shape], attributes: { min: -1, max: 0.5 } }));
  checkGradients(clip, cases, { ranges: [{ kinks: [-1, 0.5] }] });
  expect(() => apply(clip, { min: 1, max: 0 }, list(1))).toThrow('clip: min must not exceed max; received 1 and 0');
});

const pair: readonly [OperatorFunction<object>, number[]][] = [
  [add, [11, 22, 13, 24]],
  [sub, [-9, -18, -7, -16]],
  [mul, [10, 40, 30, 80]],
  [div, [0.1, 0.1, 0.3, 0.2]],
  [maximum, [10, 20, 10, 20]],
  [minimum, [1, 2, 3, 4]],
];

test.each(pair.map((row) => [row[0].name, ...row] as const))(
  '%s broadcasts a row over a matrix',
  (_, operator, values) => {
    const matrix = { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) };
    apply(operator, {}, matrix, list(10, 20)).forEach((value, i) => expect(value).toBeCloseTo(values[i], 12));
  },
);

test.each([add, sub, mul, div].map((operator) => [operator.name, operator] as const))(
  'the gradients of %s go back through broadcasting',
  (_, operator) => {
    const cases = drawBroadcastShapes().map((shapes) => ({ shapes, attributes: {} }));
    checkGradients(operator, cases, { ranges: [{}, { low: 0.3, high: 2 }], runs: 60 });
  },
);

test('shapes that do not broadcast are refused', () => {
  const graph = new GraphBuilder('test');
  const [a, b] = [graph.input('a', [2, 3]), graph.input('b', [2])];
  expect(() => graph.scope('skip', () => add(a, b))).toThrow(
    "add 'skip': shapes must be equal or 1 along every axis, counted from the last; received [2, 3] and [2]",
  );
});
