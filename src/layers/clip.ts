import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, labelOf } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Clip`. */
export interface ClipOptions extends LayerOptions {
  /** Smaller values become this; no limit by default. */
  readonly minValue?: number;
  /** Larger values become this; no limit by default. */
  readonly maxValue?: number;
}

/**
 * Values kept within limits, min(max(x, minValue), maxValue) (PyTorch's Hardtanh): any shape → the same shape.
 *
 * @throws StriateError when a limit is no finite number or the lower exceeds the upper.
 */
export class Clip extends Layer {
  readonly className = 'Clip';
  readonly minValue: number | undefined;
  readonly maxValue: number | undefined;

  constructor(options: ClipOptions = {}) {
    super(options);
    const label = labelOf(this);
    const { minValue, maxValue } = options;
    this.minValue = minValue === undefined ? undefined : expectNumber(label, 'minValue', minValue);
    this.maxValue = maxValue === undefined ? undefined : expectNumber(label, 'maxValue', maxValue);
    if ((this.minValue ?? -Infinity) > (this.maxValue ?? Infinity)) {
      throw new StriateError({
        where: label,
        rule: 'minValue must not exceed maxValue',
        received: `${this.minValue} and ${this.maxValue}`,
      });
    }
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { minValue = -Infinity, maxValue = Infinity } = this;
    return ops.clip(x, { min: minValue, max: maxValue });
  }

  override config(): Record<string, unknown> {
    const { minValue, maxValue } = this;
    return {
      ...commonConfig(this),
      ...(minValue !== undefined && { minValue }),
      ...(maxValue !== undefined && { maxValue }),
    };
  }
}

/**
 * Values kept within limits.
 *
 * @example
 * layers.clip({ minValue: -1, maxValue: 1 });
 */
export const clip = (options?: ClipOptions): Clip => new Clip(options);
