import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { mergeAll, mergedShape } from './merge.js';
import { commonConfig } from './options.js';

/**
 * The sum of its inputs, element by element, x1 + x2 + … (Keras's Add): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Add extends Layer {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  readonly className = 'Add';

  outputShape(inputShapes: readonly Shape[]): Shape {
    return mergedShape(this, inputShapes);
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    return mergeAll(ops.add, inputs);
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}

/**
 * The sum of inputs.
 *
 * @example
 * const y = layers.add().apply(shortcut, x);
 */
export const add = (options?: LayerOptions): Add => new Add(options);
