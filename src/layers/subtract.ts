import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { expectPair, mergeAll, mergedShape } from './merge.js';
import { commonConfig } from './options.js';

/**
 * The first input minus the second, element by element (Keras's Subtract): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are not two inputs or their shapes do not fit.
 */
export class Subtract extends Layer {
  readonly className = 'Subtract';

  outputShape(inputShapes: readonly Shape[]): Shape {
    expectPair(this, inputShapes);
    return mergedShape(this, inputShapes);
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    return mergeAll(ops.sub, inputs);
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}

/**
 * The first input minus the second.
 *
 * @example
 * const change = layers.subtract().apply(after, before);
 */
export const subtract = (options?: LayerOptions): Subtract => new Subtract(options);
