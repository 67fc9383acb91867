import type { Node } from '../graph/index.js';
import { operators as ops } from '../ops/index.js';
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
 */
export class Dropout extends Layer {
  static override readonly traits = { onlyInTraining: true, keepsNonNegative: true } as const;
  readonly className = 'Dropout';
  readonly rate: number;
  readonly seed: number | undefined;

  constructor(options: DropoutOptions) {
    super(options);
    ({ rate: this.rate, seed: this.seed } = droppingSettings(labelOf(this), options));
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call({ graph, training, step }: LayerContext, [x]: readonly Node[]): Node {
    const { rate, seed = this.randomSeed, name } = this;
    if (!training || rate === 0) return x;
    if (!step) throw new StriateError(`${labelOf(this)}: needs the number of the training step; received none`);
    return graph.add(ops.dropout, [x, step], { rate, seed: seed >>> 0 }, name);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), rate: this.rate, ...(this.seed !== undefined && { seed: this.seed }) };
  }
}

/**
 * Random values set to 0 in training.
 *
 * @example
 * layers.dropout({ rate: 0.5 });
 */
export const dropout = (options: DropoutOptions): Dropout => new Dropout(options);
