import { defineOperator } from '../graph/index.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

/** |x|, element by element. x: any shape → the same shape. */
export const abs = defineOperator<object>({
  name: 'abs',
  infer: inferUnary,
  gradient: ({ inputs: [x], gradient }) => [absGradient(gradient, x)],
  reference: mapUnary((x) => Math.abs(x)),
});

/** dy · sign(x), 0 where x is 0, where x is abs's input. (dy, x) → dx. */
export const absGradient = defineOperator<object>({
  name: 'absGradient',
  infer: inferUnaryGradient,
  reference: mapUnaryGradient((dy, x) => dy * Math.sign(x)),
});
