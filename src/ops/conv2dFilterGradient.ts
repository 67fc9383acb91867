import { defineOperator, type Type } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import { expectOutputGradient, visitTaps, type Conv2dAttributes } from './conv2dWindow.js';

/**
 * The gradient of conv2d by its kernel.
 * x: [N, H, W, C], dy: [N, outH, outW, filters] → `shape` [kh, kw, C / groups, filters].
 */
export const conv2dFilterGradient = defineOperator<Conv2dAttributes & { readonly shape: Shape }>({
  name: 'conv2dFilterGradient',
  infer([x, dy], attributes, name) {
    const w: Type = { shape: attributes.shape, dtype: 'float32' };
    expectOutputGradient(dy, x, w, attributes, name);
    return w;
  },
  flops: ([, dy], { shape }) => 2 * dy.shape[0] * dy.shape[1] * dy.shape[2] * shape.reduce((a, b) => a * b),
  reference([x, dy], attributes, dw) {
    visitTaps(x.shape, attributes.shape, attributes, (xi, wi, yi) => (dw.data[wi] += x.data[xi] * dy.data[yi]));
  },
});
