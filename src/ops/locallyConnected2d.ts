import { defineOperator, type Type } from '../graph/index.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import {
  locallyConnected2dWindow,
  visitLocalTaps,
  type LocallyConnected2dAttributes,
} from './locallyConnected2dWindow.js';
import { expectFloats, expectShape } from './rules.js';

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
