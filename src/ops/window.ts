import { expectWholes } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';

/** [height, width]. */
export type Pair = readonly [number, number];

/** Rows above, rows below, columns left, columns right. */
export type Margins = readonly [top: number, bottom: number, left: number, right: number];

/** 'valid', 'same' (as in Keras: the odd row goes below), or explicit margins. */
export type Padding = 'valid' | 'same' | Margins;

/** The sliding window of a convolution or pooling, resolved for one input size. */
export interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  readonly margins: Margins;
  /** Rows and columns of the output. */
  readonly output: Pair;
}

/**
 * Resolves a sliding window: O = ⌊(N − F + 2P)/S⌋ + 1, or rounded up in ceil mode (the last window may then hang over the
 * edge, but, as in PyTorch, must begin inside the input or its leading margin).
 *
 * @throws StriateError when the window does not fit.
 */
export function slideWindow(
  input: Pair,
  kernel: Pair,
  strides: Pair,
  padding: Padding,
  dilation: Pair = [1, 1],
  ceilMode = false,
  name = 'window',
  what: 'kernel' | 'window' = 'kernel',
): Window {
  expectWholes(name, `the ${what}`, kernel);
  expectWholes(name, 'strides', strides);
  expectWholes(name, 'dilation', dilation);
  if (typeof padding !== 'string') expectWholes(name, 'padding', padding, 0);
  const margins: [number, number, number, number] = [0, 0, 0, 0];
  const output: [number, number] = [0, 0];
  for (const axis of [0, 1] as const) {
    const span = (kernel[axis] - 1) * dilation[axis] + 1;
    const stride = strides[axis];
    if (padding === 'same') {
      output[axis] = Math.ceil(input[axis] / stride);
      const total = Math.max(0, (output[axis] - 1) * stride + span - input[axis]);
      margins[2 * axis] = Math.floor(total / 2);
      margins[2 * axis + 1] = total - Math.floor(total / 2);
      continue;
    }
    if (padding !== 'valid') {
      margins[2 * axis] = padding[2 * axis];
      margins[2 * axis + 1] = padding[2 * axis + 1];
    }
    const slack = input[axis] + margins[2 * axis] + margins[2 * axis + 1] - span;
    output[axis] = (ceilMode ? Math.ceil(slack / stride) : Math.floor(slack / stride)) + 1;
    if (ceilMode && (output[axis] - 1) * stride >= input[axis] + margins[2 * axis]) output[axis]--;
    if ((slack < 0 && !ceilMode) || output[axis] < 1) {
      const how = padding === 'valid' ? 'valid padding' : `padding [${padding.join(', ')}]`;
      const size = `${kernel[0]}×${kernel[1]}`;
      throw new StriateError({
        where: name,
        rule: `a ${size} ${what}${dilation[axis] > 1 ? ` dilated by ${dilation.join('×')}` : ''} does not fit a ${input[0]}×${input[1]} input with ${how}`,
        advice: `use padding 'same', a smaller ${what} or a larger input`,
      });
    }
  }
  return { kernel, strides, dilation, margins, output };
}
