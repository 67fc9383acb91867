import type { Node } from '../graph/index.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, labelOf } from './options.js';
import { singleShape } from './shapes.js';

/** Options of layers that change values at random in training. */
export interface RandomOptions extends LayerOptions {
  /** A seed of its own; by default it comes from the model's seed and the layer's name. */
  readonly seed?: number;
}

/**
 * A layer that changes values at random in training, each as its seed, the step and its position determine, and passes them
 * through otherwise: any shape → the same shape.
 */
export abstract class RandomInTraining extends Layer {
  static override readonly traits = { onlyInTraining: true, keepsNonNegative: true } as const;
  abstract readonly seed: number | undefined;

  /** The options besides the seed that recreate the layer; where all are 0, nothing changes. */
  protected abstract strength(): Readonly<Record<string, number>>;

  /** The changed values. */
  protected abstract change(x: Node, step: Node, seed: number): Node;

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call({ training, step }: LayerContext, [x]: readonly Node[]): Node {
    if (!training || Object.values(this.strength()).every((value) => value === 0)) return x;
    if (!step)
      throw new StriateError({ where: labelOf(this), rule: 'needs the number of the training step', received: 'none' });
    return this.change(x, step, (this.seed ?? this.randomSeed) >>> 0);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), ...this.strength(), ...(this.seed !== undefined && { seed: this.seed }) };
  }
}
