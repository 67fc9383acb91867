import { defineOperator, type Type } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import { expectOutputGradient, visitTaps, type Conv2dAttributes } from './conv2dWindow.js';

/**
 * The gradient of conv2d by its input; also Keras's Conv2DTranspose.
 * dy: [N, outH, outW, filters], w: [kh, kw, C / groups, filters] → `shape` [N, H, W, C].
 */
export const conv2dInputGradient = defineOperator<Conv2dAttributes & { readonly shape: Shape }>({
  name: 'conv2dInputGradient',
  infer([dy, w], attributes, name) {
    const x: Type = { shape: attributes.shape, dtype: 'float32' };
    expectOutputGradient(dy, x, w, attributes, name);
    return x;
  },
  flops: ([dy, w]) => 2 * dy.shape[0] * dy.shape[1] * dy.shape[2] * w.shape.reduce((a, b) => a * b),
  reference([dy, w], attributes, dx) {
    visitTaps(attributes.shape, w.shape, attributes, (xi, wi, yi) => (dx.data[xi] += dy.data[yi] * w.data[wi]));
  },
});
