import { defineOperator } from '../graph/index.js';
import { inferUnary } from './elementwise.js';

/**
 * The same values, through which no gradient flows back (TensorFlow's stop_gradient, PyTorch's detach): for what a loss chooses by,
 * but does not learn from. x: any shape → the same shape.
 */
export const stopGradient = defineOperator<object>({
  name: 'stopGradient',
  scores: 'passes',
  infer: inferUnary,
  flops: () => 0,
  gradient: () => [undefined],
  reference: ([x], _, y) => y.data.set(x.data),
});
