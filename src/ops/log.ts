import { defineOperator } from '../graph/index.js';
import { div } from './div.js';
import { inferUnary, mapUnary } from './elementwise.js';

/** The natural logarithm, element by element: −∞ at 0, NaN below. x: any shape → the same shape. */
export const log = defineOperator<object>({
  name: 'log',
  infer: inferUnary,
  gradient: ({ inputs: [x], gradient }) => [div(gradient, x)],
  reference: mapUnary((x) => Math.log(x)),
});
