import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

/** tanh(log(1 + eˣ)): the share of x that mish lets through. */
const shareOf = (x: number): number => Math.tanh(Math.log1p(Math.exp(x)));

/** x · tanh(softplus(x)) (Misra 2019, https://arxiv.org/abs/1908.08681). x: any shape → the same shape. */
export const mish = defineOperator<object>({
  name: 'mish',
  infer: inferUnary,
  flops: ([x]) => 8 * sizeOf(x.shape),
  gradient: ({ inputs: [x], gradient }) => [mishGradient(gradient, x)],
  reference: mapUnary((x) => x * shareOf(x)),
});

/** dy · (s + x · (1 − s²) · sigmoid(x)) with s = tanh(softplus(x)), where x is mish's input. (dy, x) → dx. */
export const mishGradient = defineOperator<object>({
  name: 'mishGradient',
  infer: inferUnaryGradient,
  flops: ([dy]) => 14 * sizeOf(dy.shape),
  reference: mapUnaryGradient((dy, x) => {
    const share = shareOf(x);
    return dy * (share + (x * (1 - share * share)) / (1 + Math.exp(-x)));
  }),
});
