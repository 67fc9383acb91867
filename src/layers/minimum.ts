import type { Node } from '../graph/index.js';
import { relu, sub } from '../ops/index.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext } from './layer.js';
import { mergeAll, mergedShape } from './merge.js';
import { commonConfig } from './options.js';

/**
 * The smallest of its inputs, element by element (Keras's Minimum): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 *
 * @example
 * const y = layers.minimum().apply(x1, x2);
 */
export class Minimum extends Layer {
  readonly className = 'Minimum';

  outputShape(inputShapes: readonly Shape[]): Shape {
    return mergedShape(this, inputShapes);
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    // min(a, b) = b − max(b − a, 0), which has a gradient.
    return inputs.reduce((a, b) => mergeAll(sub, [b, relu(mergeAll(sub, [b, a]))]));
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}
