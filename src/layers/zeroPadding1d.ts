import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { Shape } from '../tensor/index.js';
import { Layer, layerOptionKinds, type LayerContext, type LayerOptions, type LayerWindow } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { endsOption, signalShape, type Ends, type EndsOption } from './signal.js';

/** Options of `ZeroPadding1D`. */
export interface ZeroPadding1DOptions extends LayerOptions {
  /** 1 by default. */
  readonly padding?: EndsOption;
}

/**
 * Zeros before and behind a signal (Keras's ZeroPadding1D): x: [N, L, C] → [N, before + L + after, C].
 *
 * @throws StriateError when the padding is negative or the input is not a signal.
 */
export class ZeroPadding1D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<ZeroPadding1DOptions> = {
    where: 'zeroPadding1d',
    first: ['padding'],
    kinds: { ...layerOptionKinds, padding: 'number or list' },
  };
  readonly className = 'ZeroPadding1D';
  /** [before, after]. */
  readonly padding: Ends;

  constructor(options: ZeroPadding1DOptions = {}) {
    super(options);
    this.padding = endsOption(labelOf(this), 'padding', options.padding ?? 1);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [steps, channels] = signalShape(this, inputShapes);
    return [this.padding[0] + steps + this.padding[1], channels];
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const [before, after] = this.padding;
    return ops.pad(x, { before: [0, before, 0], after: [0, after, 0], value: 0 });
  }

  override window(): LayerWindow {
    const [before, after] = this.padding;
    return { kernel: [1, 1], strides: [1, 1], dilation: [1, 1], padding: [0, 0, before, after] };
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), padding: this.padding };
  }
}

/** With its first options by position. */
export function zeroPadding1d(padding: EndsOption, options?: Omit<ZeroPadding1DOptions, 'padding'>): ZeroPadding1D;
/**
 * Zeros before and behind a signal.
 *
 * @example
 * layers.zeroPadding1d({ padding: [2, 0] });
 */
export function zeroPadding1d(options?: ZeroPadding1DOptions): ZeroPadding1D;
export function zeroPadding1d(...given: readonly unknown[]): ZeroPadding1D {
  return new ZeroPadding1D(layerOptions(ZeroPadding1D.acceptedOptions, given));
}
