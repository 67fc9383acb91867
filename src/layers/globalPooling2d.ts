import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, layerOptions } from './options.js';
import { pictureShape } from './shapes.js';

/** Options of `GlobalAveragePooling2D`. */
export interface GlobalAveragePooling2DOptions extends LayerOptions {
  /** Whether the output stays a picture [1, 1, C]; false by default. */
  readonly keepDims?: boolean;
}

/** Options of `GlobalMaxPooling2D`. */
export type GlobalMaxPooling2DOptions = GlobalAveragePooling2DOptions;

/** One number for each channel of a picture. */
abstract class GlobalPooling2D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  readonly keepDims: boolean;

  constructor(options: GlobalAveragePooling2DOptions = {}) {
    super(options);
    this.keepDims = options.keepDims ?? false;
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [, , channels] = pictureShape(this, inputShapes);
    return this.keepDims ? [1, 1, channels] : [channels];
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), keepDims: this.keepDims };
  }

  override window(): 'global' {
    return 'global';
  }
}

/**
 * The mean of each channel (Keras's GlobalAveragePooling2D): x: [N, H, W, C] → [N, C].
 *
 * @throws StriateError when the input is not a picture.
 */
export class GlobalAveragePooling2D extends GlobalPooling2D {
  static override readonly acceptedOptions: AcceptedOptions<GlobalAveragePooling2DOptions> = {
    where: 'globalAveragePooling2d',
    kinds: { ...layerOptionKinds, keepDims: 'boolean' },
  };
  readonly className = 'GlobalAveragePooling2D';

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.reduceMean(x, { axes: [1, 2], keepDims: this.keepDims });
  }
}

/**
 * The mean of each channel.
 *
 * @example
 * layers.globalAveragePooling2d();
 */
export function globalAveragePooling2d(options?: GlobalAveragePooling2DOptions): GlobalAveragePooling2D;
export function globalAveragePooling2d(...given: readonly unknown[]): GlobalAveragePooling2D {
  return new GlobalAveragePooling2D(layerOptions(GlobalAveragePooling2D.acceptedOptions, given));
}

/**
 * The largest value of each channel (Keras's GlobalMaxPooling2D): x: [N, H, W, C] → [N, C].
 *
 * @throws StriateError when the input is not a picture.
 */
export class GlobalMaxPooling2D extends GlobalPooling2D {
  static override readonly acceptedOptions: AcceptedOptions<GlobalMaxPooling2DOptions> = {
    where: 'globalMaxPooling2d',
    kinds: { ...layerOptionKinds, keepDims: 'boolean' },
  };
  readonly className = 'GlobalMaxPooling2D';

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.reduceMax(x, { axes: [1, 2], keepDims: this.keepDims });
  }
}

/**
 * The largest value of each channel.
 *
 * @example
 * layers.globalMaxPooling2d();
 */
export function globalMaxPooling2d(options?: GlobalMaxPooling2DOptions): GlobalMaxPooling2D;
export function globalMaxPooling2d(...given: readonly unknown[]): GlobalMaxPooling2D {
  return new GlobalMaxPooling2D(layerOptions(GlobalMaxPooling2D.acceptedOptions, given));
}
