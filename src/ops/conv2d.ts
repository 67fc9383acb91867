import { defineOperator } from '../graph/index.js';
import { conv2dFilterGradient } from './conv2dFilterGradient.js';
import { conv2dInputGradient } from './conv2dInputGradient.js';
import { conv2dWindow, visitTaps, type Conv2dAttributes } from './conv2dWindow.js';

/**
 * Cross-correlation of pictures with a bank of kernels, what ConvNets call convolution (Keras's Conv2D, PyTorch's Conv2d).
 * x: [N, H, W, C], w: [kh, kw, C / groups, filters] → [N, outH, outW, filters].
 */
export const conv2d = defineOperator<Conv2dAttributes>({
  name: 'conv2d',
  infer([x, w], attributes, name) {
    const { output } = conv2dWindow(x, w, attributes, name);
    return { shape: [x.shape[0], ...output, w.shape[3]], dtype: 'float32' };
  },
  flops: ([, w], _, y) => 2 * y.shape[0] * y.shape[1] * y.shape[2] * w.shape.reduce((a, b) => a * b),
  gradient({ graph, inputs: [x, w], attributes, gradient, wanted }) {
    return [
      wanted[0] ? graph.add(conv2dInputGradient, [gradient, w], { ...attributes, shape: x.type.shape }) : undefined,
      wanted[1] ? graph.add(conv2dFilterGradient, [x, gradient], { ...attributes, shape: w.type.shape }) : undefined,
    ];
  },
  reference([x, w], attributes, y) {
    visitTaps(x.shape, w.shape, attributes, (xi, wi, yi) => (y.data[yi] += x.data[xi] * w.data[wi]));
  },
});
