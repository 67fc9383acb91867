import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

/** relu6(x + 3) / 6: straight from 0 at −3 to 1 at 3 (Keras 3's and PyTorch's hard sigmoid). x: any shape → the same shape. */
export const hardSigmoid = defineOperator<object>({
  name: 'hardSigmoid',
  infer: inferUnary,
  flops: ([x]) => 4 * sizeOf(x.shape),
  gradient: ({ node, gradient }) => [hardSigmoidGradient(gradient, node)],
  reference: mapUnary((x) => Math.min(6, Math.max(0, x + 3)) / 6),
});

/** dy / 6 where hardSigmoid's output y lies between 0 and 1, else 0. (dy, y) → dx. */
export const hardSigmoidGradient = defineOperator<object>({
  name: 'hardSigmoidGradient',
  infer: inferUnaryGradient,
  reference: mapUnaryGradient((dy, y) => (y > 0 && y < 1 ? dy / 6 : 0)),
});
