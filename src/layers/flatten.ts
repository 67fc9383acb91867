import type { Node } from '../graph/index.js';
import { reshape } from '../ops/index.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import { Layer, type LayerContext } from './layer.js';
import { commonConfig } from './options.js';
import { singleShape } from './shapes.js';

/**
 * Puts each example's values in one row (Keras's Flatten): x: [N, ...] → [N, size].
 *
 * @example
 * layers.flatten();
 */
export class Flatten extends Layer {
  readonly className = 'Flatten';
  override readonly keepsOrder = true;

  outputShape(inputShapes: readonly Shape[]): Shape {
    return [sizeOf(singleShape(this, inputShapes))];
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const [batch, ...shape] = x.type.shape;
    return reshape(x, { shape: [batch, sizeOf(shape)] });
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }

  override window(): 'global' {
    return 'global';
  }
}
