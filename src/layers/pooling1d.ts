import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions, OptionKinds } from '../tensor/acceptedOptions.js';
import { shown } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { Layer, layerOptionKinds, type LayerContext, type LayerOptions, type LayerWindow } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import type { PoolingSettings } from './pooling.js';
import {
  asRow,
  asSignal,
  rowPadding,
  signalPaddingOption,
  signalShape,
  stepsOption,
  windowSteps,
  type EndsOption,
  type SignalPadding,
  type StepsOption,
} from './signal.js';

/** Options of pooling with a window that slides along a signal. */
export interface Pooling1DOptions extends LayerOptions {
  /** 2 by default. */
  readonly poolSize?: StepsOption;
  /** `poolSize` by default. */
  readonly strides?: StepsOption;
  /** `'valid'` by default. */
  readonly padding?: 'valid' | 'same' | EndsOption;
  /** Whether a window that hangs over the end counts, clipped; false by default, as in Keras. */
  readonly ceilMode?: boolean;
}

/** Options of `AveragePooling1D`. */
export interface AveragePooling1DOptions extends Pooling1DOptions {
  /** Whether padding counts as zeros in the average (PyTorch's count_include_pad); false by default, as in Keras. */
  readonly countPadding?: boolean;
}

const optionKinds = {
  ...layerOptionKinds,
  poolSize: 'number or list',
  strides: 'number or list',
  padding: 'number or string or list',
  ceilMode: 'boolean',
} as const satisfies OptionKinds<Pooling1DOptions>;

/** A number for each window and channel of a signal. */
abstract class Pooling1D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  readonly poolSize: number;
  readonly strides: number;
  readonly padding: SignalPadding;
  readonly ceilMode: boolean;

  constructor(options: Pooling1DOptions) {
    super(options);
    const label = labelOf(this);
    this.poolSize = stepsOption(label, 'poolSize', options.poolSize ?? 2);
    this.strides = stepsOption(label, 'strides', options.strides ?? this.poolSize);
    this.padding = signalPaddingOption(label, options.padding ?? 'valid', ['valid', 'same']);
    this.ceilMode = options.ceilMode ?? false;
    if (typeof this.padding !== 'string' && this.padding.some((steps) => steps >= this.poolSize)) {
      throw new StriateError({
        where: label,
        rule: `padding must be smaller than poolSize ${this.poolSize}, or windows would be all padding`,
        received: shown(this.padding),
      });
    }
  }

  /** The same pooling of a picture of a single row. */
  get row(): PoolingSettings {
    const { poolSize, strides, padding, ceilMode } = this;
    return { poolSize: [1, poolSize], strides: [1, strides], padding: rowPadding(padding), ceilMode };
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = signalShape(this, inputShapes);
    const { poolSize: kernelSize, strides, padding, ceilMode } = this.row;
    const steps = windowSteps(this, input, { kernelSize, strides, padding, dilationRate: [1, 1] }, { ceilMode });
    return [steps, input[1]];
  }

  override config(): Record<string, unknown> {
    const { poolSize, strides, padding, ceilMode } = this;
    return { ...commonConfig(this), poolSize, strides, padding, ceilMode, ...this.further() };
  }

  override window(): LayerWindow {
    const padding = rowPadding(this.padding);
    return { kernel: [1, this.poolSize], strides: [1, this.strides], dilation: [1, 1], padding };
  }

  /** Options besides those that both have. */
  protected abstract further(): Record<string, unknown>;
}

/**
 * The largest value of each window along a signal, channel by channel (Keras's MaxPooling1D): x: [N, L, C] → [N, outL, C].
 *
 * @throws StriateError when an option is out of range, and when the window does not fit the input.
 */
export class MaxPooling1D extends Pooling1D {
  static override readonly acceptedOptions: AcceptedOptions<Pooling1DOptions> = {
    where: 'maxPooling1d',
    first: ['poolSize', 'strides'],
    kinds: optionKinds,
  };
  readonly className = 'MaxPooling1D';

  constructor(options: Pooling1DOptions = {}) {
    super(options);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return asSignal(ops.maxPool2d(asRow(x), this.row));
  }

  protected further(): Record<string, unknown> {
    return {};
  }
}

/** With its first options by position. */
export function maxPooling1d(poolSize: StepsOption, options?: Omit<Pooling1DOptions, 'poolSize'>): MaxPooling1D;
/** With its first options by position. */
export function maxPooling1d(
  poolSize: StepsOption,
  strides: StepsOption,
  options?: Omit<Pooling1DOptions, 'poolSize' | 'strides'>,
): MaxPooling1D;
/**
 * The largest value of each window along a signal.
 *
 * @example
 * layers.maxPooling1d({ poolSize: 3, strides: 2 });
 */
export function maxPooling1d(options?: Pooling1DOptions): MaxPooling1D;
export function maxPooling1d(...given: readonly unknown[]): MaxPooling1D {
  return new MaxPooling1D(layerOptions(MaxPooling1D.acceptedOptions, given));
}

/**
 * The mean of each window along a signal, channel by channel (Keras's AveragePooling1D): x: [N, L, C] → [N, outL, C]. At a
 * padded end only the signal's own values are averaged.
 *
 * @throws StriateError when an option is out of range, and when the window does not fit the input.
 */
export class AveragePooling1D extends Pooling1D {
  static override readonly acceptedOptions: AcceptedOptions<AveragePooling1DOptions> = {
    where: 'averagePooling1d',
    first: ['poolSize', 'strides'],
    kinds: { ...optionKinds, countPadding: 'boolean' },
  };
  readonly className = 'AveragePooling1D';
  readonly countPadding: boolean;

  constructor(options: AveragePooling1DOptions = {}) {
    super(options);
    this.countPadding = options.countPadding ?? false;
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return asSignal(ops.averagePool2d(asRow(x), { ...this.row, countPadding: this.countPadding }));
  }

  protected further(): Record<string, unknown> {
    return { countPadding: this.countPadding };
  }
}

/** With its first options by position. */
export function averagePooling1d(
  poolSize: StepsOption,
  options?: Omit<AveragePooling1DOptions, 'poolSize'>,
): AveragePooling1D;
/** With its first options by position. */
export function averagePooling1d(
  poolSize: StepsOption,
  strides: StepsOption,
  options?: Omit<AveragePooling1DOptions, 'poolSize' | 'strides'>,
): AveragePooling1D;
/**
 * The mean of each window along a signal.
 *
 * @example
 * layers.averagePooling1d({ poolSize: 2 });
 */
export function averagePooling1d(options?: AveragePooling1DOptions): AveragePooling1D;
export function averagePooling1d(...given: readonly unknown[]): AveragePooling1D {
  return new AveragePooling1D(layerOptions(AveragePooling1D.acceptedOptions, given));
}
