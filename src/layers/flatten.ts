import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, layerOptions } from './options.js';
import { singleShape } from './shapes.js';

/**
 * Puts each example's values in one row (Keras's Flatten): x: [N, ...] → [N, size].
 */
export class Flatten extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = {
    where: 'flatten',
    kinds: layerOptionKinds,
  };
  readonly className = 'Flatten';
  override readonly keepsOrder = true;

  outputShape(inputShapes: readonly Shape[]): Shape {
    return [sizeOf(singleShape(this, inputShapes))];
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const [batch, ...shape] = x.type.shape;
    return ops.reshape(x, { shape: [batch, sizeOf(shape)] });
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }

  override window(): 'global' {
    return 'global';
  }
}

/**
 * Each example's values in one row.
 *
 * @example
 * layers.flatten();
 */
export function flatten(options?: LayerOptions): Flatten;
export function flatten(...given: readonly unknown[]): Flatten {
  return new Flatten(layerOptions(Flatten.acceptedOptions, given));
}
