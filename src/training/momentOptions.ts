import { expectNumber } from '../tensor/check.js';
import type { OptimizerOptions } from './optimizer.js';

/** Options of optimizers that keep means of gradients and of their squares. */
export interface MomentOptions extends OptimizerOptions {
  /** Decay of the mean of gradients, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the second mean, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the divisor: 1e-7 by default, in PyTorch's convention 1e-8. */
  readonly epsilon?: number;
}

/** The moments' settings as an optimizer keeps them. */
export interface Moments {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Checked settings with their defaults. */
export function momentsOf(name: string, options: MomentOptions, usual: Moments): Moments {
  const { beta1 = usual.beta1, beta2 = usual.beta2, epsilon = usual.epsilon } = options;
  expectNumber(name, 'beta1', beta1, { least: 0, below: 1 });
  expectNumber(name, 'beta2', beta2, { least: 0, below: 1 });
  expectNumber(name, 'epsilon', epsilon, { least: 0 });
  return { beta1, beta2, epsilon };
}
