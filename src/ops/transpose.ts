import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { formatShape, StriateError } from '../tensor/index.js';
import { expectInputs } from './rules.js';

/** For each axis of the output, the axis of the input that it was. */
export interface TransposeAttributes {
  readonly permutation: readonly number[];
}

/**
 * The axes in another order. x: any shape, float32 or int32 → output axis i is input axis permutation[i], as in NumPy.
 *
 * @example
 * operators.transpose(image, { permutation: [0, 3, 1, 2] }); // NHWC to NCHW
 */
export const transpose: OperatorFunction<TransposeAttributes> = defineOperator<TransposeAttributes>({
  name: 'transpose',
  scores: 'passes',
  infer(inputs, { permutation }, name) {
    expectInputs(inputs, 1, name);
    const [x] = inputs;
    if (permutation.length !== x.shape.length || x.shape.some((_, axis) => !permutation.includes(axis))) {
      throw new StriateError({
        where: name,
        rule: `permutation must name each of the ${x.shape.length} axes of ${formatShape(x.shape)} once, counted from 0`,
        received: `[${permutation.join(', ')}]`,
      });
    }
    return { shape: permutation.map((axis) => x.shape[axis]), dtype: x.dtype };
  },
  flops: () => 0,
  gradient: ({ attributes: { permutation }, gradient }) => [
    transpose(gradient, { permutation: permutation.map((_, axis) => permutation.indexOf(axis)) }),
  ],
  reference: 'beside',
});
