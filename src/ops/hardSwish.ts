import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

/** x · relu6(x + 3) / 6 (Howard et al. 2019, https://arxiv.org/abs/1905.02244). x: any shape → the same shape. */
export const hardSwish = defineOperator<object>({
  name: 'hardSwish',
  infer: inferUnary,
  flops: ([x]) => 5 * sizeOf(x.shape),
  gradient: ({ inputs: [x], gradient }) => [hardSwishGradient(gradient, x)],
  reference: mapUnary((x) => (x * Math.min(6, Math.max(0, x + 3))) / 6),
});

/** dy · (x / 3 + 1 / 2) where hardSwish's input x lies between −3 and 3, dy from 3 on, else 0. (dy, x) → dx. */
export const hardSwishGradient = defineOperator<object>({
  name: 'hardSwishGradient',
  infer: inferUnaryGradient,
  flops: ([dy]) => 4 * sizeOf(dy.shape),
  reference: mapUnaryGradient((dy, x) => (x >= 3 ? dy : x <= -3 ? 0 : dy * (x / 3 + 0.5))),
});
