import type { Type } from '../graph/index.js';
import { StriateError } from '../tensor/index.js';
import { expectFloats, expectRank } from './rules.js';
import { slideWindow, type Padding, type Pair, type Window } from './window.js';

/** How a pooling window moves over its input; windows may overlap or leave gaps. */
export interface Pool2dAttributes {
  readonly poolSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  /** Rounds the output's size up: windows that hang over the lower or right edge are kept, clipped. */
  readonly ceilMode: boolean;
}

/**
 * The window of a pooling of `x` [N, H, W, C], checked.
 *
 * @throws StriateError when it does not fit, or when a margin is so wide that a window would see nothing but padding.
 */
export function poolWindow(x: Type, attributes: Pool2dAttributes, name: string): Window {
  expectRank(x, 4, 'the input', name);
  expectFloats([x], name);
  const { poolSize, strides, padding, ceilMode } = attributes;
  const [, height, width] = x.shape;
  const window = slideWindow([height, width], poolSize, strides, padding, [1, 1], ceilMode, name, 'window');
  if (window.margins.some((margin, side) => margin >= poolSize[side < 2 ? 0 : 1])) {
    throw new StriateError({
      where: name,
      rule: `padding must be smaller than the window, ${poolSize.join('×')}`,
      received: `[${window.margins.join(', ')}]`,
    });
  }
  return window;
}

/** [N, H, W, C] → [N, outH, outW, C]. */
export function poolType(x: Type, attributes: Pool2dAttributes, name: string): Type {
  const { output } = poolWindow(x, attributes, name);
  return { shape: [x.shape[0], ...output, x.shape[3]], dtype: 'float32' };
}
