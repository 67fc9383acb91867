import { defineOperator } from '../graph/index.js';
import { formatShape, StriateError } from '../tensor/index.js';
import { sameTypes } from './rules.js';

/** 1 where two values are equal, else 0. a, b: both float32 or both int32, of one shape → float32 of that shape. */
export const equal = defineOperator<object>({
  name: 'equal',
  infer(inputs, attributes, name) {
    const { shape } = sameTypes(inputs, attributes, name);
    const [a, b] = inputs;
    if (a.dtype !== b.dtype) {
      throw new StriateError({
        where: name,
        rule: 'inputs must have the same element type',
        received: `${a.dtype} ${formatShape(shape)} and ${b.dtype} ${formatShape(shape)}`,
      });
    }
    return { shape, dtype: 'float32' };
  },
  reference: ([a, b], _, y) => a.data.forEach((value, i) => (y.data[i] = value === b.data[i] ? 1 : 0)),
});
