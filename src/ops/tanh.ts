import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

/** The hyperbolic tangent, element by element. x: any shape → the same shape. */
export const tanh = defineOperator<object>({
  name: 'tanh',
  infer: inferUnary,
  flops: ([x]) => 5 * sizeOf(x.shape),
  gradient: ({ node, gradient }) => [tanhGradient(gradient, node)],
  reference: mapUnary((x) => Math.tanh(x)),
});

/** dy · (1 − y²), where y is tanh's output. (dy, y) → dx. */
export const tanhGradient = defineOperator<object>({
  name: 'tanhGradient',
  infer: inferUnaryGradient,
  flops: ([dy]) => 3 * sizeOf(dy.shape),
  reference: mapUnaryGradient((dy, y) => dy * (1 - y * y)),
});
