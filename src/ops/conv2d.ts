import { defineOperator, type OperatorFunction, type Type } from '../graph/index.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import { expectFloats, expectRank, expectShape } from './rules.js';
import { slideWindow, type Padding, type Pair, type Window } from './window.js';

/** How a convolution's kernel moves over its input. */
export interface Conv2dAttributes {
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  /** Input and output channels are cut into this many independent parts. */
  readonly groups: number;
}

/** The window of a convolution of `x` [N, H, W, C] with `w` [kh, kw, C / groups, filters], checked. */
export function conv2dWindow(x: Type, w: Type, attributes: Conv2dAttributes, name: string): Window {
  expectRank(x, 4, 'the input', name);
  expectRank(w, 4, 'the kernel', name);
  expectFloats([x, w], name);
  const [, height, width, channels] = x.shape;
  const [kh, kw, kernelChannels, filters] = w.shape;
  const { groups } = attributes;
  if (channels !== kernelChannels * groups || filters % groups !== 0) {
    throw new StriateError({
      where: name,
      rule: `a kernel of ${formatShape(w.shape)} in ${groups} group${groups === 1 ? '' : 's'} needs an input with ${kernelChannels * groups} channels and filters in whole groups`,
      received: `input ${formatShape(x.shape)}`,
    });
  }
  return slideWindow(
    [height, width],
    [kh, kw],
    attributes.strides,
    attributes.padding,
    attributes.dilation,
    false,
    name,
  );
}

/** Throws unless `dy` is a gradient of the output of a convolution of `x` with `w`. */
function expectOutputGradient(dy: Type, x: Type, w: Type, attributes: Conv2dAttributes, name: string): void {
  const { output } = conv2dWindow(x, w, attributes, name);
  expectFloats([dy], name);
  expectShape(dy, [x.shape[0], ...output, w.shape[3]], 'the gradient', name);
}

/** A convolution's attributes, and the shape of what its gradient is by. */
export type Conv2dGradientAttributes = Conv2dAttributes & { readonly shape: Shape };

/**
 * Cross-correlation of pictures with a set of kernels, which ConvNets call convolution (Keras's Conv2D, PyTorch's Conv2d).
 * x: [N, H, W, C], w: [kh, kw, C / groups, filters] → [N, outH, outW, filters].
 *
 * It is linear in x and in w, and so are both its gradients in theirs: the three operators are each other's gradients,
 * which is why they share a file.
 */
export const conv2d: OperatorFunction<Conv2dAttributes> = defineOperator<Conv2dAttributes>({
  name: 'conv2d',
  scores: 'gives',
  products: true,
  infer([x, w], attributes, name) {
    const { output } = conv2dWindow(x, w, attributes, name);
    return { shape: [x.shape[0], ...output, w.shape[3]], dtype: 'float32' };
  },
  flops: ([, w], _, y) => flopsOf(y.shape, w.shape),
  gradient({ inputs: [x, w], attributes, gradient, wanted }) {
    return [
      wanted[0] ? conv2dInputGradient(gradient, w, { ...attributes, shape: x.type.shape }) : undefined,
      wanted[1] ? conv2dFilterGradient(x, gradient, { ...attributes, shape: w.type.shape }) : undefined,
    ];
  },
  reference: 'beside',
});

/**
 * The gradient of conv2d by its input; also Keras's Conv2DTranspose.
 * dy: [N, outH, outW, filters], w: [kh, kw, C / groups, filters] → `shape` [N, H, W, C].
 */
export const conv2dInputGradient: OperatorFunction<Conv2dGradientAttributes> = defineOperator<Conv2dGradientAttributes>(
  {
    name: 'conv2dInputGradient',
    scores: 'gives',
    products: true,
    infer([dy, w], attributes, name) {
      const x: Type = { shape: attributes.shape, dtype: 'float32' };
      expectOutputGradient(dy, x, w, attributes, name);
      return x;
    },
    flops: ([dy, w]) => flopsOf(dy.shape, w.shape),
    gradient({ inputs: [dy, w], attributes: { shape: _, ...attributes }, gradient, wanted }) {
      return [
        wanted[0] ? conv2d(gradient, w, attributes) : undefined,
        wanted[1] ? conv2dFilterGradient(gradient, dy, { ...attributes, shape: w.type.shape }) : undefined,
      ];
    },
    reference: 'beside',
  },
);

/**
 * The gradient of conv2d by its kernel.
 * x: [N, H, W, C], dy: [N, outH, outW, filters] → `shape` [kh, kw, C / groups, filters].
 */
export const conv2dFilterGradient: OperatorFunction<Conv2dGradientAttributes> =
  defineOperator<Conv2dGradientAttributes>({
    name: 'conv2dFilterGradient',
    products: true,
    infer([x, dy], attributes, name) {
      const w: Type = { shape: attributes.shape, dtype: 'float32' };
      expectOutputGradient(dy, x, w, attributes, name);
      return w;
    },
    flops: ([, dy], { shape }) => flopsOf(dy.shape, shape),
    gradient({ inputs: [x, dy], attributes: { shape: _, ...attributes }, gradient, wanted }) {
      return [
        wanted[0] ? conv2dInputGradient(dy, gradient, { ...attributes, shape: x.type.shape }) : undefined,
        wanted[1] ? conv2d(x, gradient, attributes) : undefined,
      ];
    },
    reference: 'beside',
  });

/** One multiply-add for every output position and weight. */
function flopsOf(y: Shape, w: Shape): number {
  return 2 * y[0] * y[1] * y[2] * w.reduce((a, b) => a * b);
}
