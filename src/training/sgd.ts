import type { Node, Variable } from '../graph/index.js';
import { sgd, sgdMomentum } from '../ops/sgd.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

/** Options of SGD. */
export interface SGDOptions extends OptimizerOptions {
  /** 0 by default. */
  readonly momentum?: number;
  /** Whether momentum looks ahead (Nesterov); false by default. */
  readonly nesterov?: boolean;
}

const defaults = { keras: { learningRate: 0.01 }, pytorch: { learningRate: 0.001 } } as const;

/**
 * Stochastic gradient descent with momentum (Keras's SGD; learning rate 0.01 by default). Momentum is that of steps; in
 * PyTorch's convention, that of gradients, which the learning rate of the moment multiplies.
 */
export class SGD extends Optimizer {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'sgd',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, momentum: 'number', nesterov: 'boolean' },
  } as const satisfies AcceptedOptions<SGDOptions>;
  readonly name = 'sgd';
  private readonly momentum: number;
  private readonly nesterov: boolean;

  constructor(options: SGDOptions = {}) {
    super(expectOptions(SGD.acceptedOptions, options), defaults);
    this.momentum = options.momentum ?? 0;
    this.nesterov = options.nesterov ?? false;
  }

  protected slotNames(): readonly string[] {
    return this.momentum ? ['velocity'] : [];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate }: UpdateInputs): void {
    const { momentum, nesterov, weightDecay } = this;
    const inputs = [variable, gradient, ...this.ownSlots(variable), learningRate];
    if (momentum)
      sgdMomentum(...inputs, { momentum, nesterov, rateOutside: this.convention === 'pytorch', weightDecay });
    else sgd(...inputs, { weightDecay });
  }

  protected ownConfig(): Record<string, unknown> {
    return { momentum: this.momentum, nesterov: this.nesterov };
  }
}
