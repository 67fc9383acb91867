import type { Node } from '../graph/index.js';
import { add, relu, sub } from '../ops/index.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext } from './layer.js';
import { mergeAll, mergedShape } from './merge.js';
import { commonConfig } from './options.js';

/**
 * The largest of its inputs, element by element (Keras's Maximum): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 *
 * @example
 * const y = layers.maximum().apply(x1, x2);
 */
export class Maximum extends Layer {
  readonly className = 'Maximum';

  outputShape(inputShapes: readonly Shape[]): Shape {
    return mergedShape(this, inputShapes);
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    // max(a, b) = b + max(a − b, 0), which has a gradient.
    return inputs.reduce((a, b) => mergeAll(add, [b, relu(mergeAll(sub, [a, b]))]));
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}
