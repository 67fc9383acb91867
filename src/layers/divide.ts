import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { expectPair, mergeAll, mergedShape } from './merge.js';
import { commonConfig } from './options.js';

/**
 * The first input divided by the second, element by element: inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are not two inputs or their shapes do not fit.
 */
export class Divide extends Layer {
  readonly className = 'Divide';

  outputShape(inputShapes: readonly Shape[]): Shape {
    expectPair(this, inputShapes);
    return mergedShape(this, inputShapes);
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    return mergeAll(ops.div, inputs);
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}

/**
 * The first input divided by the second.
 *
 * @example
 * const shares = layers.divide().apply(x, total);
 */
export const divide = (options?: LayerOptions): Divide => new Divide(options);
