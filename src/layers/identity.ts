import type { Node } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, layerOptions } from './options.js';
import { singleShape } from './shapes.js';

/** Passes its input through (Keras's and PyTorch's Identity): any shape → the same shape. */
export class Identity extends Layer {
  static override readonly traits = { onlyInTraining: true, keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = {
    where: 'identity',
    kinds: layerOptionKinds,
  };
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
export function identity(options?: LayerOptions): Identity;
export function identity(...given: readonly unknown[]): Identity {
  return new Identity(layerOptions(Identity.acceptedOptions, given));
}
