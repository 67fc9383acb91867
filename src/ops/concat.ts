import { defineOperator } from '../graph/index.js';
import { isWhole } from '../tensor/check.js';
import { formatShape, StriateError } from '../tensor/index.js';
import { slice } from './slice.js';

/** The axis that blocks are joined along, counted from 0. */
export interface ConcatAttributes {
  readonly axis: number;
}

/** Blocks one after another along an axis; all other axes must agree. x…: one or more of one dtype, float32 or int32. */
export const concat = defineOperator<ConcatAttributes>({
  name: 'concat',
  scores: 'passes',
  infer(inputs, { axis }, name) {
    const received = inputs.map(({ dtype, shape }) => `${dtype} ${formatShape(shape)}`).join(', ');
    if (inputs.length === 0)
      throw new StriateError({ where: name, rule: 'needs at least one input', received: 'none' });
    const [first] = inputs;
    const rank = first.shape.length;
    if (!isWhole(axis, 0, rank - 1)) {
      throw new StriateError({
        where: name,
        rule: `axis must lie between 0 and ${rank - 1}`,
        received: `${axis} for inputs ${received}`,
      });
    }
    const agrees = inputs.every(
      ({ dtype, shape }) =>
        dtype === first.dtype && shape.length === rank && shape.every((n, i) => i === axis || n === first.shape[i]),
    );
    if (!agrees) {
      throw new StriateError({
        where: name,
        rule: `inputs must have one dtype and the same size along every axis but ${axis}`,
        received,
      });
    }
    const joined = inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
    return { shape: first.shape.map((n, i) => (i === axis ? joined : n)), dtype: first.dtype };
  },
  flops: () => 0,
  gradient({ inputs, attributes: { axis }, gradient, wanted }) {
    let start = 0;
    return inputs.map(({ type: { shape } }, i) => {
      const begin = shape.map((_, a) => (a === axis ? start : 0));
      start += shape[axis];
      return wanted[i] ? slice(gradient, { begin, size: shape }) : undefined;
    });
  },
  reference: 'beside',
});
