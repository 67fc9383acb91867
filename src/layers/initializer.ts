import type { Random, Shape } from '../tensor/index.js';

/** Gives a weight its starting values; the random stream comes from the model's seed and the weight's name. */
export interface Initializer {
  /** Keras's class name: `GlorotUniform`. */
  readonly className: string;
  /** What `className` needs to be made again. */
  config(): Record<string, unknown>;
  fill(values: Float32Array, shape: Shape, random: Random): void;
}
