import { defineOperator, type Type } from '../graph/index.js';
import { sizeOf, StriateError } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

/** The bounds of a clip; either may be infinite. */
export interface ClipAttributes {
  readonly min: number;
  readonly max: number;
}

/** min(max(x, min), max), element by element. x: any shape → the same shape. */
export const clip = defineOperator<ClipAttributes>({
  name: 'clip',
  infer(inputs, attributes, name): Type {
    const { min, max } = attributes;
    if (!(min <= max))
      throw new StriateError({ where: name, rule: 'min must not exceed max', received: `${min} and ${max}` });
    return inferUnary(inputs, attributes, name);
  },
  flops: ([x]) => 2 * sizeOf(x.shape),
  gradient: ({ inputs: [x], attributes, gradient }) => [clipGradient(gradient, x, attributes)],
  reference: mapUnary((x, { min, max }) => Math.min(Math.max(x, min), max)),
});

/** dy where clip's input x lies in [min, max] (both ends count, as in PyTorch), else 0. (dy, x) → dx. */
export const clipGradient = defineOperator<ClipAttributes>({
  name: 'clipGradient',
  infer: inferUnaryGradient,
  reference: mapUnaryGradient((dy, x, { min, max }) => (x >= min && x <= max ? dy : 0)),
});
