import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerWindow } from './layer.js';
import { commonConfig, labelOf, layerOptions, type PairOption } from './options.js';
import {
  poolingOptionKinds,
  pooledShape,
  poolingSettings,
  type Pooling2DOptions,
  type PoolingSettings,
} from './pooling.js';

/**
 * The largest value of each window, channel by channel (Keras's MaxPooling2D): x: [N, H, W, C] → [N, outH, outW, C].
 *
 * @throws StriateError when an option is out of range, and when the window does not fit the input.
 */
export class MaxPooling2D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<Pooling2DOptions> = {
    where: 'maxPooling2d',
    first: ['poolSize', 'strides'],
    kinds: poolingOptionKinds,
  };
  readonly className = 'MaxPooling2D';
  readonly settings: PoolingSettings;

  constructor(options: Pooling2DOptions = {}) {
    super(options);
    this.settings = poolingSettings(labelOf(this), options);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return pooledShape(this, this.settings, inputShapes);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.maxPool2d(x, this.settings);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), ...this.settings };
  }

  override window(): LayerWindow {
    const { poolSize: kernel, strides, padding } = this.settings;
    return { kernel, strides, dilation: [1, 1], padding };
  }
}

/** With its first options by position. */
export function maxPooling2d(poolSize: PairOption, options?: Omit<Pooling2DOptions, 'poolSize'>): MaxPooling2D;
/** With its first options by position. */
export function maxPooling2d(
  poolSize: PairOption,
  strides: PairOption,
  options?: Omit<Pooling2DOptions, 'poolSize' | 'strides'>,
): MaxPooling2D;
/**
 * The largest value of each window.
 *
 * @example
 * layers.maxPooling2d({ poolSize: 3, strides: 2 }); // overlapping windows
 */
export function maxPooling2d(options?: Pooling2DOptions): MaxPooling2D;
export function maxPooling2d(...given: readonly unknown[]): MaxPooling2D {
  return new MaxPooling2D(layerOptions(MaxPooling2D.acceptedOptions, given));
}
