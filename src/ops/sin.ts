import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { affine } from './affine.js';
import { inferUnary, mapUnary } from './elementwise.js';
import { mul } from './mul.js';

/** The sine of angles in radians, element by element. x: any shape → the same shape. */
export const sin: OperatorFunction<object> = defineOperator<object>({
  name: 'sin',
  infer: inferUnary,
  gradient: ({ inputs: [x], gradient }) => [mul(gradient, sin(affine(x, { scale: 1, offset: Math.PI / 2 })))],
  reference: mapUnary((x) => Math.sin(x)),
});
