import { defineOperator } from '../graph/index.js';
import { inferUnary, mapUnary } from './elementwise.js';
import { mul } from './mul.js';

/** eˣ, element by element. x: any shape → the same shape. */
export const exp = defineOperator<object>({
  name: 'exp',
  infer: inferUnary,
  gradient: ({ node, gradient }) => [mul(gradient, node)],
  reference: mapUnary((x) => Math.exp(x)),
});
