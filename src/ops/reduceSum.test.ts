import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/index.js';
import { evaluate } from './evaluateNodes.js';
import { checkGradients, drawBroadcastShapes, drawShape, drawValue } from './gradientCheck.js';
import { reduceMax, reduceMaxGradient } from './reduceMax.js';
import { reduceMean } from './reduceMean.js';
import { broadcastTo, reduceSum } from './reduceSum.js';
import type { ReductionAttributes } from './reduction.js';
import { softmax } from './softmax.js';
import { broadcastShapes } from '../tensor/index.js';

const reductions = drawShape({ rank: [0, 4] }).chain((shape) =>
  fc.record({
    shapes: fc.constant([shape]),
    attributes: fc.record({ axes: fc.subarray(shape.map((_, axis) => axis)), keepDims: fc.boolean() }),
  }),
);

/** The values of a reduction of [[1, 2, 3], [6, 5, 4]]. */
function reduced(
  operator: typeof reduceSum,
  attributes: ReductionAttributes,
): { shape: readonly number[]; data: number[] } {
  const graph = new GraphBuilder('test');
  const x = graph.constant(Float32Array.of(1, 2, 3, 6, 5, 4), [2, 3]);
  const y = operator(x, attributes);
  const { shape, data } = evaluate([x, y], new Map()).get(y)!;
  return { shape, data: [...data] };
}

test('reductions of a matrix', () => {
  expect(reduced(reduceSum, { axes: [0], keepDims: false })).toEqual({ shape: [3], data: [7, 7, 7] });
  expect(reduced(reduceSum, { axes: [1], keepDims: true })).toEqual({ shape: [2, 1], data: [6, 15] });
  expect(reduced(reduceMean, { axes: [0, 1], keepDims: false })).toEqual({ shape: [], data: [3.5] });
  expect(reduced(reduceMax, { axes: [1], keepDims: false })).toEqual({ shape: [2], data: [3, 6] });
  expect(reduced(reduceMax, { axes: [], keepDims: false })).toEqual({ shape: [2, 3], data: [1, 2, 3, 6, 5, 4] });
});

test('the gradients of reductions agree with central differences', () => {
  checkGradients(reduceSum, reductions);
  checkGradients(reduceMean, reductions);
  checkGradients(reduceMax, reductions, { ranges: [{ distinct: true }] });
});

test('of equal maxima the first gets the gradient', () => {
  const graph = new GraphBuilder('test');
  const x = graph.constant(Float32Array.of(5, 7, 7, 1, 1, 1), [2, 3]);
  const y = graph.constant(Float32Array.of(7, 1), [2]);
  const dy = graph.constant(Float32Array.of(10, 20), [2]);
  const dx = reduceMaxGradient(dy, x, y, { axes: [1], keepDims: false });
  expect([...evaluate([x, y, dy, dx], new Map()).get(dx)!.data]).toEqual([0, 10, 0, 20, 0, 0]);
});

test('axes that are not there, or twice, are refused', () => {
  expect(() => reduced(reduceSum, { axes: [-1], keepDims: false })).toThrow(
    'reduceSum: axes must be different numbers from 0 to 1; received [-1] for an input of [2, 3]',
  );
  expect(() => reduced(reduceMean, { axes: [1, 1], keepDims: false })).toThrow('received [1, 1]');
});

test('the gradient of broadcastTo sums what was repeated', () => {
  const cases = drawBroadcastShapes().map(([a, b]) => ({ shapes: [a], attributes: { shape: broadcastShapes(a, b)! } }));
  checkGradients(broadcastTo, cases);
});

test('broadcastTo refuses what is not a repetition', () => {
  const graph = new GraphBuilder('test');
  const x = graph.input('x', [2, 3]);
  for (const shape of [[2, 6], [3], [2, 3, 1]]) {
    expect(() => broadcastTo(x, { shape })).toThrow("broadcastTo: the input's axes must be 1 or those of");
  }
});

test('softmax gives shares, also of far scores, and its gradient agrees', () => {
  const graph = new GraphBuilder('test');
  const x = graph.constant(Float32Array.of(0, Math.log(3), 1000, 999), [2, 2]);
  const y = softmax(x);
  const { data } = evaluate([x, y], new Map()).get(y)!;
  [0.25, 0.75, 1 / (1 + Math.exp(-1)), 1 / (1 + Math.E)].forEach((share, i) => expect(data[i]).toBeCloseTo(share, 7));
  checkGradients(
    softmax,
    drawShape().map((shape) => ({ shapes: [shape], attributes: {} })),
  );
  expect(() => softmax(graph.scalar(1))).toThrow('softmax: needs at least one axis; received a scalar');
});

test('a value of another shape than its node is refused by evaluate', () => {
  const graph = new GraphBuilder('test');
  const x = graph.input('x', [2, 3]);
  expect(() => evaluate([x], new Map([[x, drawValue([3], 1)]]))).toThrow(
    "input 'x' has shape [2, 3]; received a value of shape [3]",
  );
  expect(() => evaluate([x], new Map())).toThrow("input 'x' has no value");
});
