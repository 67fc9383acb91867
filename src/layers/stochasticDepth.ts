import type { Node } from '../graph/index.js';
import { operators as ops } from '../ops/index.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { droppingSettings, type DroppingOptions } from './dropping.js';
import { Layer, type LayerContext } from './layer.js';
import { commonConfig, labelOf } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `StochasticDepth`: the rate is the share of examples. */
export type StochasticDepthOptions = DroppingOptions;

/**
 * Sets whole random examples to 0 in training and divides the others by 1 − rate; does nothing otherwise. At the end of a
 * residual branch it lets examples skip the block (Huang et al. 2016, https://arxiv.org/abs/1603.09382; torchvision's
 * StochasticDepth in its "row" mode, timm's DropPath): any shape → the same shape.
 *
 * @throws StriateError when the rate is not in [0, 1).
 */
export class StochasticDepth extends Layer {
  static override readonly traits = { onlyInTraining: true, keepsNonNegative: true } as const;
  readonly className = 'StochasticDepth';
  readonly rate: number;
  readonly seed: number | undefined;

  constructor(options: StochasticDepthOptions) {
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
    return graph.add(ops.stochasticDepth, [x, step], { rate, seed: seed >>> 0 }, name);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), rate: this.rate, ...(this.seed !== undefined && { seed: this.seed }) };
  }
}

/**
 * Random examples set to 0 in training: they skip the branch.
 *
 * @example
 * const y = layers.add().apply(x, layers.stochasticDepth({ rate: 0.2 }).apply(branch));
 */
export const stochasticDepth = (options: StochasticDepthOptions): StochasticDepth => new StochasticDepth(options);
