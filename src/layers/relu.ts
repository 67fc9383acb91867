import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import { activate } from './activation.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, labelOf } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `ReLU`. */
export interface ReLUOptions extends LayerOptions {
  /** Larger values become this; no limit by default. */
  readonly maxValue?: number;
  /** What negative values are multiplied by; 0 by default. */
  readonly negativeSlope?: number;
}

/**
 * The rectified linear unit, min(maxValue, max(0, x)) (Keras's ReLU): any shape → the same shape.
 *
 * @throws StriateError when an option is negative.
 */
export class ReLU extends Layer {
  readonly className = 'ReLU';
  readonly maxValue: number | undefined;
  readonly negativeSlope: number;

  constructor(options: ReLUOptions = {}) {
    super(options);
    const label = labelOf(this);
    const { maxValue } = options;
    this.maxValue = maxValue === undefined ? undefined : expectNumber(label, 'maxValue', maxValue, { least: 0 });
    this.negativeSlope = expectNumber(label, 'negativeSlope', options.negativeSlope ?? 0, { least: 0 });
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { maxValue, negativeSlope } = this;
    if (maxValue === 6 && negativeSlope === 0) return activate('relu6', x);
    const y = negativeSlope === 0 ? activate('relu', x) : ops.leakyRelu(x, { negativeSlope });
    // relu stays in front of clip so that the gradient at 0 is 0, as relu's is.
    return maxValue === undefined ? y : ops.clip(y, { min: -Infinity, max: maxValue });
  }

  override config(): Record<string, unknown> {
    const { maxValue, negativeSlope } = this;
    return { ...commonConfig(this), ...(maxValue !== undefined && { maxValue }), negativeSlope };
  }
}

/**
 * The rectified linear unit.
 *
 * @example
 * layers.relu({ maxValue: 6 });
 */
export const relu = (options?: ReLUOptions): ReLU => new ReLU(options);
