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

/** Options of `AveragePooling2D`. */
export interface AveragePooling2DOptions extends Pooling2DOptions {
  /** Whether padding counts as zeros in the average (PyTorch's count_include_pad); false by default, as in Keras. */
  readonly countPadding?: boolean;
}

/**
 * The mean of each window, channel by channel (Keras's AveragePooling2D): x: [N, H, W, C] → [N, outH, outW, C]. At a padded
 * edge only the picture's own values are averaged.
 *
 * @throws StriateError when an option is out of range, and when the window does not fit the input.
 */
export class AveragePooling2D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<AveragePooling2DOptions> = {
    where: 'averagePooling2d',
    first: ['poolSize', 'strides'],
    kinds: { ...poolingOptionKinds, countPadding: 'boolean' },
  };
  readonly className = 'AveragePooling2D';
  readonly settings: PoolingSettings & { readonly countPadding: boolean };

  constructor(options: AveragePooling2DOptions = {}) {
    super(options);
    this.settings = { ...poolingSettings(labelOf(this), options), countPadding: options.countPadding ?? false };
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return pooledShape(this, this.settings, inputShapes);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.averagePool2d(x, this.settings);
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
export function averagePooling2d(
  poolSize: PairOption,
  options?: Omit<AveragePooling2DOptions, 'poolSize'>,
): AveragePooling2D;
/** With its first options by position. */
export function averagePooling2d(
  poolSize: PairOption,
  strides: PairOption,
  options?: Omit<AveragePooling2DOptions, 'poolSize' | 'strides'>,
): AveragePooling2D;
/**
 * The mean of each window.
 *
 * @example
 * layers.averagePooling2d({ poolSize: 2 });
 */
export function averagePooling2d(options?: AveragePooling2DOptions): AveragePooling2D;
export function averagePooling2d(...given: readonly unknown[]): AveragePooling2D {
  return new AveragePooling2D(layerOptions(AveragePooling2D.acceptedOptions, given));
}
