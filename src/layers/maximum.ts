import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { mergeAll, mergedShape } from './merge.js';
import { commonConfig } from './options.js';

/**
 * The largest of its inputs, element by element (Keras's Maximum): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Maximum extends Layer {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  readonly className = 'Maximum';

  outputShape(inputShapes: readonly Shape[]): Shape {
    return mergedShape(this, inputShapes);
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    // max(a, b) = b + max(a − b, 0), which has a gradient.
    return inputs.reduce((a, b) => mergeAll(ops.add, [b, ops.relu(mergeAll(ops.sub, [a, b]))]));
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}

/**
 * The largest of inputs.
 *
 * @example
 * const y = layers.maximum().apply(x1, x2);
 */
export const maximum = (options?: LayerOptions): Maximum => new Maximum(options);
