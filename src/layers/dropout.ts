import type { Node } from '../graph/index.js';
import { dropout } from '../ops/index.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { droppingSettings, type DroppingOptions } from './dropping.js';
import { Layer, type LayerContext } from './layer.js';
import { commonConfig, labelOf } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Dropout`: the rate is the share of values. */
export type DropoutOptions = DroppingOptions;

/**
 * Sets random values to 0 in training and divides the others by 1 − rate; does nothing otherwise (Srivastava et al. 2014;
 * Keras's Dropout): any shape → the same shape.
 *
 * @throws StriateError when the rate is not in [0, 1).
 *
 * @example
 * layers.dropout({ rate: 0.5 });
 */
export class Dropout extends Layer {
  readonly className = 'Dropout';
  override readonly keepsOrder = true;
  readonly rate: number;
  readonly seed: number | undefined;

  constructor(options: DropoutOptions) {
    super(options);
    ({ rate: this.rate, seed: this.seed } = droppingSettings(labelOf(this), options));
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call({ training, step }: LayerContext, [x]: readonly Node[]): Node {
    const { rate, seed = this.randomSeed } = this;
    if (!training || rate === 0) return x;
    if (!step)
      throw new StriateError({ where: labelOf(this), rule: 'needs the number of the training step', received: 'none' });
    return dropout(x, step, { rate, seed: seed >>> 0 });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), rate: this.rate, ...(this.seed !== undefined && { seed: this.seed }) };
  }
}
