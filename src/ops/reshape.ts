import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { isWholes } from '../tensor/check.js';
import { formatShape, type Shape, sizeOf, StriateError } from '../tensor/index.js';
import { expectInputs } from './rules.js';

/** The shape that an operator gives its output. */
export interface ShapeAttribute {
  readonly shape: Shape;
}

/** The same elements in the same order under another shape. x: any shape, float32 or int32 → `shape`. */
export const reshape: OperatorFunction<ShapeAttribute> = defineOperator<ShapeAttribute>({
  name: 'reshape',
  scores: 'passes',
  infer(inputs, { shape }, name) {
    expectInputs(inputs, 1, name);
    const [x] = inputs;
    if (!isWholes(shape, 0)) {
      throw new StriateError({
        where: name,
        rule: 'sizes must be whole numbers from 0',
        received: formatShape(shape),
        advice: 'work out −1 first',
      });
    }
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new StriateError({
        where: name,
        rule: `cannot turn ${formatShape(x.shape)} (${sizeOf(x.shape)} elements) into ${formatShape(shape)} (${sizeOf(shape)} elements)`,
        advice: 'the number of elements must stay the same',
      });
    }
    return { shape, dtype: x.dtype };
  },
  flops: () => 0,
  gradient: ({ inputs: [x], gradient }) => [reshape(gradient, { shape: x.type.shape })],
  reference: ([x], _, y) => y.data.set(x.data),
});
