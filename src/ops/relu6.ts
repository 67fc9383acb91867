import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

/** min(max(0, x), 6), element by element (MobileNet, https://arxiv.org/abs/1704.04861). x: any shape → the same shape. */
export const relu6 = defineOperator<object>({
  name: 'relu6',
  scores: 'passes',
  infer: inferUnary,
  flops: ([x]) => 2 * sizeOf(x.shape),
  gradient: ({ node, gradient }) => [relu6Gradient(gradient, node)],
  reference: mapUnary((x) => Math.min(Math.max(0, x), 6)),
});

/** dy where relu6's output y lies between 0 and 6, else 0. (dy, y) → dx. */
export const relu6Gradient = defineOperator<object>({
  name: 'relu6Gradient',
  infer: inferUnaryGradient,
  reference: mapUnaryGradient((dy, y) => (y > 0 && y < 6 ? dy : 0)),
});
