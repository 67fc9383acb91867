import { defineOperator, type Type } from '../graph/index.js';
import { sizeOf, StriateError } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient } from './elementwise.js';

/** eˣ over its sum along the last axis, computed without overflow. x: [..., C] → [..., C]. */
export const softmax = defineOperator<object>({
  name: 'softmax',
  infer(inputs, attributes, name): Type {
    const type = inferUnary(inputs, attributes, name);
    if (type.shape.length === 0)
      throw new StriateError({ where: name, rule: 'needs at least one axis', received: 'a scalar' });
    return type;
  },
  flops: ([x]) => 5 * sizeOf(x.shape),
  gradient: ({ node, gradient }) => [softmaxGradient(gradient, node)],
  reference([x], _, y) {
    const classes = x.shape[x.shape.length - 1];
    for (let row = 0; row < x.data.length; row += classes) {
      const scores = x.data.subarray(row, row + classes);
      const largest = scores.reduce((a, b) => Math.max(a, b));
      const powers = scores.map((score) => Math.exp(score - largest));
      const total = powers.reduce((a, b) => a + b);
      powers.forEach((power, i) => (y.data[row + i] = power / total));
    }
  },
});

/** y · (dy − Σ dy·y) along the last axis, where y is softmax's output. (dy, y) → dx. */
export const softmaxGradient = defineOperator<object>({
  name: 'softmaxGradient',
  infer: inferUnaryGradient,
  flops: ([dy]) => 4 * sizeOf(dy.shape),
  reference([dy, y], _, dx) {
    const classes = y.shape[y.shape.length - 1];
    for (let row = 0; row < y.data.length; row += classes) {
      let sum = 0;
      for (let i = row; i < row + classes; i++) sum += dy.data[i] * y.data[i];
      for (let i = row; i < row + classes; i++) dx.data[i] = y.data[i] * (dy.data[i] - sum);
    }
  },
});
