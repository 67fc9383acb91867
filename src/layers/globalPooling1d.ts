import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions, OptionKinds } from '../tensor/acceptedOptions.js';
import type { Shape } from '../tensor/index.js';
import { Layer, layerOptionKinds, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, layerOptions } from './options.js';
import { signalShape } from './signal.js';

/** Options of `GlobalAveragePooling1D`. */
export interface GlobalAveragePooling1DOptions extends LayerOptions {
  /** Whether the output stays a signal [1, C]; false by default. */
  readonly keepDims?: boolean;
}

/** Options of `GlobalMaxPooling1D`. */
export type GlobalMaxPooling1DOptions = GlobalAveragePooling1DOptions;

const optionKinds = {
  ...layerOptionKinds,
  keepDims: 'boolean',
} as const satisfies OptionKinds<GlobalAveragePooling1DOptions>;

/** One number for each channel of a signal. */
abstract class GlobalPooling1D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  readonly keepDims: boolean;

  constructor(options: GlobalAveragePooling1DOptions = {}) {
    super(options);
    this.keepDims = options.keepDims ?? false;
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [, channels] = signalShape(this, inputShapes);
    return this.keepDims ? [1, channels] : [channels];
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), keepDims: this.keepDims };
  }

  override window(): 'global' {
    return 'global';
  }
}

/**
 * The mean of each channel of a signal (Keras's GlobalAveragePooling1D): x: [N, L, C] → [N, C].
 *
 * @throws StriateError when the input is not a signal.
 */
export class GlobalAveragePooling1D extends GlobalPooling1D {
  static override readonly acceptedOptions: AcceptedOptions<GlobalAveragePooling1DOptions> = {
    where: 'globalAveragePooling1d',
    kinds: optionKinds,
  };
  readonly className = 'GlobalAveragePooling1D';

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.reduceMean(x, { axes: [1], keepDims: this.keepDims });
  }
}

/**
 * The mean of each channel of a signal.
 *
 * @example
 * layers.globalAveragePooling1d();
 */
export function globalAveragePooling1d(options?: GlobalAveragePooling1DOptions): GlobalAveragePooling1D;
export function globalAveragePooling1d(...given: readonly unknown[]): GlobalAveragePooling1D {
  return new GlobalAveragePooling1D(layerOptions(GlobalAveragePooling1D.acceptedOptions, given));
}

/**
 * The largest value of each channel of a signal (Keras's GlobalMaxPooling1D): x: [N, L, C] → [N, C].
 *
 * @throws StriateError when the input is not a signal.
 */
export class GlobalMaxPooling1D extends GlobalPooling1D {
  static override readonly acceptedOptions: AcceptedOptions<GlobalMaxPooling1DOptions> = {
    where: 'globalMaxPooling1d',
    kinds: optionKinds,
  };
  readonly className = 'GlobalMaxPooling1D';

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.reduceMax(x, { axes: [1], keepDims: this.keepDims });
  }
}

/**
 * The largest value of each channel of a signal.
 *
 * @example
 * layers.globalMaxPooling1d();
 */
export function globalMaxPooling1d(options?: GlobalMaxPooling1DOptions): GlobalMaxPooling1D;
export function globalMaxPooling1d(...given: readonly unknown[]): GlobalMaxPooling1D {
  return new GlobalMaxPooling1D(layerOptions(GlobalMaxPooling1D.acceptedOptions, given));
}
