import { defineOperator, type Type } from '../graph/index.js';
import { sizeOf, StriateError } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient } from './elementwise.js';

/** eˣ over its sum along the last axis, computed without overflow. x: [..., C] → [..., C]. */
export const softmax = defineOperator<object>({
  name: 'softmax',
  infer(inputs, attributes, name): Type {
    const type = inferUnary(inputs, attributes, name);
    if (type.shape.length === 0)
      throw new StriateError({ where: name, rule: 'needs at least one axis', received: 'a scalar' });
    return type;
  },
  flops: ([x]) => 5 * sizeOf(x.shape),
  gradient: ({ node, gradient }) => [softmaxGradient(gradient, node)],
  reference: 'beside',
});

/** y · (dy − Σ dy·y) along the last axis, where y is softmax's output. (dy, y) → dx. */
export const softmaxGradient = defineOperator<object>({
  name: 'softmaxGradient',
  infer: inferUnaryGradient,
  flops: ([dy]) => 4 * sizeOf(dy.shape),
  reference: 'beside',
});
