import type { Node, Variable } from '../graph/index.js';
import { rmsprop, rmspropMomentum } from '../ops/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

/** Options of RMSprop. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Decay of the mean of squared gradients, 0.9 by default, PyTorch's (its `alpha`) 0.99. */
  readonly rho?: number;
  /** 0 by default. */
  readonly momentum?: number;
  /** Added under the root, 1e-7 by default; in PyTorch's convention beside it, 1e-8. */
  readonly epsilon?: number;
}

const defaults = {
  keras: { learningRate: 0.001, rho: 0.9, epsilon: 1e-7 },
  pytorch: { learningRate: 0.01, rho: 0.99, epsilon: 1e-8 },
} as const;

/**
 * RMSprop (Hinton's lecture 6e; Keras's RMSprop; learning rate 0.001 by default). Momentum is that of steps; in PyTorch's
 * convention, that of scaled gradients, which the learning rate of the moment multiplies.
 */
export class RMSprop extends Optimizer {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'rmsprop',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, rho: 'number', momentum: 'number', epsilon: 'number' },
  } as const satisfies AcceptedOptions<RMSpropOptions>;
  readonly name = 'rmsprop';
  private readonly rho: number;
  private readonly momentum: number;
  private readonly epsilon: number;

  constructor(options: RMSpropOptions = {}) {
    super(expectOptions(RMSprop.acceptedOptions, options), defaults);
    const usual = defaults[this.convention];
    this.rho = options.rho ?? usual.rho;
    this.momentum = options.momentum ?? 0;
    this.epsilon = options.epsilon ?? usual.epsilon;
  }

  protected slotNames(): readonly string[] {
    return this.momentum ? ['meanSquare', 'velocity'] : ['meanSquare'];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate }: UpdateInputs): void {
    const { rho, epsilon, momentum, weightDecay } = this;
    const inputs = [variable, gradient, ...this.prepare(variable), learningRate];
    const outside = this.convention === 'pytorch';
    const attributes = { rho, epsilon, epsilonOutside: outside, weightDecay };
    if (momentum) rmspropMomentum(...inputs, { ...attributes, momentum, rateOutside: outside });
    else rmsprop(...inputs, attributes);
  }

  protected ownConfig(): Record<string, unknown> {
    return { rho: this.rho, momentum: this.momentum, epsilon: this.epsilon };
  }
}
