import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { poolType, type Pool2dAttributes } from './poolWindow.js';
import { expectFloats, expectShape } from './rules.js';

/**
 * The largest element under each window (Keras's MaxPooling2D, PyTorch's MaxPool2d); padding never wins.
 * x: [N, H, W, C] → [N, outH, outW, C].
 */
export const maxPool2d = defineOperator<Pool2dAttributes>({
  name: 'maxPool2d',
  scores: 'passes',
  infer: ([x], attributes, name) => poolType(x, attributes, name),
  flops: (_, { poolSize }, y) => sizeOf(y.shape) * poolSize[0] * poolSize[1],
  gradient: ({ node, inputs: [x], attributes, gradient }) => [maxPool2dGradient(gradient, x, node, attributes)],
  reference: 'beside',
});

/**
 * The gradient of maxPool2d: each window's dy goes to its largest element, the first in row order where several are equal.
 * dy: [N, outH, outW, C], x: [N, H, W, C], y: as dy → as x.
 */
export const maxPool2dGradient = defineOperator<Pool2dAttributes>({
  name: 'maxPool2dGradient',
  infer([dy, x, y], attributes, name) {
    const { shape } = poolType(x, attributes, name);
    expectFloats([dy, x, y], name);
    expectShape(dy, shape, 'the gradient', name);
    expectShape(y, shape, 'the output', name);
    return x;
  },
  flops: ([dy], { poolSize }) => sizeOf(dy.shape) * poolSize[0] * poolSize[1],
  reference: 'beside',
});
