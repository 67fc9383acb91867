import type { Node } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig } from './options.js';
import { singleShape } from './shapes.js';

/** Passes its input through (Keras's and PyTorch's Identity): any shape → the same shape. */
export class Identity extends Layer {
  static override readonly traits = { onlyInTraining: true, keepsNonNegative: true } as const;
  readonly className = 'Identity';
  override readonly keepsOrder = true;

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return x;
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}

/**
 * The input as it is.
 *
 * @example
 * const shortcut = layers.identity({ name: 'shortcut' });
 */
export const identity = (options?: LayerOptions): Identity => new Identity(options);
