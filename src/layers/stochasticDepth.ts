import type { Node } from '../graph/index.js';
import { operators as ops } from '../ops/index.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, labelOf, numberIn } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `StochasticDepth`. */
export interface StochasticDepthOptions extends LayerOptions {
  /** The share of examples that become 0 in training, from 0 to below 1. */
  readonly rate: number;
  /** A seed of its own; by default it comes from the model's seed and the layer's name. */
  readonly seed?: number;
}

/**
 * Sets whole random examples to 0 in training and divides the others by 1 − rate; does nothing otherwise. At the end of a
 * residual branch it lets examples skip the block (Huang et al. 2016, https://arxiv.org/abs/1603.09382; torchvision's
 * StochasticDepth in its "row" mode, timm's DropPath): any shape → the same shape.
 *
 * @throws StriateError when the rate is not in [0, 1).
 *
 * @example
 * const y = layers.add().apply(x, layers.stochasticDepth({ rate: 0.2 }).apply(branch));
 */
export class StochasticDepth extends Layer {
  readonly className = 'StochasticDepth';
  readonly rate: number;
  readonly seed: number | undefined;

  constructor(options: StochasticDepthOptions) {
    super(options);
    const label = labelOf(this);
    this.rate = numberIn(label, 'rate', options.rate, 0, 1);
    this.seed = options.seed;
    if (this.seed !== undefined && !Number.isInteger(this.seed)) {
      throw new StriateError(`${label}: seed must be a whole number; received ${this.seed}`);
    }
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
