import { defineOperator } from '../graph/index.js';
import { inferBroadcast, mapBroadcast } from './elementwise.js';

/** The larger of a and b, broadcasting as NumPy does; has no gradient. */
export const maximum = defineOperator<object>({
  name: 'maximum',
  infer: inferBroadcast,
  reference: mapBroadcast((a, b) => Math.max(a, b)),
});

/** The smaller of a and b, broadcasting as NumPy does; has no gradient. */
export const minimum = defineOperator<object>({
  name: 'minimum',
  infer: inferBroadcast,
  reference: mapBroadcast((a, b) => Math.min(a, b)),
});
