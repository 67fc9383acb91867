import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { checkGradients, drawShape, drawValue } from './gradientCheck.js';
import { oneHot } from './oneHot.js';
import { softmaxCrossentropy } from './softmaxCrossentropy.js';
import { sparseSoftmaxCrossentropy, sparseSoftmaxCrossentropyGradient } from './sparseSoftmaxCrossentropy.js';

test('−log softmax(x)[label], row by row', () => {
  const logits = valueOf([0, Math.log(3), 0, Math.log(3), 1000, 0], [3, 2]);
  const loss = applyOperator(sparseSoftmaxCrossentropy, [logits, valueOf([1, 0, 1])], {}, [1]);
  [Math.log(4 / 3), Math.log(4), 1000].forEach((expected, row) => expect(loss.data[row]).toBeCloseTo(expected, 12));
});

test('gives what one-hot targets give', () => {
  const logits = drawValue([3, 2, 5], 1);
  const labels = drawValue([3, 2], 2, { low: 0, high: 5, integer: true });
  const targets = applyOperator(oneHot, [labels], { depth: 5 }, [0]);
  const sparse = applyOperator(sparseSoftmaxCrossentropy, [logits, labels], {}, [1]);
  const dense = applyOperator(softmaxCrossentropy, [logits, targets], {});
  sparse.data.forEach((value, i) => expect(value).toBeCloseTo(dense.data[i], 12));
});

test('the gradient agrees with central differences', () => {
  const cases = fc
    .tuple(drawShape({ rank: [0, 3] }), fc.integer({ min: 3, max: 5 }))
    .map(([rows, classes]) => ({ shapes: [[...rows, classes], rows], attributes: {} }));
  const ranges = [
    { low: -5, high: 5 },
    { low: 0, high: 3, integer: true },
  ];
  checkGradients(sparseSoftmaxCrossentropy, cases, { int32: [1], ranges });
});

test('a label out of range gives NaN for its row alone', () => {
  const logits = valueOf([1, 2, 3, 4, 5, 6], [3, 2]);
  const labels = valueOf([2, 0, -1]);
  const loss = applyOperator(sparseSoftmaxCrossentropy, [logits, labels], {}, [1]);
  expect([...loss.data].map(Number.isNaN)).toEqual([true, false, true]);
  const dlogits = applyOperator(sparseSoftmaxCrossentropyGradient, [valueOf([1, 1, 1]), logits, labels], {}, [2]);
  expect([...dlogits.data].map(Number.isNaN)).toEqual([true, true, false, false, true, true]);
});

test('labels of another type or shape are refused', () => {
  const logits = valueOf([1, 2, 3, 4], [2, 2]);
  expect(() => applyOperator(sparseSoftmaxCrossentropy, [logits, valueOf([0, 1])], {})).toThrow(
    'sparseSoftmaxCrossentropy: labels must be int32 class numbers; received float32 [2]; use softmaxCrossentropy',
  );
  expect(() => applyOperator(sparseSoftmaxCrossentropy, [logits, valueOf([0])], {}, [1])).toThrow(
    'sparseSoftmaxCrossentropy: labels must have shape [2]; received [1]',
  );
});
