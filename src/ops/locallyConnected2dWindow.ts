import type { Type } from '../graph/index.js';
import { formatShape, sameShape, StriateError, type Shape } from '../tensor/index.js';
import { expectFloats, expectRank } from './rules.js';
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
export function visitLocalTaps(
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
