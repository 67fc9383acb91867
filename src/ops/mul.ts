import { defineOperator, type Operator } from '../graph/index.js';
import { inferBroadcast, mapBroadcast } from './elementwise.js';
import { reduceTo } from './reduceSum.js';

/** a · b, broadcasting as NumPy does. a, b: shapes equal or 1 along every axis, counted from the last → the larger shape. */
export const mul: Operator<object> = defineOperator<object>({
  name: 'mul',
  infer: inferBroadcast,
  gradient: ({ graph, inputs: [a, b], gradient, wanted }) => [
    wanted[0] ? reduceTo(graph, graph.add(mul, [gradient, b], {}), a.type.shape) : undefined,
    wanted[1] ? reduceTo(graph, graph.add(mul, [gradient, a], {}), b.type.shape) : undefined,
  ],
  reference: mapBroadcast((a, b) => a * b),
});
