import { defineOperator, type Type } from '../graph/index.js';
import { formatShape, sameShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import { expectFloats, expectRank, expectShape } from './rules.js';
import { slideWindow, type Pair, type Window } from './window.js';

/** How a locally connected layer's window moves; always with valid padding, as in Keras. */
export interface LocallyConnected2dAttributes {
  readonly kernel: Pair;
  readonly strides: Pair;
}

/**
 * The window over `x` [N, H, W, C] with `w` [outH·outW, kh·kw·C, filters], checked: every output position has a kernel of
 * its own, flattened row by row with channels innermost (Keras 2's LocallyConnected2D, implementation 1).
 */
export function locallyConnected2dWindow(
  x: Type,
  w: Type,
  { kernel, strides }: LocallyConnected2dAttributes,
  name: string,
): Window {
  expectRank(x, 4, 'the input', name);
  expectRank(w, 3, 'the kernel', name);
  expectFloats([x, w], name);
  const [, height, width, channels] = x.shape;
  const window = slideWindow([height, width], kernel, strides, 'valid', [1, 1], false, name);
  const needed = [window.output[0] * window.output[1], kernel[0] * kernel[1] * channels, w.shape[2]];
  if (!sameShape(w.shape, needed)) {
    throw new StriateError({
      where: name,
      rule: `a ${kernel.join('×')} kernel with strides ${strides.join('×')} on input ${formatShape(x.shape)} needs weights ${formatShape(needed)}`,
      received: formatShape(w.shape),
    });
  }
  return window;
}

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

/**
 * A convolution whose kernel is different at every position: no weight is shared (Keras 2's LocallyConnected2D, valid
 * padding). x: [N, H, W, C], w: [outH·outW, kh·kw·C, filters] → [N, outH, outW, filters].
 */
export const locallyConnected2d = defineOperator<LocallyConnected2dAttributes>({
  name: 'locallyConnected2d',
  scores: 'gives',
  products: true,
  infer: outputType,
  flops: ([x, w]) => flops(x.shape[0], w.shape),
  gradient: ({ inputs: [x, w], attributes, gradient, wanted }) => [
    wanted[0] ? locallyConnected2dInputGradient(gradient, w, { ...attributes, shape: x.type.shape }) : undefined,
    wanted[1] ? locallyConnected2dFilterGradient(x, gradient, { ...attributes, shape: w.type.shape }) : undefined,
  ],
  reference([x, w], attributes, y) {
    visitLocalTaps(x.shape, w.shape, attributes, (xi, wi, yi) => (y.data[yi] += x.data[xi] * w.data[wi]));
  },
});

/**
 * The gradient of locallyConnected2d by its input.
 * dy: [N, outH, outW, filters], w: [outH·outW, kh·kw·C, filters] → `shape` [N, H, W, C].
 */
export const locallyConnected2dInputGradient = defineOperator<LocallyConnected2dAttributes & { readonly shape: Shape }>(
  {
    name: 'locallyConnected2dInputGradient',
    products: true,
    infer([dy, w], attributes, name) {
      const x: Type = { shape: attributes.shape, dtype: 'float32' };
      expectFloats([dy, w], name);
      expectShape(dy, outputType([x, w], attributes, name).shape, 'the gradient', name);
      return x;
    },
    flops: ([dy, w]) => flops(dy.shape[0], w.shape),
    reference([dy, w], attributes, dx) {
      visitLocalTaps(dx.shape, w.shape, attributes, (xi, wi, yi) => (dx.data[xi] += dy.data[yi] * w.data[wi]));
    },
  },
);

/**
 * The gradient of locallyConnected2d by its weights.
 * x: [N, H, W, C], dy: [N, outH, outW, filters] → `shape` [outH·outW, kh·kw·C, filters].
 */
export const locallyConnected2dFilterGradient = defineOperator<
  LocallyConnected2dAttributes & { readonly shape: Shape }
>({
  name: 'locallyConnected2dFilterGradient',
  products: true,
  infer([x, dy], attributes, name) {
    const w: Type = { shape: attributes.shape, dtype: 'float32' };
    expectFloats([x, dy], name);
    expectShape(dy, outputType([x, w], attributes, name).shape, 'the gradient', name);
    return w;
  },
  flops: ([x], { shape }) => flops(x.shape[0], shape),
  reference([x, dy], attributes, dw) {
    visitLocalTaps(x.shape, dw.shape, attributes, (xi, wi, yi) => (dw.data[wi] += x.data[xi] * dy.data[yi]));
  },
});

function outputType([x, w]: readonly Type[], attributes: LocallyConnected2dAttributes, name: string): Type {
  const { output } = locallyConnected2dWindow(x, w, attributes, name);
  return { shape: [x.shape[0], ...output, w.shape[2]], dtype: 'float32' };
}

/** One multiply-add for every weight and picture. */
function flops(batch: number, w: Shape): number {
  return 2 * batch * sizeOf(w);
}
