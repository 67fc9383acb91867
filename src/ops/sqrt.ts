import { defineOperator } from '../graph/index.js';
import { affine } from './affine.js';
import { div } from './div.js';
import { inferUnary, mapUnary } from './elementwise.js';

/** The square root, element by element; its gradient at 0 is infinite. x: any shape → the same shape. */
export const sqrt = defineOperator<object>({
  name: 'sqrt',
  infer: inferUnary,
  gradient: ({ node, gradient }) => [div(affine(gradient, { scale: 0.5, offset: 0 }), node)],
  reference: mapUnary((x) => Math.sqrt(x)),
});
