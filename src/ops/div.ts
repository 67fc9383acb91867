import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { affine } from './affine.js';
import { inferBroadcast, mapBroadcast } from './elementwise.js';
import { mul } from './mul.js';
import { reduceTo } from './reduceSum.js';

/** a / b, broadcasting as NumPy does. a, b: shapes equal or 1 along every axis, counted from the last → the larger shape. */
export const div: OperatorFunction<object> = defineOperator<object>({
  name: 'div',
  infer: inferBroadcast,
  gradient({ node, inputs: [a, b], gradient, wanted }) {
    if (!wanted[0] && !wanted[1]) return [undefined, undefined];
    const byA = div(gradient, b);
    return [
      wanted[0] ? reduceTo(byA, a.type.shape) : undefined,
      // d(a/b)/db = −(a/b)/b: the quotient is there already.
      wanted[1] ? affine(reduceTo(mul(byA, node), b.type.shape), { scale: -1, offset: 0 }) : undefined,
    ];
  },
  reference: mapBroadcast((a, b) => a / b),
});
