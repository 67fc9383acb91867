import type { Reference, Type } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import { conv2dWindow, type Conv2dAttributes, type Conv2dGradientAttributes } from './conv2d.js';

/**
 * Visits every product x·w that a convolution adds into an output element, by flat positions: the one definition that the
 * reference implementations of the convolution and both its gradients share.
 */
function visitTaps(
  x: Shape,
  w: Shape,
  attributes: Conv2dAttributes,
  visit: (x: number, w: number, y: number) => void,
): void {
  const type = (shape: Shape): Type => ({ shape, dtype: 'float32' });
  const { strides, dilation, margins, output } = conv2dWindow(type(x), type(w), attributes, 'conv2d');
  const [batch, height, width, channels] = x;
  const [kh, kw, kernelChannels, filters] = w;
  const filtersPerGroup = filters / attributes.groups;
  for (let n = 0; n < batch; n++)
    for (let oh = 0; oh < output[0]; oh++)
      for (let ow = 0; ow < output[1]; ow++)
        for (let i = 0; i < kh; i++)
          for (let j = 0; j < kw; j++) {
            const h = oh * strides[0] + i * dilation[0] - margins[0];
            const v = ow * strides[1] + j * dilation[1] - margins[2];
            if (h < 0 || h >= height || v < 0 || v >= width) continue;
            for (let f = 0; f < filters; f++)
              for (let c = 0; c < kernelChannels; c++) {
                const channel = Math.floor(f / filtersPerGroup) * kernelChannels + c;
                visit(
                  ((n * height + h) * width + v) * channels + channel,
                  ((i * kw + j) * kernelChannels + c) * filters + f,
                  ((n * output[0] + oh) * output[1] + ow) * filters + f,
                );
              }
          }
}

export const conv2dReference: Reference<Conv2dAttributes> = ([x, w], attributes, y) => {
  visitTaps(x.shape, w.shape, attributes, (xi, wi, yi) => (y.data[yi] += x.data[xi] * w.data[wi]));
};

export const conv2dInputGradientReference: Reference<Conv2dGradientAttributes> = ([dy, w], attributes, dx) => {
  visitTaps(attributes.shape, w.shape, attributes, (xi, wi, yi) => (dx.data[xi] += dy.data[yi] * w.data[wi]));
};

export const conv2dFilterGradientReference: Reference<Conv2dGradientAttributes> = ([x, dy], attributes, dw) => {
  visitTaps(x.shape, attributes.shape, attributes, (xi, wi, yi) => (dw.data[wi] += x.data[xi] * dy.data[yi]));
};
