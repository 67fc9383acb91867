import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { slideWindow, type Padding, type Pair } from '../ops/window.js';
import type { OptionKinds } from '../tensor/acceptedOptions.js';
import { isWholes, shown } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import { Layer, type LayerOptions, type LayerWindow } from './layer.js';
import { labelOf } from './options.js';
import { singleShape } from './shapes.js';

/** A whole number from 1, or a list of one as Keras writes it. */
export type StepsOption = number | readonly [number];

/** Zeros before and behind a signal: as many on both sides, or [before, after]. */
export type EndsOption = number | Ends;

/** Steps before and behind a signal. */
export type Ends = readonly [before: number, after: number];

/** `'valid'` (none), `'same'` (output is input / stride, rounded up) or explicit ends. */
export type SignalPadding = 'valid' | 'same' | Ends;

/** Options of layers that slide a kernel along a signal. */
export interface SignalWindowOptions {
  /** Length of the kernel. */
  readonly kernelSize: StepsOption;
  /** How far the kernel moves at each step; 1 by default. */
  readonly strides?: StepsOption;
  /** `'valid'` by default; with `'causal'` no step sees later ones. */
  readonly padding?: 'valid' | 'same' | 'causal' | EndsOption;
  /** Distance between the kernel's elements; 1 by default. */
  readonly dilationRate?: StepsOption;
}

/** The kinds of these options. */
export const signalWindowOptionKinds = {
  kernelSize: 'number or list',
  strides: 'number or list',
  padding: 'number or string or list',
  dilationRate: 'number or list',
} as const satisfies OptionKinds<SignalWindowOptions>;

/** A window along a signal as one over a picture of a single row. */
export interface RowWindow {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilationRate: Pair;
}

/** A number of steps. */
export function stepsOption(label: string, option: string, value: StepsOption): number {
  const list: readonly number[] = typeof value === 'number' ? [value] : value;
  if (isWholes(list) && list.length === 1) return list[0];
  throw new StriateError({ where: label, rule: `${option} must be a whole number from 1`, received: shown(value) });
}

/** [before, after] of either way to write it. */
export function endsOption(label: string, option: string, value: EndsOption): Ends {
  const list: readonly number[] = typeof value === 'number' ? [value, value] : value;
  if (isWholes(list, 0) && list.length === 2) return [list[0], list[1]];
  throw new StriateError({
    where: label,
    rule: `${option} must be a whole number from 0 or two of them [before, after]`,
    received: shown(value),
  });
}

/** A padding that is one of these words or ends. */
export function signalPaddingOption<Word extends string>(
  label: string,
  value: Word | EndsOption,
  words: readonly Word[],
): Word | Ends {
  if (typeof value !== 'string') return endsOption(label, 'padding', value);
  if (words.includes(value)) return value;
  throw new StriateError({
    where: label,
    rule: `padding must be one of ${words.map((word) => `'${word}'`).join(', ')} or [before, after]`,
    received: shown(value),
  });
}

/** A signal's padding as that of a picture of a single row. */
export const rowPadding = (padding: SignalPadding): Padding =>
  typeof padding === 'string' ? padding : [0, 0, padding[0], padding[1]];

/** [steps, channels] of a layer's only input; throws where it is no signal. */
export function signalShape(layer: Layer, inputShapes: readonly Shape[]): readonly [steps: number, channels: number] {
  const shape = singleShape(layer, inputShapes);
  if (shape.length === 2) return [shape[0], shape[1]];
  throw new StriateError({
    where: labelOf(layer),
    rule: 'needs an input [steps, channels]',
    received: formatShape(shape),
    advice:
      shape.length === 3
        ? `use ${labelOf(layer).replace('1d', '2d')}, or put a reshape before it`
        : 'put a reshape before it',
  });
}

/** A signal as a picture of a single row: [N, L, C] → [N, 1, L, C]. */
export function asRow(x: Node): Node {
  const [batch, ...shape] = x.type.shape;
  return ops.reshape(x, { shape: [batch, 1, ...shape] });
}

/** A picture of a single row as a signal: [N, 1, L, C] → [N, L, C]. */
export function asSignal(y: Node): Node {
  const [batch, , ...shape] = y.type.shape;
  return ops.reshape(y, { shape: [batch, ...shape] });
}

/** How many steps a window along a signal gives; throws, with the whole input shape, where it does not fit. */
export function windowSteps(
  layer: Layer,
  input: readonly [steps: number, channels: number],
  { kernelSize, strides, padding, dilationRate }: RowWindow,
  pooling?: { readonly ceilMode: boolean },
): number {
  const { ceilMode = false } = pooling ?? {};
  try {
    return slideWindow([1, input[0]], kernelSize, strides, padding, dilationRate, ceilMode).output[1];
  } catch (error) {
    if (!(error instanceof StriateError)) throw error;
    const what = pooling ? 'window' : 'kernel';
    const dilated = dilationRate[1] > 1 ? ` dilated by ${dilationRate[1]}` : '';
    throw new StriateError({
      where: labelOf(layer),
      rule: `a ${what} of ${kernelSize[1]}${dilated} does not fit ${input[0]} steps`,
      received: `input ${formatShape(input)}`,
      advice: `use padding 'same', a smaller ${what} or a longer input`,
    });
  }
}

/** A layer that slides a kernel along a signal. Its operators are those for pictures, on a picture of a single row. */
export abstract class SignalConvolution extends Layer {
  readonly kernelSize: number;
  readonly strides: number;
  readonly padding: SignalPadding | 'causal';
  readonly dilationRate: number;

  constructor(options: LayerOptions & SignalWindowOptions) {
    super(options);
    const label = labelOf(this);
    this.kernelSize = stepsOption(label, 'kernelSize', options.kernelSize);
    this.strides = stepsOption(label, 'strides', options.strides ?? 1);
    this.padding = signalPaddingOption(label, options.padding ?? 'valid', ['valid', 'same', 'causal']);
    this.dilationRate = stepsOption(label, 'dilationRate', options.dilationRate ?? 1);
  }

  /** The same window over a picture of a single row. */
  get row(): RowWindow {
    const { kernelSize, strides, padding, dilationRate } = this;
    return {
      kernelSize: [1, kernelSize],
      strides: [1, strides],
      padding: rowPadding(padding === 'causal' ? [(kernelSize - 1) * dilationRate, 0] : padding),
      dilationRate: [1, dilationRate],
    };
  }

  override window(): LayerWindow {
    const { kernelSize: kernel, strides, dilationRate: dilation, padding } = this.row;
    return { kernel, strides, dilation, padding };
  }
}
