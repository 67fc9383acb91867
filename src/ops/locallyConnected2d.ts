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
  reference: 'beside',
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
    reference: 'beside',
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
  reference: 'beside',
});

function outputType([x, w]: readonly Type[], attributes: LocallyConnected2dAttributes, name: string): Type {
  const { output } = locallyConnected2dWindow(x, w, attributes, name);
  return { shape: [x.shape[0], ...output, w.shape[2]], dtype: 'float32' };
}

/** One multiply-add for every weight and picture. */
function flops(batch: number, w: Shape): number {
  return 2 * batch * sizeOf(w);
}
