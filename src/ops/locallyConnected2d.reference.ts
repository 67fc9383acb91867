import type { Reference, Type } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import { locallyConnected2dWindow, type LocallyConnected2dAttributes } from './locallyConnected2d.js';

/** Visits every product x·w that goes into an output element, by flat positions; shared by all three references. */
function visitLocalTaps(
  x: Shape,
  w: Shape,
  attributes: LocallyConnected2dAttributes,
  visit: (x: number, w: number, y: number) => void,
): void {
  const type = (shape: Shape): Type => ({ shape, dtype: 'float32' });
  const { kernel, strides, output } = locallyConnected2dWindow(type(x), type(w), attributes, 'locallyConnected2d');
  const [batch, height, width, channels] = x;
  const filters = w[2];
  const positions = output[0] * output[1];
  for (let n = 0; n < batch; n++)
    for (let position = 0; position < positions; position++)
      for (let i = 0; i < kernel[0]; i++)
        for (let j = 0; j < kernel[1]; j++)
          for (let c = 0; c < channels; c++)
            for (let f = 0; f < filters; f++) {
              const row = Math.floor(position / output[1]) * strides[0] + i;
              const column = (position % output[1]) * strides[1] + j;
              const tap = (i * kernel[1] + j) * channels + c;
              visit(
                ((n * height + row) * width + column) * channels + c,
                (position * kernel[0] * kernel[1] * channels + tap) * filters + f,
                (n * positions + position) * filters + f,
              );
            }
}

export const locallyConnected2dReference: Reference<LocallyConnected2dAttributes> = ([x, w], attributes, y) => {
  visitLocalTaps(x.shape, w.shape, attributes, (xi, wi, yi) => (y.data[yi] += x.data[xi] * w.data[wi]));
};

export const locallyConnected2dInputGradientReference: Reference<
  LocallyConnected2dAttributes & { readonly shape: Shape }
> = ([dy, w], attributes, dx) => {
  visitLocalTaps(dx.shape, w.shape, attributes, (xi, wi, yi) => (dx.data[xi] += dy.data[yi] * w.data[wi]));
};

export const locallyConnected2dFilterGradientReference: Reference<
  LocallyConnected2dAttributes & { readonly shape: Shape }
> = ([x, dy], attributes, dw) => {
  visitLocalTaps(x.shape, dw.shape, attributes, (xi, wi, yi) => (dw.data[wi] += x.data[xi] * dy.data[yi]));
};
