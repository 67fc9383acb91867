import { defineOperator } from '../graph/index.js';
import { affine } from './affine.js';
import { inferUnary, mapUnary } from './elementwise.js';
import { mul } from './mul.js';

/** x², element by element. x: any shape → the same shape. */
export const square = defineOperator<object>({
  name: 'square',
  infer: inferUnary,
  gradient: ({ inputs: [x], gradient }) => [mul(affine(gradient, { scale: 2, offset: 0 }), x)],
  reference: mapUnary((x) => x * x),
});
