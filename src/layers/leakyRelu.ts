import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, labelOf } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `LeakyReLU`. */
export interface LeakyReLUOptions extends LayerOptions {
  /** What negative values are multiplied by; 0.3 by default, as in Keras. */
  readonly negativeSlope?: number;
}

/**
 * x where it is positive, negativeSlope · x elsewhere (Keras's LeakyReLU): any shape → the same shape.
 *
 * @throws StriateError when the slope is negative.
 */
export class LeakyReLU extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  readonly className = 'LeakyReLU';
  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super(options);
    this.negativeSlope = expectNumber(labelOf(this), 'negativeSlope', options.negativeSlope ?? 0.3, { least: 0 });
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.leakyRelu(x, { negativeSlope: this.negativeSlope });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), negativeSlope: this.negativeSlope };
  }
}

/**
 * A rectified linear unit with a slope on the negative side.
 *
 * @example
 * layers.leakyRelu({ negativeSlope: 0.1 });
 */
export const leakyRelu = (options?: LeakyReLUOptions): LeakyReLU => new LeakyReLU(options);
