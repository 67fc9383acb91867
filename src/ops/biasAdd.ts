import { defineOperator } from '../graph/index.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { expectFloats, expectShape } from './rules.js';

/** Adds b to every row of the last axis. x: [..., C], b: [C] → [..., C]. */
export const biasAdd = defineOperator<object>({
  name: 'biasAdd',
  scores: 'gives',
  infer([x, b], _, name) {
    if (x.shape.length === 0) {
      throw new StriateError({
        where: name,
        rule: 'the input must have at least 1 axis',
        received: formatShape(x.shape),
      });
    }
    expectFloats([x, b], name);
    expectShape(b, x.shape.slice(-1), 'the bias', name);
    return x;
  },
  gradient: ({ gradient, wanted }) => [
    wanted[0] ? gradient : undefined,
    wanted[1] ? biasGradient(gradient) : undefined,
  ],
  reference: ([x, b], _, y) => x.data.forEach((value, i) => (y.data[i] = value + b.data[i % b.data.length])),
});

/** The sum over all axes but the last: the gradient of a bias or of batch normalisation's offset. dy: [..., C] → [C]. */
export const biasGradient = defineOperator<object>({
  name: 'biasGradient',
  infer([dy], _, name) {
    if (dy.shape.length === 0) {
      throw new StriateError({
        where: name,
        rule: 'the gradient must have at least 1 axis',
        received: formatShape(dy.shape),
      });
    }
    expectFloats([dy], name);
    return { shape: dy.shape.slice(-1), dtype: 'float32' };
  },
  flops: ([dy]) => sizeOf(dy.shape),
  reference: ([dy], _, db) => dy.data.forEach((value, i) => (db.data[i % db.data.length] += value)),
});
