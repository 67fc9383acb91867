import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { mergeAll, mergedShape } from './merge.js';
import { commonConfig } from './options.js';

/**
 * The product of its inputs, element by element, x1 · x2 · … (Keras's Multiply): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Multiply extends Layer {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  readonly className = 'Multiply';

  outputShape(inputShapes: readonly Shape[]): Shape {
    return mergedShape(this, inputShapes);
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    return mergeAll(ops.mul, inputs);
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}

/**
 * The product of inputs.
 *
 * @example
 * const y = layers.multiply().apply(x, gate); // gate: [1, 1, C] scales whole channels
 */
export const multiply = (options?: LayerOptions): Multiply => new Multiply(options);
