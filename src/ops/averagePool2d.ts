import { defineOperator } from '../graph/index.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import { poolType, type Pool2dAttributes } from './poolWindow.js';
import { expectFloats, expectShape } from './rules.js';

/** How an averaging window moves, and what it divides by. */
export interface AveragePool2dAttributes extends Pool2dAttributes {
  /**
   * False: divides by the number of real elements seen (Keras's 'same'). True: padding counts as zeros, as PyTorch's
   * `count_include_pad`; what hangs over even the padding in ceil mode does not count.
   */
  readonly countPadding: boolean;
}

/**
 * The mean of the elements under each window (Keras's AveragePooling2D, PyTorch's AvgPool2d).
 * x: [N, H, W, C] → [N, outH, outW, C].
 */
export const averagePool2d = defineOperator<AveragePool2dAttributes>({
  name: 'averagePool2d',
  scores: 'passes',
  infer: ([x], attributes, name) => poolType(x, attributes, name),
  flops: (_, { poolSize }, y) => sizeOf(y.shape) * poolSize[0] * poolSize[1],
  gradient: ({ inputs: [x], attributes, gradient }) => [
    averagePool2dGradient(gradient, { ...attributes, shape: x.type.shape }),
  ],
  reference: 'beside',
});

/**
 * The gradient of averagePool2d: each window's dy, shared equally.
 * dy: [N, outH, outW, C] → `shape` [N, H, W, C].
 */
export const averagePool2dGradient = defineOperator<AveragePool2dAttributes & { readonly shape: Shape }>({
  name: 'averagePool2dGradient',
  infer([dy], attributes, name) {
    const x = { shape: attributes.shape, dtype: 'float32' } as const;
    expectFloats([dy], name);
    expectShape(dy, poolType(x, attributes, name).shape, 'the gradient', name);
    return x;
  },
  flops: ([dy], { poolSize }) => sizeOf(dy.shape) * poolSize[0] * poolSize[1],
  reference: 'beside',
});
