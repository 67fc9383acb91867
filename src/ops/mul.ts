import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { inferBroadcast, mapBroadcast } from './elementwise.js';
import { reduceTo } from './reduceSum.js';

/** a · b, broadcasting as NumPy does. a, b: shapes equal or 1 along every axis, counted from the last → the larger shape. */
export const mul: OperatorFunction<object> = defineOperator<object>({
  name: 'mul',
  infer: inferBroadcast,
  gradient: ({ inputs: [a, b], gradient, wanted }) => [
    wanted[0] ? reduceTo(mul(gradient, b), a.type.shape) : undefined,
    wanted[1] ? reduceTo(mul(gradient, a), b.type.shape) : undefined,
  ],
  reference: mapBroadcast((a, b) => a * b),
});
