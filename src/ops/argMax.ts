import { defineOperator } from '../graph/index.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { expectDtype } from './rules.js';

/** The place of the largest element along the last axis, the first of equal ones. x: float32 [..., C] → int32 [...]. */
export const argMax = defineOperator<object>({
  name: 'argMax',
  infer([x], _, name) {
    expectDtype(x, 'float32', 'the input', name);
    if (!(x.shape[x.shape.length - 1] > 0)) {
      throw new StriateError({
        where: name,
        rule: "the input's last axis must not be empty",
        received: formatShape(x.shape),
      });
    }
    return { shape: x.shape.slice(0, -1), dtype: 'int32' };
  },
  flops: ([x]) => sizeOf(x.shape),
  reference([x], _, y) {
    const classes = x.shape[x.shape.length - 1];
    for (let row = 0; row < y.data.length; row++) {
      const scores = x.data.subarray(row * classes, (row + 1) * classes);
      y.data[row] = scores.reduce((best, score, c) => (score > scores[best] ? c : best), 0);
    }
  },
});
