import type { Node } from '../graph/index.js';
import { expectNumber } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import { exponentialLinear } from './composedActivations.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, labelOf } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `ELU`. */
export interface ELUOptions extends LayerOptions {
  /** What very negative values go to, turned around; 1 by default. */
  readonly alpha?: number;
}

/**
 * The exponential linear unit, x where it is positive and alpha · (e^x − 1) elsewhere (Clevert et al. 2016; Keras's ELU): any
 * shape → the same shape.
 *
 * @throws StriateError when alpha is no finite number.
 */
export class ELU extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  readonly className = 'ELU';
  readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    super(options);
    this.alpha = expectNumber(labelOf(this), 'alpha', options.alpha ?? 1);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return exponentialLinear(x, this.alpha);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), alpha: this.alpha };
  }
}

/**
 * The exponential linear unit.
 *
 * @example
 * layers.elu({ alpha: 0.5 });
 */
export const elu = (options?: ELUOptions): ELU => new ELU(options);
