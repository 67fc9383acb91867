import { defineOperator } from '../graph/index.js';
import { inferUnary, inferUnaryGradient } from './elementwise.js';

/** max(0, x), element by element. x: any shape → the same shape. */
export const relu = defineOperator<object>({
  name: 'relu',
  scores: 'passes',
  infer: inferUnary,
  gradient: ({ node, gradient }) => [reluGradient(gradient, node)],
  reference: ([x], _, y) => x.data.forEach((value, i) => (y.data[i] = Math.max(0, value))),
});

/** dy where relu's output y is positive, else 0. (dy, y) → dx. */
export const reluGradient = defineOperator<object>({
  name: 'reluGradient',
  infer: inferUnaryGradient,
  reference: ([dy, y], _, dx) => y.data.forEach((value, i) => (dx.data[i] = value > 0 ? dy.data[i] : 0)),
});
