import { expect, test } from 'vitest';
import type { Operator } from '../graph/index.js';
import { checkGradient, checkGradients, drawShape, drawValue } from './gradientCheck.js';
import { relu } from './relu.js';

const anyShape = drawShape().map((shape) => ({ shapes: [shape], attributes: {} }));

test('the gradient of relu agrees with central differences', () => {
  checkGradients(relu, anyShape, { ranges: [{ kinks: [0] }] });
});

test('a wrong gradient is found and its place is named', () => {
  const wrong: Operator<object> = { ...relu, gradient: ({ gradient }) => [gradient] };
  expect(() => checkGradient(wrong, [drawValue([3, 5], 1, { kinks: [0] })], {})).toThrow(
    /relu\(\[3, 5\]\).*input 0 at element/,
  );
});
