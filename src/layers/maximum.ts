import type { Node } from '../graph/index.js';
import { operators as ops } from '../ops/index.js';
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

  call(context: LayerContext, inputs: readonly Node[]): Node {
    // max(a, b) = b + max(a − b, 0), which has a gradient.
    return inputs.reduce((a, b) => {
      const difference = mergeAll(this, context, ops.sub, [a, b]);
      const excess = context.graph.add(ops.relu, [difference], {}, this.name);
      return mergeAll(this, context, ops.add, [b, excess]);
    });
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
