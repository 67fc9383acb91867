import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** x · sigmoid(x), also called SiLU (https://arxiv.org/abs/1710.05941). x: any shape → the same shape. */
export const swish = defineOperator<object>({
  name: 'swish',
  infer: inferUnary,
  flops: ([x]) => 5 * sizeOf(x.shape),
  gradient: ({ inputs: [x], gradient }) => [swishGradient(gradient, x)],
  reference: mapUnary((x) => x * logistic(x)),
});

/** dy · s · (1 + x · (1 − s)) with s = sigmoid(x), where x is swish's input. (dy, x) → dx. */
export const swishGradient = defineOperator<object>({
  name: 'swishGradient',
  infer: inferUnaryGradient,
  flops: ([dy]) => 8 * sizeOf(dy.shape),
  reference: mapUnaryGradient((dy, x) => dy * logistic(x) * (1 + x * (1 - logistic(x)))),
});
