import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import { axisOf } from './axis.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Softmax`. */
export interface SoftmaxOptions extends LayerOptions {
  /** The axis whose values become shares of 1; −1, the last, by default. 0 is the batch. */
  readonly axis?: number;
}

/**
 * Scores into shares that add up to 1, e^x / Σe^x (Keras's Softmax): any shape → the same shape.
 *
 * @throws StriateError when the input has no such axis.
 */
export class Softmax extends Layer {
  readonly className = 'Softmax';
  readonly axis: number;

  constructor(options: SoftmaxOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    axisOf(this, this.axis, shape);
    return shape;
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { shape } = x.type;
    const last = shape.length - 1;
    const axis = axisOf(this, this.axis, shape.slice(1));
    if (axis === last) return ops.softmax(x);
    // The operator goes over the last axis: the two change places, and change back.
    const permutation = shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
    const y = ops.softmax(ops.transpose(x, { permutation }));
    return ops.transpose(y, { permutation });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), axis: this.axis };
  }
}

/**
 * Scores into shares that add up to 1.
 *
 * @example
 * layers.softmax();
 */
export const softmax = (options?: SoftmaxOptions): Softmax => new Softmax(options);
