import { defineOperator } from '../graph/index.js';
import { inferBroadcast, mapBroadcast } from './elementwise.js';
import { reduceTo } from './reduceSum.js';

/** a + b, broadcasting as NumPy does. a, b: shapes equal or 1 along every axis, counted from the last → the larger shape. */
export const add = defineOperator<object>({
  name: 'add',
  scores: 'passes',
  infer: inferBroadcast,
  gradient: ({ inputs, gradient, wanted }) =>
    inputs.map((input, i) => (wanted[i] ? reduceTo(gradient, input.type.shape) : undefined)),
  reference: mapBroadcast((a, b) => a + b),
});
