import type { Type } from '../graph/index.js';
import { StriateError, type Shape } from '../tensor/index.js';
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

/**
 * Visits every window of a pooling: the flat position of its output, those of the real input elements it sees (row by
 * row), and its extent, which counts the elements of the padding too but nothing beyond. All pooling references share it.
 */
export function visitWindows(
  x: Shape,
  attributes: Pool2dAttributes,
  visit: (y: number, xs: readonly number[], extent: number) => void,
): void {
  const { kernel, strides, margins, output } = poolWindow({ shape: x, dtype: 'float32' }, attributes, 'pool2d');
  const [batch, height, width, channels] = x;
  const [top, bottom, left, right] = margins;
  for (let n = 0; n < batch; n++)
    for (let oh = 0; oh < output[0]; oh++)
      for (let ow = 0; ow < output[1]; ow++)
        for (let c = 0; c < channels; c++) {
          const firstRow = oh * strides[0] - top;
          const firstColumn = ow * strides[1] - left;
          const rowEnd = Math.min(firstRow + kernel[0], height + bottom);
          const columnEnd = Math.min(firstColumn + kernel[1], width + right);
          const xs: number[] = [];
          for (let h = Math.max(firstRow, 0); h < Math.min(rowEnd, height); h++)
            for (let w = Math.max(firstColumn, 0); w < Math.min(columnEnd, width); w++)
              xs.push(((n * height + h) * width + w) * channels + c);
          const y = ((n * output[0] + oh) * output[1] + ow) * channels + c;
          visit(y, xs, (rowEnd - firstRow) * (columnEnd - firstColumn));
        }
}
