import { defineOperator, type OperatorFunction, type Type } from '../graph/index.js';
import { isWhole } from '../tensor/check.js';
import { formatShape, type Shape, StriateError } from '../tensor/index.js';
import { expectInputs } from './rules.js';

/** A block inside a larger one: its first corner and its size, along every axis. */
export interface SliceAttributes {
  readonly begin: readonly number[];
  readonly size: Shape;
}

/** How many elements to add before and after, along every axis, and what to fill them with. */
export interface PadAttributes {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

/** Cuts out a block. x: any shape, float32 or int32 → `size`. */
export const slice: OperatorFunction<SliceAttributes> = defineOperator<SliceAttributes>({
  name: 'slice',
  scores: 'passes',
  infer(inputs, { begin, size }, name): Type {
    expectInputs(inputs, 1, name);
    const [x] = inputs;
    const fits = x.shape.every((n, axis) => isWhole(size[axis], 1) && isWhole(begin[axis], 0, n - size[axis]));
    if (begin.length !== x.shape.length || size.length !== x.shape.length || !fits) {
      throw new StriateError({
        where: name,
        rule: `begin ${formatShape(begin)} and size ${formatShape(size)} must name a block inside the input, one number per axis`,
        received: `an input of ${formatShape(x.shape)}`,
      });
    }
    return { shape: size, dtype: x.dtype };
  },
  flops: () => 0,
  gradient({ inputs: [x], attributes: { begin, size }, gradient }) {
    const after = x.type.shape.map((n, axis) => n - begin[axis] - size[axis]);
    return [pad(gradient, { before: begin, after, value: 0 })];
  },
  reference: 'beside',
});

/** Adds a border of one value. x: any shape → [before[i] + n + after[i], …]. */
export const pad: OperatorFunction<PadAttributes> = defineOperator<PadAttributes>({
  name: 'pad',
  scores: 'passes',
  infer(inputs, { before, after, value }, name): Type {
    expectInputs(inputs, 1, name);
    const [x] = inputs;
    const counts = x.shape.every((_, axis) => isWhole(before[axis], 0) && isWhole(after[axis], 0));
    if (before.length !== x.shape.length || after.length !== x.shape.length || !counts) {
      throw new StriateError({
        where: name,
        rule: `before and after must have a whole number from 0 for each of the ${x.shape.length} axes of ${formatShape(x.shape)}`,
        received: `${formatShape(before)} and ${formatShape(after)}`,
        advice: 'use slice to cut',
      });
    }
    if (x.dtype === 'int32' && !isWhole(value)) {
      throw new StriateError({ where: name, rule: 'an int32 input needs a whole number to pad with', received: value });
    }
    return { shape: x.shape.map((n, axis) => before[axis] + n + after[axis]), dtype: x.dtype };
  },
  flops: () => 0,
  gradient: ({ inputs: [x], attributes: { before }, gradient }) => [
    slice(gradient, { begin: before, size: x.type.shape }),
  ],
  reference: 'beside',
});
