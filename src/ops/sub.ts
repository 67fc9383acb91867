import { defineOperator } from '../graph/index.js';
import { affine } from './affine.js';
import { inferBroadcast, mapBroadcast } from './elementwise.js';
import { reduceTo } from './reduceSum.js';

/** a − b, broadcasting as NumPy does. a, b: shapes equal or 1 along every axis, counted from the last → the larger shape. */
export const sub = defineOperator<object>({
  name: 'sub',
  scores: 'passes',
  infer: inferBroadcast,
  gradient: ({ inputs: [a, b], gradient, wanted }) => [
    wanted[0] ? reduceTo(gradient, a.type.shape) : undefined,
    // Reduced first, so that the smaller of the two is negated.
    wanted[1] ? affine(reduceTo(gradient, b.type.shape), { scale: -1, offset: 0 }) : undefined,
  ],
  reference: mapBroadcast((a, b) => a - b),
});
