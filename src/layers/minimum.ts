import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { mergeAll, mergedShape } from './merge.js';
import { commonConfig } from './options.js';

/**
 * The smallest of its inputs, element by element (Keras's Minimum): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Minimum extends Layer {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  readonly className = 'Minimum';

  outputShape(inputShapes: readonly Shape[]): Shape {
    return mergedShape(this, inputShapes);
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    // min(a, b) = b − max(b − a, 0), which has a gradient.
    return inputs.reduce((a, b) => mergeAll(ops.sub, [b, ops.relu(mergeAll(ops.sub, [b, a]))]));
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}

/**
 * The smallest of inputs.
 *
 * @example
 * const y = layers.minimum().apply(x1, x2);
 */
export const minimum = (options?: LayerOptions): Minimum => new Minimum(options);
