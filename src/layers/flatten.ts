import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig } from './options.js';
import { singleShape } from './shapes.js';

/**
 * Puts each example's values in one row (Keras's Flatten): x: [N, ...] → [N, size].
 */
export class Flatten extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
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
export const flatten = (options?: LayerOptions): Flatten => new Flatten(options);
