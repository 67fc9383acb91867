import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

/** 1 / (1 + e⁻ˣ), element by element. x: any shape → the same shape. */
export const sigmoid = defineOperator<object>({
  name: 'sigmoid',
  infer: inferUnary,
  flops: ([x]) => 4 * sizeOf(x.shape),
  gradient: ({ node, gradient }) => [sigmoidGradient(gradient, node)],
  reference: mapUnary((x) => 1 / (1 + Math.exp(-x))),
});

/** dy · y · (1 − y), where y is sigmoid's output. (dy, y) → dx. */
export const sigmoidGradient = defineOperator<object>({
  name: 'sigmoidGradient',
  infer: inferUnaryGradient,
  flops: ([dy]) => 3 * sizeOf(dy.shape),
  reference: mapUnaryGradient((dy, y) => dy * y * (1 - y)),
});
