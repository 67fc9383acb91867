import type { Node, Variable } from '../graph/index.js';
import { rmsprop, rmspropMomentum } from '../ops/index.js';
import { Optimizer, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

/** Options of RMSprop. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Decay of the mean of squared gradients, 0.9 by default. */
  readonly rho?: number;
  /** 0 by default. */
  readonly momentum?: number;
  /** 1e-7 by default. */
  readonly epsilon?: number;
}

/** RMSprop (Hinton's lecture 6e; Keras's RMSprop; learning rate 0.001 by default). */
export class RMSprop extends Optimizer {
  readonly name = 'rmsprop';
  private readonly rho: number;
  private readonly momentum: number;
  private readonly epsilon: number;

  constructor(options: RMSpropOptions = {}) {
    super(options, 0.001);
    this.rho = options.rho ?? 0.9;
    this.momentum = options.momentum ?? 0;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected slotNames(): readonly string[] {
    return this.momentum ? ['meanSquare', 'velocity'] : ['meanSquare'];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate }: UpdateInputs): void {
    const { rho, epsilon, momentum, weightDecay } = this;
    const inputs = [variable, gradient, ...this.prepare(variable), learningRate];
    if (momentum) rmspropMomentum(...inputs, { rho, epsilon, momentum, weightDecay });
    else rmsprop(...inputs, { rho, epsilon, weightDecay });
  }

  protected ownConfig(): Record<string, unknown> {
    return { rho: this.rho, momentum: this.momentum, epsilon: this.epsilon };
  }
}
